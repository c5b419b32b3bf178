import { el } from "../../shared/dom.js";
import { exponentOf } from "../../shared/offer.js";
import { ControlElement } from "../element.js";

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

/**
 * An amount typed in major units of `currency`. `money` is null while it is empty or unreadable;
 * `wrong` says why in words, for the field around it. Its input bubbles "input" as usual.
 */
class ControlMoneyField extends ControlElement {
  currency = "EUR";
  /** @type {{amount: number, currency: string}|null} */
  initial = null;
  autofocus = false;

  build() {
    const text = this.initial ? moneyText(this.initial, this.ctx.lang) : "";
    this.input = el("input.v-num", {
      type: "text",
      inputMode: "decimal",
      autocomplete: "off",
      value: text,
      size: 8,
      autofocus: this.autofocus,
    });
    this.append(el("span.c-money-unit", { text: this.currency }), this.input);
  }

  get empty() {
    return !this.input.value.trim();
  }

  get money() {
    const read = parseMoney(this.input.value, this.currency);
    return "money" in read ? read.money : null;
  }

  get wrong() {
    const read = parseMoney(this.input.value, this.currency);
    return "wrong" in read ? this.t(`money.${read.wrong}`, { currency: this.currency }) : "";
  }
}

customElements.define("control-money-field", ControlMoneyField);
