import { formatMoney } from "../live/money.js";
import { el, isolated, setOptional } from "./stage-dom.js";

/** @typedef {import("../live/money.js").Money} Money */

/** A price with more characters is set smaller, so that it stays on its line. */
const ROOMY_CHARS = 10;

/**
 * A price, and beside it what it was before and by how much it fell: only where the seller declared
 * the earlier price and it is really higher. The percentage is the deal's own and never computed here.
 */
export class StagePrice {
  #now = isolated("v-price__now v-num");
  #was = el("s", "v-price__was v-num");
  #percent = isolated("v-price__percent v-num");

  /** @param {string} className */
  constructor(className) {
    this.element = el("div", `v-price ${className}`, this.#now, this.#was, this.#percent);
  }

  /**
   * @param {{price?: Money|null, was?: Money|null, percent?: number|null}} data
   * @param {{language: string, locale: string}} speech
   */
  update({ price, was, percent }, { language, locale }) {
    const fell = wasHigher(price, was);
    const text = price ? formatMoney(price, language) : "";
    setOptional(this.#now, text);
    setOptional(this.#was, fell ? formatMoney(/** @type {Money} */ (was), language) : null);
    setOptional(this.#percent, fell && percent ? formatPercent(percent, locale) : null);
    this.element.hidden = !price;
    const fit = Math.max(0.5, Math.min(1, ROOMY_CHARS / text.length));
    this.element.style.setProperty("--v-fit", fit.toFixed(2));
  }
}

/** @param {Money|null|undefined} price @param {Money|null|undefined} was */
export function wasHigher(price, was) {
  return Boolean(price && was && was.currency === price.currency && was.amount > price.amount);
}

/** @param {number} percent 24 @param {string} lang @returns {string} "−24%", "−24 %" */
export function formatPercent(percent, lang) {
  return `−${new Intl.NumberFormat(lang, { style: "percent" }).format(percent / 100)}`;
}
