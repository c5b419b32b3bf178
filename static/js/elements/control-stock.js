import { attribute, el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";

/** The stock of one product as text; a click turns it into a field. Enter keeps, Escape leaves. */
export class ControlStock extends ControlElement {
  sku = "";
  /** @type {number|null} */
  stock = null;

  build() {
    this.words = el("button.c-stock", { type: "button", on: { click: () => this.#edit() } });
    this.input = el("input.v-num", {
      type: "number",
      min: "0",
      inputMode: "numeric",
      hidden: true,
      placeholder: "∞",
      on: { keydown: (event) => this.#keys(event), blur: () => this.#done() },
    });
    this.append(this.words, this.input);
  }

  /** @param {{sku: string, title: string, stock: number|null}} product */
  update({ sku, title, stock }) {
    this.sku = sku;
    this.stock = stock;
    const text = stock === null ? this.t("stock.none") : this.t("stock.left", { n: stock });
    write(this.words, text);
    attribute(this.words, "data-level", stock === 0 ? "out" : stock !== null && stock <= 5 ? "low" : null);
    attribute(this.words, "title", this.t("stock.hint"));
    attribute(this.words, "aria-label", this.t("stock.set", { title, text }));
    attribute(this.input, "aria-label", this.t("stock.field", { title }));
  }

  #edit() {
    this.input.value = this.stock ?? "";
    this.#swap(true);
    this.input.select();
  }

  #swap(editing) {
    const focused = this.contains(document.activeElement);
    this.words.hidden = editing;
    this.input.hidden = !editing;
    if (editing) this.input.focus();
    else if (focused) this.words.focus();
  }

  #keys(event) {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    // Or Enter would press the button that gets the focus back.
    event.preventDefault();
    if (event.key === "Enter") this.#keep();
    else this.#swap(false);
  }

  #done() {
    if (!this.input.hidden) this.#swap(false);
  }

  async #keep() {
    if (!this.input.validity.valid) return this.say(this.t("product.stock_wrong"), "refused");
    const quantity = this.input.value === "" ? null : Number(this.input.value);
    this.#swap(false);
    if (quantity === this.stock) return;
    await this.act(this.words, "command", { command: { type: "set_stock", sku: this.sku, quantity } });
  }
}

customElements.define("control-stock", ControlStock);
