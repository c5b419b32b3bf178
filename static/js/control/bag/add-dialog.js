import { el, setText } from "../../shared/dom.js";
import { picture, problemText } from "../element.js";
import { ControlDialog } from "../forms/form.js";

/** After the last letter of a search: the server is asked for what somebody meant. */
const TYPED_MS = 200;

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
  /** Where the catalogue goes on; null when all that fits the search is here. @type {string|null} */
  next = null;
  /** All products are here, so a search needs no server. */
  whole = false;
  #turn = 0;
  picked = new Set();

  build() {
    this.heading = this.t("add.heading");
    this.submitText = this.t("add.none");
    super.build();
    this.#count();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    super.listen(signal);
    signal.addEventListener("abort", () => clearTimeout(this.typed));
    this.#load();
  }

  fields() {
    this.search = el("input", {
      type: "search",
      placeholder: this.t("add.search"),
      "aria-label": this.t("add.search"),
      autofocus: true,
      maxLength: 200,
      on: { input: () => this.#typed() },
    });
    const make = el("button.c-button", {
      type: "button",
      text: this.t("add.new"),
      on: { click: () => this.#makeNew() },
    });
    const bring = el("button.c-button", {
      type: "button",
      text: this.t("add.import"),
      on: { click: () => this.#bringIn() },
    });
    this.note = el("p.c-empty", { text: this.t("add.loading") });
    this.list = el("ul.c-pick");
    this.more = el("button.c-button.c-small", {
      type: "button",
      text: this.t("list.more"),
      hidden: true,
      on: { click: () => this.#load(this.next) },
    });
    return [el("div.c-bar.c-add-bar", this.search, el("span.c-bar-end", make, bring)), this.note, this.list, this.more];
  }

  async submit() {
    return this.ask("addToBag", { skus: [...this.picked] });
  }

  #typed() {
    if (this.whole) return this.#draw();
    clearTimeout(this.typed);
    this.typed = setTimeout(() => this.#load(), TYPED_MS);
  }

  /** @param {string|null} [after] where to go on; without it the list begins anew */
  async #load(after = null) {
    const turn = ++this.#turn;
    const text = this.search.value.trim();
    try {
      const { products, next = null } = await this.ask("catalogue", { text, after });
      if (turn !== this.#turn) return; // somebody typed on
      this.products = after ? [...this.products, ...products] : products;
      this.next = next;
      this.whole = text === "" && next === null;
      this.#draw();
    } catch (problem) {
      if (turn !== this.#turn) return;
      this.note.hidden = false;
      setText(this.note, problemText(this.ctx.t, problem));
    }
  }

  #makeNew() {
    this.ask("newProduct");
    this.close();
  }

  #bringIn() {
    this.ask("openImport");
    this.close();
  }

  #draw() {
    const wanted = this.search.value.trim();
    const found = this.whole ? this.#fitting(wanted.toLocaleLowerCase(this.ctx.lang)) : this.products;
    this.list.replaceChildren(...found.map((product) => this.#line(product)));
    setText(this.note, this.t(wanted && (!this.whole || this.products.length) ? "add.no_match" : "add.empty"));
    this.note.hidden = found.length > 0;
    this.more.hidden = this.next === null;
  }

  #fitting(wanted) {
    return this.products.filter(({ title, sku }) => `${title} ${sku}`.toLocaleLowerCase(this.ctx.lang).includes(wanted));
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
    const price = el("span.c-price.v-num", { text: this.ctx.price({ price: product.price, priceTo: product.price_to }) });
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
