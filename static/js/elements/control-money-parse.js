import { exponentOf } from "../live/money.js";

/**
 * Reads a price the way people type it: "18.90", "18,90", "€ 1.234,50". A lone separator with three
 * digits behind it ("1.890") could be either and is sent back rather than guessed.
 *
 * @param {string} text
 * @param {string} currency
 * @returns {{money: {amount: number, currency: string}} |
 *   {wrong: "empty"|"not_a_number"|"ambiguous"|"too_precise"|"too_large"}}
 */
export function parseMoney(text, currency) {
  const digits = exponentOf(currency);
  const bare = text.replace(/[\s\u00a0\u202f'’]/g, "").replace(/^\p{Sc}|\p{Sc}$/u, "");
  if (!bare) return { wrong: "empty" };
  if (!/^\d+([.,]\d+)*[.,]?$/.test(bare)) return { wrong: "not_a_number" };
  const parts = split(bare, digits);
  if (!parts) return { wrong: "ambiguous" };
  const [whole, fraction] = parts;
  if (fraction.length > digits) return { wrong: "too_precise" };
  const amount = Number(whole + fraction.padEnd(digits, "0"));
  return Number.isSafeInteger(amount) ? { money: { amount, currency } } : { wrong: "too_large" };
}

/** @param {string} bare @param {number} digits @returns {[string, string]|null} */
function split(bare, digits) {
  const marks = bare.replace(/\d/g, "");
  if (!marks) return [bare, ""];
  const last = bare.lastIndexOf(marks.at(-1) ?? "");
  const tail = bare.slice(last + 1);
  const whole = bare.slice(0, last).replace(/[.,]/g, "");
  const two = new Set(marks).size > 1;
  if (!two && marks.length > 1) return grouped(bare) ? [bare.replace(/[.,]/g, ""), ""] : null;
  if (!two && tail.length === 3 && digits !== 3) {
    return digits === 0 ? [whole + tail, ""] : null;
  }
  return [whole, tail];
}

/** @param {string} bare "1.234.567": every group after the first has three digits */
function grouped(bare) {
  return bare
    .split(/[.,]/)
    .slice(1)
    .every((group) => group.length === 3);
}

/**
 * Minor units as text for an input: 1890 EUR → "18.90", with the language's own decimal sign.
 *
 * @param {{amount: number, currency: string}} money
 * @param {string} lang
 */
export function moneyText(money, lang) {
  const digits = exponentOf(money.currency);
  return new Intl.NumberFormat(lang, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
    numberingSystem: "latn",
  }).format(money.amount / 10 ** digits);
}
