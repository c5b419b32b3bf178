/** What a product costs, how an amount is written, and the advertising badge in words. */

/**
 * Money is `{amount, currency}` in minor units. How many decimals a currency has is ISO 4217's word,
 * not the browser's: engines follow CLDR, which says 0 for LBP or RSD where the standard says 2.
 * The table holds every exponent that is not 2 and equals `server/vetrina/domain/money.py` (tested).
 */

/** @typedef {{amount: number, currency: string}} Money */

/** @type {Readonly<Record<string, number>>} */
export const EXPONENTS = Object.freeze({
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0,
  VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
  CLF: 4, UYW: 4,
});

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {string} currency @returns {number} decimals of the currency */
export function exponentOf(currency) {
  return EXPONENTS[currency] ?? 2;
}

/** @param {Money} money @param {string} lang BCP 47 @returns {string} "€18.90", "18,90 €" */
export function formatMoney(money, lang) {
  return format(money, lang, "symbol");
}

/** @param {Money} money @param {string} lang @returns {string} for screen readers: "18.90 euros" */
export function spokenMoney(money, lang) {
  return format(money, lang, "name");
}

/**
 * Where variants differ, the lowest price with the word before it.
 *
 * @param {{price: Money, priceTo?: Money|null}} offer @param {string} lang
 * @param {(key: string, values?: Record<string, any>) => string} t
 * @returns {string} "€18.90", "from €18.90"
 */
export function priceText({ price, priceTo }, lang, t) {
  return fromText(priceTo, t) + formatMoney(price, lang);
}

/**
 * @param {{price: Money, priceTo?: Money|null}} offer @param {string} lang
 * @param {(key: string, values?: Record<string, any>) => string} t
 * @returns {string} for screen readers: "from 18.90 euros"
 */
export function spokenPrice({ price, priceTo }, lang, t) {
  return fromText(priceTo, t) + spokenMoney(price, lang);
}

/**
 * @param {Money|null|undefined} priceTo the highest price, where variants differ
 * @param {(key: string, values?: Record<string, any>) => string} t
 * @returns {string} what stands before the lowest price: "from ", or nothing
 */
export function fromText(priceTo, t) {
  return priceTo ? t("from_price", { price: "" }) : "";
}

/** @param {number} percent 24 @param {string} lang @returns {string} "−24%", "−24 %", with a true minus sign */
export function formatDiscount(percent, lang) {
  return new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 2 }).format(-percent / 100).replace("-", "−");
}

/** @param {Money} money @param {string} lang @param {"symbol"|"name"} display */
function format({ amount, currency }, lang, display) {
  const exponent = exponentOf(currency);
  const key = `${lang} ${currency} ${display}`;
  let numberFormat = formats.get(key);
  if (!numberFormat) {
    numberFormat = new Intl.NumberFormat(lang, {
      style: "currency",
      currency,
      currencyDisplay: display,
      minimumFractionDigits: exponent,
      maximumFractionDigits: exponent,
    });
    formats.set(key, numberFormat);
  }
  return numberFormat.format(amount / 10 ** exponent);
}

/**
 * What a product costs at this moment, and what may honestly be said about it: one rule for overlay,
 * phone and panel. Pure. `server/vetrina/domain/show/offer.py` is its twin; both run `tests/fixtures/offer.json`.
 */

/** Below this many pieces the stock is worth a word; above it, saying so would only press. */
const FEW = 10;

/** @typedef {Money} Money */
/** @typedef {"none"|"announced"|"starting"|"running"|"over"} Phase */

/**
 * A deadline that has passed is over, also while the server cannot be reached; a start that has passed
 * is only believed when the server says so. So no screen promises a price that is not charged.
 *
 * @param {any} deal of the public state, or null @param {number} now server time, ms
 * @returns {Phase} "starting": its time has come, and the server's word has not
 */
function phaseOf(deal, now) {
  if (!deal) return "none";
  if (deal.status === "announced") return now < deal.starts_at ? "announced" : "starting";
  return now < deal.ends_at && deal.left !== 0 ? "running" : "over";
}

/** @param {any[]} deals of the public state @param {string} sku @returns {any} the product's deal, or null */
export function dealOf(deals, sku) {
  return deals.find((deal) => deal.product.sku === sku) ?? null;
}

/**
 * @param {{price: Money, price_to?: Money, prior_price: Money|null, stock: number|null}} product
 * @param {any} deal the deal of this product in the public state, or null
 * @param {number} now server time, ms
 * @returns {{phase: Phase, price: Money, was: Money|null, priceTo: Money|null, percent: number|null, soldOut: boolean, few: number|null}}
 *   `few`: how many are left, where that is worth a word; `priceTo`: the highest price, where variants
 *   differ and `price` is "from"
 */
export function offerOf(product, deal, now) {
  const phase = phaseOf(deal, now);
  const running = phase === "running";
  const price = running ? deal.price : product.price;
  const before = running ? deal.was : product.prior_price;
  const was = wasHigher(price, before) ? before : null;
  const priceTo = (running ? deal.price_to : product.price_to) ?? null;
  const { stock } = product;
  const counted = running && deal.quantity;
  return {
    phase,
    price,
    was,
    priceTo,
    percent: running && (was || priceTo) ? deal.percent : null,
    soldOut: stock === 0,
    few: stock !== null && stock > 0 && stock <= FEW && !counted ? stock : null,
  };
}

/**
 * A price to strike through exists only where the declared earlier price is really higher.
 *
 * @param {Money|null|undefined} price @param {Money|null|undefined} before
 */
export function wasHigher(price, before) {
  return Boolean(price && before && before.currency === price.currency && before.amount > price.amount);
}

/**
 * The advertising badge in words, the same way on every screen. A seller's own label replaces ours.
 *
 * @param {{type: string, label?: string|null, brand?: string|null}} disclosure of the show
 * @param {(key: string, values?: Record<string, any>) => string} t
 * @returns {string} empty where the host has declared that there is nothing to disclose
 */
export function disclosureText({ type, label, brand }, t) {
  if (label) return brand ? t("with_brand", { label, brand }) : label;
  if (type === "none") return "";
  return brand ? t(`${type}_with`, { brand }) : t(type);
}
