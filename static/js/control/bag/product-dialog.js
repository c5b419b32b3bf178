import { el } from "../../shared/dom.js";
import { ControlDialog, field, fieldError, withScheme } from "../forms/form.js";
import "../forms/image-field.js";
import "../forms/money-field.js";

/**
 * Makes or edits one product. Properties: `product` (null: a new one), `currency` of the show,
 * `draft` (what is known of a new one: title and sku).
 * The answer is the product as the server keeps it.
 */
class ControlProductDialog extends ControlDialog {
  /** @type {any} */
  product = null;
  draft = { title: "", sku: "" };
  currency = "EUR";

  build() {
    this.heading = this.t(this.product ? "product.edit" : "product.new");
    this.submitText = this.t(this.product ? "product.save" : "product.add");
    if (!this.product && !this.draft.title) this.againText = this.t("product.again");
    super.build();
  }

  fields() {
    const old = this.product;
    this.titleInput = this.#text({ value: old?.title ?? this.draft.title, maxLength: 200, autofocus: true });
    this.sku = this.#text({ value: old?.sku ?? this.draft.sku, maxLength: 64, readOnly: Boolean(old) });
    this.price = this.#money(old?.price);
    this.prior = this.#money(old?.prior_price);
    this.link = this.#text({ value: old?.link ?? "", type: "url", placeholder: "https://" });
    this.link.addEventListener("change", () => (this.link.value = withScheme(this.link.value)));
    this.stock = el("input.v-num", { type: "number", min: "0", inputMode: "numeric" });
    this.stock.value = old?.stock ?? "";
    this.image = this.make("control-image-field", { value: old?.image ?? null });
    return [
      el("div.c-product-fields", this.#nameFields(), this.#imageBox()),
      el("div.c-field-row", this.#field("price", this.price), this.#field("prior_price", this.prior)),
      this.#field("link", this.link),
    ];
  }

  async submit() {
    if (this.#incomplete()) return null;
    const product = {
      sku: this.sku.value.trim(),
      title: this.titleInput.value.trim(),
      price: this.price.money,
      prior_price: this.prior.money,
      image: this.image.value,
      link: withScheme(this.link.value) || null,
      stock: this.stock.value === "" ? null : Number(this.stock.value),
    };
    return this.ask("saveProduct", { product, add: !this.product });
  }

  /** Says at each field what it still needs. */
  #incomplete() {
    const missing = [
      ["title", this.titleInput.value.trim() ? "" : this.t("product.title_needed")],
      ["sku", this.sku.value.trim() ? "" : this.t("product.sku_needed")],
      ["price", this.price.wrong],
      ["prior_price", this.prior.empty ? "" : this.prior.wrong],
      ["stock", this.stock.validity.valid ? "" : this.t("product.stock_wrong")],
      ["image", this.image.busy ? this.t("image.sending") : ""],
    ].filter(([, message]) => message);
    for (const [name, message] of missing) fieldError(this.form, name, message);
    this.form.querySelector('[aria-invalid="true"]')?.focus();
    return missing.length > 0;
  }

  #nameFields() {
    const row = el("div.c-field-row", this.#field("sku", this.sku), this.#field("stock", this.stock));
    return el("div.c-fields", this.#field("title", this.titleInput), row);
  }

  #imageBox() {
    const on = { input: () => fieldError(this.form, "image", "") };
    return el("div.c-field", { data: { field: "image" }, on }, this.image, el("p.c-wrong", { hidden: true }));
  }

  #field(name, control) {
    const hint = this.t(`product.${name}_hint`);
    return field({
      name,
      label: this.t(`product.${name}`),
      control,
      hint: hint === `product.${name}_hint` ? "" : hint,
    });
  }

  #text(props) {
    return el("input", { type: "text", autocomplete: "off", ...props });
  }

  #money(initial) {
    return this.make("control-money-field", { currency: this.currency, initial: initial ?? null });
  }
}

customElements.define("control-product-dialog", ControlProductDialog);
