import { el } from "../../shared/dom.js";
import { field, withScheme } from "../forms/form.js";
import "../forms/money-field.js";

const ROWS = 3;
const SELLER = ["legal_name", "address", "contact"];

/** What buyers are told before they pay: who sells, where it is delivered to, how they may withdraw. */
export class SellingFields {
  /**
   * @param {{t: (key: string, values?: any) => string, make: (tag: string, props: any) => any}} dialog
   * @param {any} shop as the server tells it @param {any[]} markets @param {string} currency
   */
  constructor(dialog, shop, markets, currency) {
    Object.assign(this, { t: dialog.t.bind(dialog), make: dialog.make.bind(dialog), currency });
    const text = (value, maxLength, more = {}) => el("input", { type: "text", autocomplete: "off", maxLength, value: value ?? "", ...more });
    const number = (value, min, max) => el("input", { type: "number", min, max, step: 1, required: true, value: String(value) });
    const told = shop.seller ?? {};
    this.seller = { legal_name: text(told.legal_name, 120), address: text(told.address, 300), contact: text(told.contact, 254) };
    this.days = number(shop.withdrawal_days ?? 14, 0, 365);
    this.terms = el("textarea", { rows: 3, maxLength: 2000, value: shop.withdrawal ?? "" });
    this.privacy = text(shop.privacy, 2048, { placeholder: "https://" });
    this.minutes = number(shop.reserve_minutes ?? 10, 2, 60);
    const kept = Array.from({ length: Math.max(ROWS, markets.length + 1) }, (_, at) => markets[at] ?? null);
    this.markets = kept.map((market) => this.#market(market, text));
  }

  /** @returns {Node} */
  get element() {
    const { t, seller } = this;
    const row = (...parts) => el("div.c-field-row", ...parts);
    const one = (name, control, hint = "") => field({ name, label: t(`selling.${name.replace(".", "_")}`), control, hint: hint && t(`selling.${hint}`) });
    const fold = el("details.c-more", el("summary", { text: t("selling.heading") }), el("div.c-product-more",
      el("p.c-hint", { text: t("selling.hint") }),
      row(one("seller.legal_name", seller.legal_name), one("seller.contact", seller.contact)),
      one("seller.address", seller.address),
      ...this.markets.map((market, at) => this.#marketFields(market, at)),
      row(one("withdrawal_days", this.days, "days_hint"), one("reserve_minutes", this.minutes, "minutes_hint")),
      one("withdrawal", this.terms, "terms_hint"),
      one("privacy", this.privacy),
    ));
    fold.open = SELLER.some((name) => seller[name].value) || Boolean(this.markets[0].kept);
    return fold;
  }

  /** The part of the profile that the server takes. */
  get body() {
    const told = Object.fromEntries(SELLER.map((name) => [name, this.seller[name].value.trim()]));
    const contact = told.contact.includes("@") ? told.contact : withScheme(told.contact);
    const some = SELLER.some((name) => told[name]);
    return {
      seller: some ? { ...told, contact } : null,
      withdrawal_days: Number(this.days.value),
      withdrawal: this.terms.value.trim(),
      privacy: withScheme(this.privacy.value) || null,
      reserve_minutes: Number(this.minutes.value),
    };
  }

  /** @returns {any[]} the markets that have a name, in their order */
  get told() {
    return this.#filled.map(({ kept, name, countries, shipping, free, tax }) => ({
      code: kept?.code ?? codeOf(name.value),
      name: name.value.trim(),
      countries: countries.value.toUpperCase().split(/[\s,;]+/).filter(Boolean),
      shipping: shipping.money ?? { amount: 0, currency: this.currency },
      free_from: free.money,
      tax_bps: tax.value === "" ? null : Math.round(Number(tax.value) * 100),
    }));
  }

  /** @returns {[string, string][]} fields and what each still needs */
  get missing() {
    const { t } = this;
    const seller = SELLER.map((name) => [`seller.${name}`, this.body.seller && !this.body.seller[name] ? t("selling.needed") : ""]);
    const markets = this.markets.flatMap(({ countries, shipping, free, name }, at) => [
      [`markets.${at}.name`, !name.value.trim() && (countries.value || !shipping.empty) ? t("selling.needed") : ""],
      [`markets.${at}.shipping`, name.value.trim() && !shipping.empty ? shipping.wrong : ""],
      [`markets.${at}.free_from`, !free.empty ? free.wrong : ""],
    ]);
    return /** @type {[string, string][]} */ ([...seller, ...markets]);
  }

  get #filled() {
    return this.markets.filter(({ name }) => name.value.trim());
  }

  #market(kept, text) {
    const money = (initial) => this.make("control-money-field", { currency: kept?.shipping.currency ?? this.currency, initial: initial ?? null });
    const tax = kept?.tax_bps;
    return {
      kept,
      name: text(kept?.name, 80),
      countries: text(kept?.countries.join(", "), 1000, { placeholder: "IT, SM" }),
      shipping: money(kept?.shipping),
      free: money(kept?.free_from),
      tax: el("input", { type: "number", min: 0, max: 100, step: 0.01, value: tax === null || tax === undefined ? "" : String(tax / 100) }),
    };
  }

  #marketFields({ name, countries, shipping, free, tax }, at) {
    const { t } = this;
    const one = (part, control, hint = "") => field({ name: `markets.${at}.${part}`, label: t(`selling.market_${part}`), control, hint: hint && t(`selling.${hint}`) });
    return el("fieldset.c-fields", el("legend", { text: t("selling.market", { n: at + 1 }) }),
      el("div.c-field-row", one("name", name), one("countries", countries, "countries_hint")),
      el("div.c-field-row", one("shipping", shipping), one("free_from", free)),
      one("tax_bps", tax, "tax_hint"),
    );
  }
}

/** @param {string} name @returns {string} "Österreich" → "osterreich" */
function codeOf(name) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 32) || "market";
}
