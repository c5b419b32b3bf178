import { el } from "./control-dom.js";

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
