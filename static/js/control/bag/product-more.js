import { el } from "../../shared/dom.js";
import { field } from "../forms/form.js";
import { SafetyFields } from "../forms/safety-fields.js";
import { paragraphs, plainText, valuesOf, valuesText } from "./variants.js";

/** What is known of a product besides what a show needs: for the shop tab, folded away. */
export class MoreFields {
  /** @param {any} element the dialog @param {any} old the product as the server tells it, or null @param {string} currency */
  constructor(element, old, currency) {
    this.t = (key) => element.t(key);
    this.was = plainText(old?.description ?? "");
    this.description = el("textarea", { rows: 5, value: this.was });
    this.brand = this.#text(old?.brand ?? "", 120);
    this.categories = this.#text(valuesText(old?.categories ?? []));
    this.tags = this.#text(valuesText(old?.tags ?? []));
    this.unitPrice = element.make("control-money-field", { currency, initial: old?.unit_price?.price ?? null });
    this.unit = this.#text(old?.unit_price?.unit ?? "", 20);
    this.minAge = el("input.v-num", { type: "number", min: "1", max: "120", inputMode: "numeric", value: old?.min_age ?? "" });
    this.safety = new SafetyFields(this.t, old?.safety ?? null);
    this.node = el("details.c-more", el("summary", { text: this.t("product.more") }), this.#fields());
  }

  /** As the server takes them; what is left away stays as it is. */
  get body() {
    const { unitPrice, unit, minAge } = this;
    const changed = this.description.value.trim() !== this.was;
    return {
      ...(changed && { description: paragraphs(this.description.value) }),
      brand: this.brand.value.trim(),
      categories: valuesOf(this.categories.value),
      tags: valuesOf(this.tags.value),
      ...(unitPrice.money && { unit_price: { price: unitPrice.money, unit: unit.value.trim() } }),
      min_age: minAge.value === "" ? 0 : Number(minAge.value),
      safety: this.safety.body,
    };
  }

  /** @returns {[string, string][]} fields and what each still needs; "" where nothing is missing */
  get missing() {
    const { unitPrice, unit, minAge } = this;
    const half = unitPrice.empty !== (unit.value.trim() === "");
    return [
      ["unit_price", unitPrice.empty ? "" : unitPrice.wrong],
      ["unit", half ? this.t("product.unit_needed") : ""],
      ["min_age", minAge.validity.valid ? "" : this.t("product.min_age_wrong")],
      ...this.safety.missing,
    ];
  }

  #fields() {
    const one = (name, control, hint) =>
      field({ name, label: this.t(`product.${name}`), control, hint: hint && this.t(`product.${hint}`) });
    const hint = (name) => el("p.c-hint", { text: this.t(`product.${name}`) });
    return el(
      "div.c-fields.c-product-more",
      one("description", this.description, "description_hint"),
      el("div.c-field-row", one("brand", this.brand), one("min_age", this.minAge, "min_age_hint")),
      el("div.c-field-row", one("categories", this.categories, "list_hint"), one("tags", this.tags, "list_hint")),
      el("div.c-field-row", one("unit_price", this.unitPrice), one("unit", this.unit, "unit_hint")),
      el("fieldset.c-fields", el("legend", { text: this.t("safety.heading") }), hint("safety_hint"), ...this.safety.rows),
    );
  }

  #text(value, maxLength = 2000) {
    return el("input", { type: "text", autocomplete: "off", value, maxLength });
  }
}
