/** Vouchers that the show gives to those who tap first. Fetched when there is one. */

import { el, setOptional, setText } from "../shared/dom.js";
import { formatDiscount, formatMoney } from "../shared/offer.js";
import "../shared/timers.js";

/** @param {any} voucher @param {string} lang @returns {string} "−10%", "−€5.00" */
export function offText({ percent, amount }, lang) {
  return percent ? formatDiscount(percent, lang) : `\u2212${formatMoney(amount, lang)}`;
}

/** Takes an offer, by its id. @typedef {(id: string) => Promise<"yours"|"taken"|"wait">} Claim */

/** One offer: what it takes off, how many are left, and the button that takes one. */
class VoucherCard {
  #words;
  #claim;
  #off = el("b.voucher-off.v-num");
  #title = el("h3.voucher-title");
  #terms = el("p.voucher-terms");
  #left = el("span.v-num");
  #clock = /** @type {any} */ (el("v-countdown.v-num", { role: "timer" }));
  #take = el("button.voucher-take", { type: "button" });
  #said = el("p.voucher-said", { role: "status" });
  #id = "";
  /** "" until it was asked for, then "yours", "taken" or "wait". */
  #state = "";

  /** @param {Claim} claim @param {{t: Function, lang: string, now: () => number}} words */
  constructor(claim, words) {
    this.#claim = claim;
    this.#words = words;
    this.#clock.now = words.now;
    this.#take.addEventListener("click", () => void this.#taken());
    const facts = el("div.voucher-facts", this.#title, this.#terms, el("p.voucher-left", this.#left, this.#clock));
    this.element = el("article.voucher", this.#off, facts, this.#take, this.#said);
  }

  /** @param {any} voucher */
  update(voucher) {
    const { t, lang } = this.#words;
    const { id, quantity, left, min_spend: least, ends_at: endsAt, skus } = voucher;
    this.#id = id;
    setText(this.#off, offText(voucher, lang));
    setText(this.#title, quantity ? t("voucher_first", { n: quantity }) : t("voucher"));
    const terms = [least && t("voucher_min", { price: formatMoney(least, lang) }), skus && t("voucher_some")];
    setOptional(this.#terms, terms.filter(Boolean).join(" · "));
    setOptional(this.#left, Number.isInteger(left) ? t("of_left", { left, n: quantity }) : "");
    this.#clock.hidden = !endsAt;
    this.#clock.deadline = endsAt;
    this.#draw();
  }

  async #taken() {
    this.#take.disabled = true;
    this.#state = await this.#claim(this.#id);
    this.#take.disabled = false;
    this.#draw();
  }

  #draw() {
    const { t } = this.#words;
    setText(this.#take, t("voucher_take"));
    this.#take.hidden = this.#state === "yours" || this.#state === "taken";
    setOptional(this.#said, this.#state && t(`voucher_${this.#state}`));
  }
}

/** All offers of the show, in their order. */
export class VoucherCards {
  #place;
  #claim;
  #words;
  /** @type {Map<string, VoucherCard>} */
  #cards = new Map();

  /** @param {HTMLElement} place @param {Claim} claim @param {any} words */
  constructor(place, claim, words) {
    this.#place = place;
    this.#claim = claim;
    this.#words = words;
  }

  /** @param {any[]} vouchers that can be taken now */
  update(vouchers) {
    const there = new Set(vouchers.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (there.has(id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    for (const voucher of vouchers) this.#card(voucher.id).update(voucher);
    this.#place.hidden = vouchers.length === 0;
  }

  /** @param {string} id */
  #card(id) {
    let card = this.#cards.get(id);
    if (!card) {
      card = new VoucherCard(this.#claim, this.#words);
      this.#cards.set(id, card);
      this.#place.append(card.element);
    }
    return card;
  }
}
