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

/** @param {number} percent 24 @param {string} lang @returns {string} "−24%", "−24 %", with a true minus sign */
export function formatDiscount(percent, lang) {
  return new Intl.NumberFormat(lang, { style: "percent" }).format(-percent / 100).replace("-", "−");
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
