import { drawing, el } from "../shared/dom.js";

/** The few line drawings of the panel, one path each on a 20 by 20 grid. */
const PATHS = {
  handle: "M7 5h.01M13 5h.01M7 10h.01M13 10h.01M7 15h.01M13 15h.01",
  edit: "M4 16l.8-3.4L13 4.4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2 4 16z",
  remove: "M5 5l10 10M15 5L5 15",
  check: "M4 10.5l4 4 8-9",
  down: "M5 8l5 5 5-5",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  copy: "M7 7V4.5h8.5V13H13M4.5 7H13v8.5H4.5z",
  warning: "M10 3l8 14H2L10 3zM10 8.5v4M10 14.8v.01",
  drag: "M10 3v14M3 10h14M10 3L8 5M10 3l2 2M10 17l-2-2M10 17l2-2M3 10l2-2M3 10l2 2M17 10l-2-2M17 10l-2 2",
  image: "M3.5 4.5h13v11h-13zM3.5 13l4-4 3.5 3.5 2-2 3.5 3.5M12.5 7.8v.01",
  plus: "M10 4v12M4 10h12",
  dot: "M10 10h.01",
};
/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGSVGElement} decorative: hidden from screen readers
 */
export function icon(name) {
  return drawing(PATHS[name], `c-icon c-icon-${name}`, 20);
}

/**
 * A product's small picture, or its initial where there is none or it does not load.
 *
 * @param {{title: string, image: string|null}} product
 * @returns {HTMLElement}
 */
export function picture(product) {
  const box = el("span.c-picture", { "aria-hidden": "true" });
  showPicture(box, product);
  return box;
}

/**
 * @param {HTMLElement} box made by `picture`
 * @param {{title: string, image: string|null}} product
 */
export function showPicture(box, product) {
  const key = `${product.image ?? ""}|${product.title}`;
  if (box.dataset.shown === key) return;
  box.dataset.shown = key;
  const initial = el("span.c-initial", { text: [...product.title.trim()][0] ?? "" });
  box.replaceChildren(initial);
  if (!product.image) return;
  const image = el("img", { alt: "", src: product.image, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.remove(), { once: true });
  image.addEventListener("load", () => initial.remove(), { once: true });
  box.append(image);
}
