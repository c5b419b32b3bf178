import { drawing, el } from "./stage-dom.js";

const BAG = "M6 8h12l-1 12H7L6 8Zm3 0V7a3 3 0 0 1 6 0v1";

/**
 * A product's picture. A drawn shopping bag stands in its place until it is there, and stays where
 * there is none or it cannot be loaded, so a card never shows a hole or a broken image.
 */
export class StagePicture {
  #image = /** @type {HTMLImageElement} */ (el("img"));
  #address = "";

  /** @param {string} className */
  constructor(className) {
    this.#image.alt = "";
    this.#image.decoding = "async";
    this.#image.onload = () => this.element.append(this.#image);
    this.element = el("div", className, drawing("v-blank", BAG));
  }

  /** @param {string|null|undefined} address */
  update(address) {
    if ((address ?? "") === this.#address) return;
    this.#address = address ?? "";
    this.#image.remove();
    if (this.#address) this.#image.src = this.#address;
    else this.#image.removeAttribute("src");
  }
}
