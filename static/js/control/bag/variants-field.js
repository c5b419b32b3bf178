import { el, setText } from "../../shared/dom.js";
import { ControlElement, icon } from "../element.js";
import { fieldError } from "../forms/form.js";
import { moneyText, parseMoney } from "../forms/money-field.js";
import { OPTIONS, VARIANTS, combined, countOf, keyOf, suggestedSku, valuesByOption, valuesOf, valuesText } from "./variants.js";

/** @typedef {import("./variants.js").Row} Row */

const CELLS = ["sku", "price", "prior_price", "stock"];
/** The field of the API → of a row. */
const HELD = { sku: "sku", price: "price", prior_price: "prior", stock: "stock" };

/**
 * Up to three options with their values, and a row for each combination. Properties: `options`,
 * `variants` (as the server tells them), `currency`, `skuOfProduct` (asked for when a SKU is
 * suggested). It sends `variants` when there are some, or none any more.
 */
class ControlVariantsField extends ControlElement {
  /** @type {string[]} */
  options = [];
  /** @type {any[]} */
  variants = [];
  currency = "EUR";
  skuOfProduct = () => "";
  /** @type {Row[]} */
  #rows = [];
  /** @type {string[][]} */
  #lists = [];
  #gone = new Set();
  /** @type {Row[]} */
  #past = [];

  build() {
    this.names = el("div.c-options");
    this.add = el("button.c-button.c-small.c-add-option", {
      type: "button",
      text: this.t("variants.add_option"),
      on: { click: () => this.#addOption().name.focus() },
    });
    this.count = el("p.c-hint", { "aria-live": "polite" });
    this.list = el("ul.c-variants");
    const wrong = () => el("p.c-wrong", { role: "alert", hidden: true });
    const options = el("div.c-field", { data: { field: "options" } }, this.names, wrong());
    const rows = el("div.c-field", { data: { field: "variants" } }, this.list, wrong());
    this.append(el("p.c-hint", { text: this.t("variants.about") }), options, this.add, this.count, rows);
    this.#lists = valuesByOption(this.variants);
    this.#rows = this.variants.map((variant) => this.#rowOf(variant));
    const there = new Set(this.#rows.map(({ values }) => keyOf(values)));
    for (const { values } of combined(this.#lists, { rows: [], before: [], gone: new Set() }, () => "")) {
      if (!there.has(keyOf(values))) this.#gone.add(keyOf(values));
    }
    this.options.forEach((name, index) => this.#addOption(name, this.#lists[index]));
    this.#draw();
  }

  /** Whether the product is bought in a choice. */
  get any() {
    return this.names.childElementCount > 0;
  }

  /** As the server takes them. */
  get body() {
    const known = new Map(this.variants.map((variant) => [variant.sku, variant.stock]));
    return {
      options: this.#inputs().map(({ name }) => name.value.trim()),
      variants: this.#rows.map(({ values, sku, price, prior, stock, image }) => ({
        sku: sku.trim(),
        values,
        price: this.#money(price),
        prior_price: this.#money(prior),
        stock: stock === "" ? null : Number(stock),
        stock_was: known.get(sku.trim()) ?? null,
        image,
      })),
    };
  }

  /** Says at each field what it still needs. @returns {boolean} whether something is missing */
  complain() {
    const wrong = this.#optionsWrong();
    this.#refuse(wrong);
    const found = this.#rows.flatMap((row, index) => this.#wrongOf(row, index));
    for (const [name, message] of found) fieldError(this, name, message);
    return wrong !== "" || found.length > 0;
  }

  /** SKUs that are still empty, as soon as the product has one. */
  suggest() {
    const sku = this.skuOfProduct();
    const inputs = this.list.querySelectorAll('[data-field$=".sku"] input');
    this.#rows.forEach((row, index) => (inputs[index].value = row.sku ||= suggestedSku(sku, row.values)));
  }

  /** @returns {Row} */
  #rowOf({ values, sku, price, prior_price: prior, stock, image }) {
    const text = (money) => (money ? moneyText(money, this.ctx.lang) : "");
    return { values, sku, price: text(price), prior: text(prior), stock: String(stock ?? ""), image: image ?? null };
  }

  /** @param {string} text */
  #money(text) {
    const read = parseMoney(text, this.currency);
    return "money" in read ? read.money : null;
  }

  #inputs() {
    return [...this.names.children].map((box) => {
      const [name, values] = box.querySelectorAll("input");
      return { name, values };
    });
  }

  #addOption(name = "", values = /** @type {string[]} */ ([])) {
    const n = this.names.childElementCount + 1;
    const input = (key, value, more) => el(`input.c-option-${key}`, { type: "text", autocomplete: "off", value, ...more });
    const named = input("name", name, { maxLength: 120, "aria-label": this.t("variants.option", { n }), placeholder: this.t("variants.name_example") });
    const listed = input("values", valuesText(values), { "aria-label": this.t("variants.values", { n }), placeholder: this.t("variants.values_example"), on: { input: () => this.#follow() } });
    const remove = el("button.c-icon-button", { type: "button", "aria-label": this.t("variants.remove_option", { n }) }, icon("remove"));
    const box = el("div.c-option", named, listed, remove);
    named.addEventListener("input", () => this.#refuse(""));
    remove.addEventListener("click", () => {
      box.remove();
      this.#follow();
      this.add.focus();
    });
    this.names.append(box);
    this.#offer();
    return { name: named };
  }

  #offer() {
    this.add.hidden = this.names.childElementCount >= OPTIONS;
    this.dispatchEvent(new Event("variants"));
  }

  /** The rows that the values make. */
  #follow() {
    const lists = this.#inputs().map(({ values }) => valuesOf(values.value)).filter((list) => list.length > 0);
    const tooMany = countOf(lists) - this.#gone.size > VARIANTS;
    this.#refuse(tooMany ? this.t("variants.too_many", { n: VARIANTS }) : "");
    if (tooMany) return;
    if (lists.length !== this.#lists.length) this.#gone.clear();
    const known = { rows: this.#rows, before: this.#lists, gone: this.#gone, past: this.#past };
    const rows = combined(lists, known, (values) => suggestedSku(this.skuOfProduct(), values));
    this.#past = [...this.#rows, ...this.#past].slice(0, 2 * VARIANTS);
    this.#rows = rows;
    this.#lists = lists;
    this.#offer();
    this.#draw();
  }

  /** @param {string} message */
  #refuse(message) {
    fieldError(this, "options", message);
  }

  #optionsWrong() {
    const inputs = this.#inputs();
    if (inputs.some(({ name }) => !name.value.trim())) return this.t("variants.name_needed");
    const names = inputs.map(({ name }) => name.value.trim());
    if (new Set(names).size < names.length) return this.t("variants.name_twice");
    if (inputs.some(({ values }) => valuesOf(values.value).length === 0)) return this.t("variants.values_needed");
    if (inputs.length > 0 && this.#rows.length === 0) return this.t("variants.values_needed");
    return countOf(this.#lists) - this.#gone.size > VARIANTS ? this.t("variants.too_many", { n: VARIANTS }) : "";
  }

  /** @param {Row} row @param {number} index @returns {[string, string][]} */
  #wrongOf({ sku, price, prior, stock }, index) {
    const twice = this.#rows.some((other, place) => place !== index && other.sku.trim() === sku.trim());
    const read = (text) => parseMoney(text, this.currency);
    const money = (text) => ("wrong" in read(text) ? this.t(`money.${read(text).wrong}`, { currency: this.currency }) : "");
    const skuWrong = !sku.trim() ? "variants.sku_needed" : twice ? "variants.sku_twice" : sku.trim() === this.skuOfProduct() ? "variants.sku_own" : "";
    /** @type {[string, string][]} */
    const found = [
      ["sku", skuWrong && this.t(skuWrong)],
      ["price", money(price)],
      ["prior_price", prior.trim() && money(prior)],
      ["stock", /^\d*$/.test(stock.trim()) ? "" : this.t("product.stock_wrong")],
    ];
    return found.filter(([, message]) => message).map(([name, message]) => [`variants.${index}.${name}`, message]);
  }

  #draw() {
    setText(this.count, this.#rows.length ? this.t("variants.count", { n: this.#rows.length }) : "");
    const head = el("li.c-variants-head", { "aria-hidden": "true" }, el("span"), ...CELLS.map((name) => el("span", { text: this.#label(name) })));
    const rows = this.#rows.map((row, index) => this.#line(row, index));
    this.list.replaceChildren(...(rows.length ? [head, ...rows] : []));
  }

  #line(row, index) {
    const choice = row.values.join(" / ");
    const remove = el(
      "button.c-icon-button",
      { type: "button", "aria-label": this.t("variants.remove", { choice }), on: { click: () => this.#remove(row) } },
      icon("remove"),
    );
    const cells = CELLS.map((name) => this.#cell(row, index, name, choice));
    return el("li.c-variant", el("b", { text: choice }), ...cells, remove);
  }

  #cell(row, index, name, choice) {
    const key = HELD[name];
    const input = el("input", {
      type: "text",
      inputMode: name === "sku" ? "text" : name === "stock" ? "numeric" : "decimal",
      autocomplete: "off",
      value: row[key],
      maxLength: 64,
      class: name === "sku" ? null : "v-num",
      placeholder: name === "stock" ? "∞" : "",
      "aria-label": this.t("variants.of", { field: this.#label(name), choice }),
      on: { input: () => (row[key] = input.value) },
    });
    const field = `variants.${index}.${name}`;
    const on = { input: () => fieldError(this, field, "") };
    const label = el("small", { text: this.t(`product.${name}`), "aria-hidden": "true" });
    return el("div.c-field", { data: { field }, on }, label, input, el("p.c-wrong", { hidden: true }));
  }

  #label(name) {
    const money = name === "price" || name === "prior_price";
    return this.t(`product.${name}`) + (money ? ` ${this.currency}` : "");
  }

  #remove(row) {
    this.#gone.add(keyOf(row.values));
    this.#rows = this.#rows.filter((other) => other !== row);
    this.#draw();
    (this.list.querySelector("button") ?? this.add).focus();
  }
}

customElements.define("control-variants-field", ControlVariantsField);
