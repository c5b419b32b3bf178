import { el, setText } from "../../shared/dom.js";
import { picture, problemText } from "../element.js";
import { ControlDialog } from "../forms/form.js";

/**
 * Picks products of the catalogue for the bag. Properties: `inBag` (a set of skus), `currency`.
 * "New product" closes it and asks for the product's own dialog.
 */
class ControlAddDialog extends ControlDialog {
  /** @type {Set<string>} */
  inBag = new Set();
  currency = "EUR";
  /** @type {any[]} */
  products = [];
  picked = new Set();

  build() {
    this.heading = this.t("add.heading");
    this.submitText = this.t("add.none");
    super.build();
    this.#count();
  }

  listen() {
    super.listen();
    this.#load();
  }

  fields() {
    this.search = el("input", {
      type: "search",
      placeholder: this.t("add.search"),
      "aria-label": this.t("add.search"),
      autofocus: true,
      on: { input: () => this.#draw() },
    });
    const make = el("button.c-button", {
      type: "button",
      text: this.t("add.new"),
      on: { click: () => this.#makeNew() },
    });
    this.note = el("p.c-empty", { text: this.t("add.loading") });
    this.list = el("ul.c-pick");
    return [el("div.c-bar", this.search, make), this.note, this.list];
  }

  async submit() {
    return this.ask("addToBag", { skus: [...this.picked] });
  }

  async #load() {
    try {
      ({ products: this.products } = await this.ask("catalogue"));
      this.#draw();
    } catch (problem) {
      setText(this.note, problemText(this.ctx.t, problem));
    }
  }

  #makeNew() {
    this.ask("newProduct");
    this.close();
  }

  #draw() {
    const wanted = this.search.value.trim().toLocaleLowerCase(this.ctx.lang);
    const matches = ({ title, sku }) => `${title} ${sku}`.toLocaleLowerCase(this.ctx.lang).includes(wanted);
    const found = this.products.filter(matches);
    this.list.replaceChildren(...found.map((product) => this.#line(product)));
    setText(this.note, this.t(this.products.length ? "add.no_match" : "add.empty"));
    this.note.hidden = found.length > 0;
  }

  #line(product) {
    const other = product.price.currency !== this.currency;
    const here = this.inBag.has(product.sku);
    const box = el("input", {
      type: "checkbox",
      checked: here || this.picked.has(product.sku),
      disabled: here || other,
      on: { change: () => this.#toggle(product.sku, box.checked) },
    });
    const why = here ? this.t("add.in_bag") : other ? this.t("add.other_currency", { currency: this.currency }) : "";
    const words = el(
      "span.c-pick-words",
      el("b", { text: product.title }),
      el("small", { text: [`SKU ${product.sku}`, why].filter(Boolean).join(" · ") }),
    );
    const price = el("span.c-price.v-num", { text: this.ctx.money(product.price) });
    return el("li", el("label", box, picture(product), words, price));
  }

  #toggle(sku, on) {
    if (on) this.picked.add(sku);
    else this.picked.delete(sku);
    this.#count();
  }

  #count() {
    const n = this.picked.size;
    this.go.disabled = n === 0;
    setText(this.go, n === 0 ? this.t("add.none") : this.t("add.submit", { n }));
  }
}

customElements.define("control-add-dialog", ControlAddDialog);
