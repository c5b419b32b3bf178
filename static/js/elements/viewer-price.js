import { formatMoney, spokenMoney } from "../live/money.js";
import { node, setText } from "./viewer-node.js";

/** An amount of money: digits for the eye, words for a screen reader. */
export class Price {
  #seen = node("bdi");
  #said = node("span", "vh");

  /** @param {string} className @param {string} lang @param {string} [tag] */
  constructor(className, lang, tag = "span") {
    this.lang = lang;
    this.#seen.setAttribute("aria-hidden", "true");
    this.element = node(tag, `price v-num ${className}`, this.#seen, this.#said);
  }

  /** @param {{amount: number, currency: string} | null} money null hides it */
  update(money, before = "") {
    this.element.hidden = !money;
    if (!money) return;
    setText(this.#seen, formatMoney(money, this.lang));
    setText(this.#said, `${before} ${spokenMoney(money, this.lang)}`.trim());
  }
}
