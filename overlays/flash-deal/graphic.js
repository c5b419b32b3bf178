import { el, setOptional, setText } from "../../static/js/shared/dom.js";
import { formatDiscount, wasHigher } from "../../static/js/shared/offer.js";
import "../../static/js/shared/timers.js";
import { StageGraphic, StagePrice } from "../../static/js/stage/graphic.js";

/** @typedef {import("../../static/js/shared/timers.js").Countdown} Countdown */

/**
 * A flash deal: before it, until when it starts; during it, what is left of time and pieces.
 *
 * Deadlines are absolute. At zero the card says "Ended" by itself, also when nobody tells it.
 * `ticking: false` shows the deadline as a time of day: for a page that lost its server.
 * `ended` ("time" or "sold_out") says that it is over before its time.
 */
export default class FlashDeal extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #label = el("span.v-deal__label");
  #percent = el("bdi.v-deal__percent.v-num");
  #countdown = /** @type {Countdown} */ (el("v-countdown.v-deal__countdown.v-num"));
  #clock = el("bdi.v-deal__clock.v-num");
  #title = el("div.v-deal__title");
  #price = new StagePrice("v-deal__price");
  #fill = el("div.v-deal__fill");
  #bar = el("div.v-deal__bar", this.#fill);
  #left = el("bdi.v-deal__left.v-num");
  #ends = el("bdi.v-deal__ends.v-num");
  #more = el("div.v-deal__more");
  #foot = el("div.v-deal__foot", this.#left, this.#ends);

  build() {
    this.#title.dir = "auto";
    this.#countdown.now = () => this.now();
    this.#countdown.addEventListener("countdown-over", () => this.render());
    const head = el("div.v-deal__head", this.#label, this.#percent);
    return el("section.v-card.v-deal", head, this.#countdown, this.#clock, this.#title,
      this.#price.element, this.#bar, this.#foot, this.#more);
  }

  async stopAction(/** @type {any} */ params) {
    const answer = await super.stopAction(params);
    if (!this.shown) this.#countdown.deadline = null;
    return answer;
  }

  render() {
    this.card.dataset.motion = this.motion;
    const phase = this.#phase();
    if (this.card.dataset.phase !== phase) this.card.dataset.phase = phase;
    this.#headline(phase);
    this.#count(phase);
    this.#offer();
    this.#stock(phase);
  }

  /** @returns {"soon"|"on"|"over"} at this moment */
  #phase() {
    const { starts_at: startsAt, ends_at: endsAt, ended } = this.data;
    const now = this.now();
    if (ended || (endsAt && now >= endsAt)) return "over";
    return startsAt && now < startsAt ? "soon" : "on";
  }

  /** @param {string} phase */
  #headline(phase) {
    const { data, t } = this;
    const asClock = data.ticking === false;
    const soon = asClock ? "starts_at" : "starts_in";
    const on = asClock && phase === "on" ? "ends_clock" : "flash_deal";
    setText(this.#label, t(phase === "soon" ? soon : on));
    const percent = wasHigher(data.price, data.was) && data.percent;
    setOptional(this.#percent, percent ? formatDiscount(percent, this.locale) : null);
  }

  /** @param {string} phase */
  #count(phase) {
    const { data, t } = this;
    const deadline = phase === "soon" ? data.starts_at : data.ends_at;
    const asClock = data.ticking === false && phase !== "over" && deadline;
    this.#countdown.overText = data.ended === "sold_out" ? t("sold_out") : phase === "soon" ? "" : t("ended");
    this.#countdown.deadline = data.ended ? 1 : (deadline ?? null);
    this.#countdown.refresh();
    this.#countdown.hidden = Boolean(asClock);
    setOptional(this.#clock, asClock ? timeOfDay(deadline, this.locale) : null);
  }

  #offer() {
    setText(this.#title, this.data.title ?? "");
    this.#price.update({ price: this.data.price, was: this.data.was }, this);
  }

  /** @param {string} phase */
  #stock(phase) {
    const { data, t } = this;
    const counted = phase !== "over" && data.quantity > 0 && Number.isInteger(data.left);
    const left = counted ? Math.min(Math.max(data.left, 0), data.quantity) : 0;
    this.#bar.hidden = !counted;
    this.#fill.style.transform = `scaleX(${counted ? left / data.quantity : 0})`;
    setOptional(this.#left, counted ? t("of_left", { left, n: data.quantity }) : null);
    const told = phase === "on" && data.ends_at && data.ticking !== false;
    setOptional(this.#ends, told ? t("ends_at", { time: timeOfDay(data.ends_at, this.locale) }) : null);
    this.#foot.hidden = !counted && !told;
    setOptional(this.#more, data.more > 0 ? t("more_deals", { n: data.more }) : null);
  }
}

/** In the habit of the language on the screen, not of the streamer's machine. */
/** @param {number} at @param {string} lang @returns {string} "21:40", "9:40 PM" */
function timeOfDay(at, lang) {
  return new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit" }).format(at);
}
