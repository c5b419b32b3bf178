import { el } from "../../shared/dom.js";
import { ControlDialog, field, fieldError, withScheme } from "../forms/form.js";
import "../forms/image-field.js";
import "../forms/money-field.js";
import { SAFETY_WORDS } from "../forms/safety-fields.js";
import { MoreFields } from "./product-more.js";
import "./variants-field.js";

const OWN_WORDS = {
  de: () => import("../../i18n/control-products/de.js"),
  en: () => import("../../i18n/control-products/en.js"),
  es: () => import("../../i18n/control-products/es.js"),
  fr: () => import("../../i18n/control-products/fr.js"),
  it: () => import("../../i18n/control-products/it.js"),
};
export const WORDS = [OWN_WORDS, SAFETY_WORDS];

const IMAGES = 10;
const STATUSES = ["active", "draft", "archived"];

/**
 * Makes or edits one product. Properties: `product` (as the server tells all of it; null: a new one), `currency` of the show,
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
    this.dialog.classList.add("c-wide-dialog");
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
    const values = (old?.images ?? []).map(({ url }) => url);
    this.image = this.make("control-image-field", { value: old?.images ? (values[0] ?? null) : (old?.image ?? null), values });
    this.status = el("select", ...STATUSES.map((value) => el("option", { value, text: this.t(`product.status.${value}`) })));
    this.status.value = old?.status ?? "active";
    this.more = new MoreFields(this, old, this.currency);
    this.variants = this.make("control-variants-field", {
      options: old?.options ?? [],
      variants: old?.variants ?? [],
      currency: this.currency,
      skuOfProduct: () => this.sku.value.trim(),
    });
    this.sku.addEventListener("change", () => this.variants.suggest());
    this.prices = el("div.c-field-row", this.#field("price", this.price), this.#field("prior_price", this.prior));
    this.choice = el("details.c-more", el("summary", { text: this.t("variants.heading") }), this.variants);
    this.choice.open = this.variants.any;
    const rows = [
      el("div.c-product-fields", this.#nameFields(), this.#imageBox()),
      this.prices,
      el("div.c-field-row", this.#field("link", this.link), this.#field("status", this.status)),
      this.choice,
      this.more.node,
    ];
    this.variants.addEventListener("variants", () => this.#follow());
    this.#follow();
    return rows;
  }

  async submit() {
    if (this.#incomplete()) return null;
    const product = {
      sku: this.sku.value.trim(),
      title: this.titleInput.value.trim(),
      image: this.image.value,
      ...this.#pictures(),
      link: withScheme(this.link.value) || null,
      status: this.status.value,
      ...this.#priced(),
      ...this.variants.body,
      ...this.more.body,
    };
    return this.ask("saveProduct", { product, add: !this.product });
  }

  /** The chosen one first; of a product that the server told in part, only that one. */
  #pictures() {
    const { value, values } = this.image;
    const known = this.product ? this.product.images : [];
    if (!known) return {};
    const urls = [...new Set([value, ...values])].filter(Boolean).slice(0, IMAGES);
    return { images: urls.map((url) => known.find((image) => image.url === url) ?? { url }) };
  }

  /** Of a product with variants, price and stock are theirs. What is sold meanwhile stays sold. */
  #priced() {
    if (this.variants.any) return {};
    const stock = this.stock.value === "" ? null : Number(this.stock.value);
    return { price: this.price.money, prior_price: this.prior.money, stock, stock_was: this.product?.stock ?? null };
  }

  #follow() {
    this.prices.hidden = this.stockField.hidden = this.variants.any;
  }

  /** Says at each field what it still needs. */
  #incomplete() {
    const own = !this.variants.any;
    const missing = [
      ["title", this.titleInput.value.trim() ? "" : this.t("product.title_needed")],
      ["sku", this.sku.value.trim() ? "" : this.t("product.sku_needed")],
      ["price", own ? this.price.wrong : ""],
      ["prior_price", !own || this.prior.empty ? "" : this.prior.wrong],
      ["stock", !own || this.stock.validity.valid ? "" : this.t("product.stock_wrong")],
      ["image", this.image.busy ? this.t("image.sending") : ""],
      ...this.more.missing,
    ].filter(([, message]) => message);
    for (const [name, message] of missing) fieldError(this.form, name, message);
    const unfit = this.variants.complain();
    this.form.querySelector('[aria-invalid="true"]')?.focus();
    return unfit || missing.length > 0;
  }

  #nameFields() {
    this.stockField = this.#field("stock", this.stock);
    const row = el("div.c-field-row", this.#field("sku", this.sku), this.stockField);
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
