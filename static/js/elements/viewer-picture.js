import { node } from "./viewer-node.js";

const SVG = "http://www.w3.org/2000/svg";
const BAG_OUTLINE = "M6 8h12l-1 12H7L6 8Zm3 0V7a3 3 0 0 1 6 0v1";

/** A product's picture on its plate; the drawing of a bag where there is none or it fails to load. */
export class Picture {
  #image = node("img");
  #source = null;

  constructor(className) {
    this.#image.alt = "";
    this.#image.decoding = "async";
    this.#image.addEventListener("error", () => this.#blank(true));
    this.element = node("div", `picture ${className}`, bagDrawing());
    this.#blank(true);
  }

  /** @param {string | null} source */
  update(source) {
    if (source === this.#source) return;
    this.#source = source;
    this.#blank(!source);
    if (source) this.#image.src = source;
  }

  #blank(blank) {
    this.element.toggleAttribute("data-blank", blank);
    if (blank) this.#image.remove();
    else this.element.append(this.#image);
  }
}

/** The outline of a shopping bag, drawn in the current colour. */
export function bagDrawing() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", BAG_OUTLINE);
  svg.append(path);
  return svg;
}
