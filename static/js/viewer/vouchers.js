/** Vouchers that the show gives to those who tap first. Fetched when there is one. */

import { ROOT } from "../client/reconnect.js";
import { el, setOptional, setText } from "../shared/dom.js";
import { formatDiscount, formatMoney } from "../shared/offer.js";
import "../shared/timers.js";

/** @param {any} voucher @param {string} lang @returns {string} "−10%", "−€5.00" */
export function offText({ percent, amount }, lang) {
  return percent ? formatDiscount(percent, lang) : `\u2212${formatMoney(amount, lang)}`;
}

/** One offer: what it takes off, how many are left, and the button that takes one. */
class VoucherCard {
  #words;
  #show;
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

  /** @param {string} show @param {{t: Function, lang: string, now: () => number}} words */
  constructor(show, words) {
    this.#show = show;
    this.#words = words;
    this.#clock.now = words.now;
    this.#take.addEventListener("click", () => void this.#claim());
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

  async #claim() {
    this.#take.disabled = true;
    const address = `${ROOT}/api/v1/shows/${encodeURIComponent(this.#show)}/vouchers/${encodeURIComponent(this.#id)}/claims`;
    const answer = await fetch(address, { method: "POST" }).catch(() => null);
    this.#state = answer?.ok ? "yours" : answer?.status === 409 ? "taken" : "wait";
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
  #show;
  #words;
  /** @type {Map<string, VoucherCard>} */
  #cards = new Map();

  /** @param {HTMLElement} place @param {string} show @param {any} words */
  constructor(place, show, words) {
    this.#place = place;
    this.#show = show;
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
      card = new VoucherCard(this.#show, this.#words);
      this.#cards.set(id, card);
      this.#place.append(card.element);
    }
    return card;
  }
}
