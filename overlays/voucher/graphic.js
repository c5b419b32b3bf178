import { el, setOptional, setText } from "../../static/js/shared/dom.js";
import { formatDiscount, formatMoney } from "../../static/js/shared/offer.js";
import "../../static/js/shared/timers.js";
import { StageGraphic } from "../../static/js/stage/graphic.js";

/** @typedef {import("../../static/js/shared/timers.js").Countdown} Countdown */

/**
 * A voucher that viewers take by tap: what it takes off, for how many, and how many there still are.
 *
 * Its code is not in its data, so nothing on the stream gives it away. The deadline is absolute; at
 * zero the card says "Ended" by itself. `ended` ("time" or "taken") says that it is over before.
 */
export default class Voucher extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #off = el("bdi.v-voucher__off.v-num");
  #title = el("div.v-voucher__title");
  #terms = el("div.v-voucher__terms");
  #how = el("div.v-voucher__how");
  #fill = el("div.v-voucher__fill");
  #bar = el("div.v-voucher__bar", this.#fill);
  #left = el("bdi.v-voucher__left.v-num");
  #countdown = /** @type {Countdown} */ (el("v-countdown.v-voucher__countdown.v-num"));
  #foot = el("div.v-voucher__foot", this.#left, this.#countdown);

  build() {
    this.#countdown.now = () => this.now();
    this.#countdown.addEventListener("countdown-over", () => this.render());
    const stub = el("div.v-voucher__stub", this.#off);
    const body = el("div.v-voucher__body", this.#title, this.#terms, this.#how, this.#bar, this.#foot);
    return el("section.v-card.v-voucher", stub, body);
  }

  async stopAction(/** @type {any} */ params) {
    const answer = await super.stopAction(params);
    if (!this.shown) this.#countdown.deadline = null;
    return answer;
  }

  render() {
    const { data, t } = this;
    this.card.dataset.phase = this.#over ? "over" : "on";
    const off = data.percent ? formatDiscount(data.percent, this.locale) : lessMoney(data.amount, this.locale);
    setText(this.#off, off);
    this.card.style.setProperty("--v-chars", String(Math.max(4, off.length)));
    setText(this.#title, data.quantity ? t("voucher_first", { n: data.quantity }) : t("voucher"));
    setOptional(this.#terms, this.#conditions());
    setOptional(this.#how, this.#over ? null : t("voucher_how"));
    this.#stock();
    this.#count();
  }

  get #over() {
    const { ends_at: endsAt, ended, left } = this.data;
    return Boolean(ended) || left === 0 || Boolean(endsAt && this.now() >= endsAt);
  }

  /** @returns {string|null} */
  #conditions() {
    const { data, t } = this;
    const least = data.min_spend && t("voucher_min", { price: formatMoney(data.min_spend, this.locale) });
    return [least, data.some && t("voucher_some")].filter(Boolean).join(" · ") || null;
  }

  #stock() {
    const { data, t } = this;
    const counted = !this.#over && data.quantity > 0 && Number.isInteger(data.left);
    const left = counted ? Math.min(Math.max(data.left, 0), data.quantity) : 0;
    this.#bar.hidden = !counted;
    this.#fill.style.transform = `scaleX(${counted ? left / data.quantity : 0})`;
    const taken = data.ended === "taken" || data.left === 0;
    setOptional(this.#left, counted ? t("of_left", { left, n: data.quantity }) : taken ? t("voucher_taken") : null);
  }

  #count() {
    const { data, t } = this;
    const taken = data.ended === "taken" || data.left === 0;
    this.#countdown.overText = taken ? "" : t("ended");
    this.#countdown.deadline = this.#over ? 1 : (data.ends_at ?? null);
    this.#countdown.refresh();
    this.#countdown.hidden = taken || (!this.#over && (!data.ends_at || data.ticking === false));
    this.#foot.hidden = this.#left.hidden && this.#countdown.hidden;
  }
}

/** @param {{amount: number, currency: string}|null|undefined} money @param {string} lang "−€5.00" */
function lessMoney(money, lang) {
  return money ? `\u2212${formatMoney(money, lang)}` : "";
}
