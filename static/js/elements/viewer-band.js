import { formatMoney } from "../live/money.js";
import "./countdown.js";
import { clockTime } from "./countdown.js";
import { node, setLine, setText } from "./viewer-node.js";

/**
 * The band over a card while it has a flash deal: what it is, how long, how many are left.
 * Tomato while the deal runs; quiet paper before it starts and after it has ended.
 */
export class DealBand {
  #name = node("p", "band-name");
  #detail = node("p", "band-detail v-num");
  #before = node("span", "band-before");
  #bar = node("i");
  #meter = node("div", "band-meter", this.#bar);
  #deal = null;

  /** @param {{t: Function, lang: string, now: () => number}} words */
  constructor(words) {
    this.words = words;
    this.countdown = document.createElement("v-countdown");
    this.countdown.className = "band-time v-num";
    this.countdown.now = words.now;
    this.#meter.setAttribute("aria-hidden", "true");
    this.element = node(
      "div",
      "band v-deal",
      node("div", "band-text", this.#name, this.#detail),
      node("p", "band-clock", this.#before, " ", this.countdown),
      this.#meter,
    );
    this.countdown.addEventListener("countdown-mark", () => this.#tell("viewer-deal-mark"));
    this.countdown.addEventListener("countdown-over", () => this.#tell("viewer-deal-over"));
  }

  /** Only the end of a running deal is told; that one begins is the server's to say. */
  #tell(type) {
    if (this.element.dataset.phase !== "running") return;
    const detail = { deal: this.#deal };
    this.element.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }

  /**
   * @param {object | null} deal
   * @param {{phase: string, reason: string | null, late: boolean}} how
   *   late: the server has been away so long that a ticking number would promise too much
   */
  update(deal, { phase, reason, late }) {
    this.#deal = deal;
    this.element.hidden = phase === "none";
    this.element.dataset.phase = phase;
    this.element.toggleAttribute("data-late", late);
    if (phase === "none") {
      this.countdown.deadline = null;
      return;
    }
    setText(this.#name, this.#nameOf(phase, late));
    setLine(this.#detail, this.#detailOf(deal, phase, reason));
    this.#meter.hidden = phase !== "running" || !deal.quantity || deal.left === null;
    if (!this.#meter.hidden) {
      this.#bar.style.width = `${Math.round((100 * deal.left) / deal.quantity)}%`;
    }
    this.#clock(deal, phase, late);
  }

  #nameOf(phase, late) {
    const { t } = this.words;
    if (phase === "over") return t("deal_ended");
    if (phase === "announced") return t(late ? "starts_at" : "starts_in");
    return t("flash_deal");
  }

  #detailOf(deal, phase, reason) {
    const { t, lang } = this.words;
    if (phase === "over") {
      return t(`over_${reason ?? (deal.left === 0 ? "sold_out" : "time")}`);
    }
    if (phase !== "running") {
      const price = formatMoney(deal.price, lang);
      return t("from_start", { price, time: clockTime(deal.starts_at, lang) });
    }
    if (deal.quantity && deal.left !== null) {
      return t("of_left", { left: deal.left, n: deal.quantity });
    }
    return `${t("ends_at")} ${clockTime(deal.ends_at, lang)}`;
  }

  #clock(deal, phase, late) {
    const { t } = this.words;
    this.countdown.overText = phase === "announced" || phase === "starting" ? t("starting") : t("over");
    this.countdown.mode = late ? "clock" : "ticking";
    this.countdown.hidden = phase === "over";
    this.countdown.deadline = phase === "running" || phase === "over" ? deal.ends_at : deal.starts_at;
    setLine(this.#before, late && phase === "running" ? t("ends_at") : "");
  }
}
