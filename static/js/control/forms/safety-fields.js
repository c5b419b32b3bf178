import { el } from "../../shared/dom.js";
import { field, withScheme } from "./form.js";

/** What dialogs with these fields say besides their own words. */
export const SAFETY_WORDS = {
  de: () => import("../../i18n/control-safety/de.js"),
  en: () => import("../../i18n/control-safety/en.js"),
  es: () => import("../../i18n/control-safety/es.js"),
  fr: () => import("../../i18n/control-safety/fr.js"),
  it: () => import("../../i18n/control-safety/it.js"),
};

const NEEDED = ["maker", "address", "contact"];

/** Product safety, of a product or of the shop: who made it, who answers for it, what to beware of. */
export class SafetyFields {
  /** @param {(key: string) => string} t @param {any} told as the server tells it, or null */
  constructor(t, told) {
    this.t = t;
    const text = (value, maxLength) => el("input", { type: "text", autocomplete: "off", maxLength, value: value ?? "" });
    this.controls = {
      maker: text(told?.maker, 120),
      address: text(told?.address, 300),
      contact: text(told?.contact, 254),
      responsible: text(told?.responsible, 600),
      warnings: el("textarea", { rows: 3, maxLength: 2000, value: told?.warnings ?? "" }),
    };
  }

  /** @returns {Node[]} */
  get rows() {
    const row = (...parts) => el("div.c-field-row", ...parts);
    return [
      row(this.#field("maker"), this.#field("contact", "contact_hint")),
      this.#field("address"),
      this.#field("responsible", "responsible_hint"),
      this.#field("warnings", "warnings_hint"),
    ];
  }

  /** As the server takes them; all empty means that there is none. */
  get body() {
    const told = Object.fromEntries(Object.entries(this.controls).map(([name, { value }]) => [name, value.trim()]));
    return { ...told, contact: told.contact.includes("@") ? told.contact : withScheme(told.contact) };
  }

  get empty() {
    return Object.values(this.body).every((value) => value === "");
  }

  /** @returns {[string, string][]} fields and what each still needs; "" where nothing is missing */
  get missing() {
    const { body, empty } = this;
    return NEEDED.map((name) => [name, empty || body[name] ? "" : this.t("safety.needed")]);
  }

  #field(name, hint = "") {
    return field({ name, label: this.t(`safety.${name}`), control: this.controls[name], hint: hint && this.t(`safety.${hint}`) });
  }
}
