/** The fields that a show is made and edited with, and the words of all that is fetched with them. */

import { el } from "../../shared/dom.js";
import { field, withScheme } from "../forms/form.js";

export const WORDS = {
  de: () => import("../../i18n/control-shows/de.js"),
  en: () => import("../../i18n/control-shows/en.js"),
  es: () => import("../../i18n/control-shows/es.js"),
  fr: () => import("../../i18n/control-shows/fr.js"),
  it: () => import("../../i18n/control-shows/it.js"),
};

const USUAL = ["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "BRL", "MXN", "CAD", "AUD", "INR", "IDR"];
const HOME = { it: "EUR", de: "EUR", fr: "EUR", es: "EUR", "en-GB": "GBP", ja: "JPY", "pt-BR": "BRL", "en-US": "USD" };

/** @param {string} lang @param {string} [value] empty: what is usual where the browser is @returns {HTMLSelectElement} */
export function currencySelect(lang, value) {
  const names = new Intl.DisplayNames(lang, { type: "currency" });
  const rest = Intl.supportedValuesOf("currency").filter((code) => !USUAL.includes(code));
  const option = (code) => el("option", { value: code, text: `${code} · ${names.of(code)}` });
  const select = el("select", ...USUAL.map(option), el("hr"), ...rest.map(option));
  select.value = value ?? HOME[navigator.language] ?? HOME[lang] ?? "EUR";
  return select;
}

/** Who sells, and where: a name alone is enough, an address needs a name. */
export class SellerFields {
  /** @param {{t: (key: string) => string}} words @param {{name: string, url: string|null}|null} host */
  constructor({ t }, host) {
    this.t = t;
    this.name = el("input", { type: "text", maxLength: 80, autocomplete: "organization", value: host?.name ?? "" });
    this.url = el("input", { type: "url", placeholder: "https://", value: host?.url ?? "" });
    this.url.addEventListener("change", () => (this.url.value = withScheme(this.url.value)));
    this.node = el(
      "div.c-field-row",
      field({ name: "name", label: t("show.seller"), control: this.name, hint: t("show.seller_hint") }),
      field({ name: "url", label: t("show.seller_url"), control: this.url, hint: t("show.seller_url_hint") }),
    );
  }

  get host() {
    const name = this.name.value.trim();
    return name ? { name, url: withScheme(this.url.value) || null } : null;
  }

  /** @returns {[string, string]} the field and what it needs; "" when nothing */
  get wrong() {
    return ["name", this.url.value.trim() && !this.host ? this.t("show.seller_needed") : ""];
  }
}

/** When the show is to begin, by the clock of whoever types it. */
export class StartField {
  /** @param {{t: (key: string) => string}} words @param {number|null} at ms */
  constructor({ t }, at) {
    this.input = el("input.v-num", { type: "datetime-local", value: at === null ? "" : localMinute(at) });
    this.node = field({ name: "starts_at", label: t("show.starts_at"), control: this.input, hint: t("show.starts_at_hint") });
  }

  /** @returns {number|null} ms */
  get at() {
    return this.input.value ? new Date(this.input.value).getTime() : null;
  }
}

/** @param {number} ms @returns {string} "2025-11-22T20:00", local, as the input takes it */
export function localMinute(ms) {
  const at = new Date(ms);
  const two = (n) => String(n).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
