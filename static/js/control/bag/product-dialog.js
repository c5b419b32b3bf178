import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, icon, problemText } from "../element.js";
import { ControlDialog, field, fieldError, withScheme } from "../forms/form.js";
import "../forms/money-field.js";

/**
 * The picture of a product: chosen, dropped or pasted, sent at once, and shown as the server keeps
 * it. `value` is the picture's address or null; `busy` while one is under way.
 */
class ControlImageField extends ControlElement {
  /** @type {string|null} */
  value = null;
  busy = false;

  build() {
    this.picture = el("img", { alt: "", hidden: true });
    this.note = el("span.c-drop-note");
    this.file = el("input", {
      type: "file",
      accept: "image/*",
      on: { change: () => this.#take(this.file.files) },
    });
    this.clear = el("button.c-button.c-small", {
      type: "button",
      text: this.t("image.remove"),
      on: { click: () => this.#show(null) },
    });
    const drop = el("label.c-drop", icon("image"), this.picture, this.note, this.file);
    drop.addEventListener("dragover", (event) => this.#over(event, drop, true));
    drop.addEventListener("dragleave", (event) => this.#over(event, drop, false));
    drop.addEventListener("drop", (event) => {
      this.#over(event, drop, false);
      this.#take(event.dataTransfer?.files);
    });
    this.addEventListener("paste", (event) => this.#take(event.clipboardData?.files));
    this.wrong = el("p.c-wrong", { role: "alert", hidden: true });
    this.append(drop, this.clear, this.wrong);
    this.#show(this.value);
  }

  #over(event, drop, on) {
    event.preventDefault();
    drop.toggleAttribute("data-over", on);
  }

  async #take(files) {
    const file = files?.[0];
    if (!file || this.busy) return;
    this.#working(true);
    try {
      const { url } = await this.ask("uploadImage", { file });
      this.#show(url);
    } catch (problem) {
      setText(this.wrong, problemText(this.ctx.t, problem));
      this.wrong.hidden = false;
    } finally {
      this.#working(false);
      this.file.value = "";
    }
  }

  #working(busy) {
    this.busy = busy;
    setAttribute(this, "aria-busy", busy ? "true" : null);
    if (busy) this.wrong.hidden = true;
    this.#words();
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string|null} url */
  #show(url) {
    this.value = url;
    this.picture.hidden = !url;
    if (url) this.picture.src = url;
    this.clear.hidden = !url;
    this.#words();
  }

  #words() {
    if (this.busy) setText(this.note, this.t("image.sending"));
    else setText(this.note, this.value ? "" : this.t("image.drop"));
  }
}

customElements.define("control-image-field", ControlImageField);

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
