import { el, setOptional, setText } from "../../static/js/shared/dom.js";
import { formatDiscount, wasHigher } from "../../static/js/shared/offer.js";
import "../../static/js/shared/timers.js";
import { StageGraphic } from "../../static/js/stage/graphic.js";
import { StageCode, StagePicture, StagePrice, setTitle } from "../../static/js/stage/parts.js";

/** A title of more characters stands below picture and number. */
const LONG_CHARS = 60;

/** @typedef {import("../../static/js/shared/timers.js").Countdown} Countdown */

/**
 * A flash deal: before it, until when it starts; during it, what is left of time and pieces.
 *
 * Deadlines are absolute. At zero the card says "Ended" by itself, also when nobody tells it.
 * `ticking: false` takes the countdown away, for a page that lost its server. A time of day is never
 * shown: it would be that of the streamer's zone, and reads as minutes left.
 * `ended` ("time" or "sold_out") says that it is over before its time.
 */
export default class FlashDeal extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #label = el("span.v-deal__label");
  #percent = el("bdi.v-deal__percent.v-num");
  #countdown = /** @type {Countdown} */ (el("v-countdown.v-deal__countdown.v-num"));
  #picture = new StagePicture("v-deal__picture");
  #numberLabel = el("span");
  #number = el("b.v-deal__number.v-num");
  #title = el("div.v-deal__title");
  #code = new StageCode("v-deal__code", (shown) => this.card.toggleAttribute("data-code", shown));
  #price = new StagePrice("v-deal__price");
  #fill = el("div.v-deal__fill");
  #bar = el("div.v-deal__bar", this.#fill);
  #left = el("bdi.v-deal__left.v-num");
  #more = el("div.v-deal__more");
  #foot = el("div.v-deal__foot", this.#left);

  build() {
    this.#title.dir = "auto";
    this.#countdown.now = () => this.now();
    this.#countdown.addEventListener("countdown-over", () => this.render());
    const head = el("div.v-deal__head", this.#label, this.#percent);
    const called = el("div.v-deal__called", this.#numberLabel, this.#number);
    const what = el("div.v-deal__what", this.#picture.element, called, this.#title);
    const way = el("div.v-deal__way", this.#price.element, this.#code.element);
    return el("section.v-card.v-deal", head, this.#countdown, what, way, this.#bar, this.#foot, this.#more);
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
    this.#offer(phase);
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
    const soon = data.ticking === false ? "starts_soon" : "starts_in";
    setText(this.#label, t(phase === "soon" ? soon : "flash_deal"));
    const percent = (data.price_to || wasHigher(data.price, data.was)) && data.percent;
    setOptional(this.#percent, percent ? formatDiscount(percent, this.locale) : null);
  }

  /** @param {string} phase */
  #count(phase) {
    const { data, t } = this;
    const deadline = phase === "soon" ? data.starts_at : data.ends_at;
    this.#countdown.overText = data.ended === "sold_out" ? t("sold_out") : phase === "soon" ? "" : t("ended");
    this.#countdown.deadline = data.ended ? 1 : (deadline ?? null);
    this.#countdown.refresh();
    this.#countdown.hidden = data.ticking === false && phase !== "over";
  }

  /** @param {string} phase */
  #offer(phase) {
    const { data, t } = this;
    this.#picture.update(data.image);
    setText(this.#numberLabel, t("number"));
    setOptional(this.#number, data.number ? String(data.number) : null);
    this.#numberLabel.hidden = !data.number;
    setTitle(this.#title, data.title ?? "");
    this.card.toggleAttribute("data-long", (data.title ?? "").length > LONG_CHARS);
    this.#price.update({ price: data.price, price_to: data.price_to, was: data.was }, this);
    this.#code.update(phase === "over" ? null : (data.qr ?? null), t("scan"));
  }

  /** @param {string} phase */
  #stock(phase) {
    const { data, t } = this;
    const counted = phase !== "over" && data.quantity > 0 && Number.isInteger(data.left);
    const left = counted ? Math.min(Math.max(data.left, 0), data.quantity) : 0;
    this.#bar.hidden = !counted;
    this.#fill.style.transform = `scaleX(${counted ? left / data.quantity : 0})`;
    setOptional(this.#left, counted ? t("of_left", { left, n: data.quantity }) : null);
    this.#foot.hidden = !counted;
    setOptional(this.#more, data.more > 0 ? t("more_deals", { n: data.more }) : null);
  }
}
