import { el, setAttribute, setOptional, setText } from "../shared/dom.js";
import { formatDiscount, formatMoney, fromText, offerOf } from "../shared/offer.js";
import { clockTime } from "../shared/timers.js";
import { Picture, Price, arrive, leaving, offerHere, productPage, safeLink } from "./parts.js";

/**
 * The band over a card while it has a flash deal: what it is, how long, how many are left.
 * Tomato while the deal runs; quiet paper before it starts and after it has ended.
 */
class DealBand {
  #name = el("p.band-name");
  #detail = el("p.band-detail.v-num");
  #until = el("span.band-until.v-num");
  #bar = el("i");
  #meter = el("div.band-meter", this.#bar);
  #deal = null;

  /** @param {{t: Function, lang: string, now: () => number}} words */
  constructor(words) {
    this.words = words;
    this.countdown = document.createElement("v-countdown");
    this.countdown.className = "band-time v-num";
    this.countdown.now = words.now;
    this.#meter.setAttribute("aria-hidden", "true");
    this.element = el("div.band.v-deal",
      el("div.band-text", this.#name, this.#detail),
      el("p.band-clock", this.#until, " ", this.countdown),
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
    setOptional(this.#detail, this.#detailOf(deal, phase, reason, late));
    this.#meter.hidden = phase !== "running" || !deal.quantity || deal.left === null;
    if (!this.#meter.hidden) {
      this.#bar.style.width = `${Math.round((100 * deal.left) / deal.quantity)}%`;
    }
    this.#clock(deal, phase, late);
  }

  #nameOf(phase, late) {
    const { t } = this.words;
    if (phase === "over") return t("deal_ended");
    if (phase === "announced" && !late) return t("starts_in");
    return t("flash_deal");
  }

  #detailOf(deal, phase, reason, late) {
    const { t, lang } = this.words;
    if (phase === "over") {
      return t(`over_${reason ?? (deal.left === 0 ? "sold_out" : "time")}`);
    }
    if (phase !== "running") {
      const prices = [deal.price, deal.price_to].filter(Boolean);
      const price = prices.map((one) => formatMoney(one, lang)).join(" – ");
      return t("from_start", { price, time: clockTime(deal.starts_at, lang) });
    }
    if (deal.quantity && deal.left !== null) {
      return t("of_left", { left: deal.left, n: deal.quantity });
    }
    return late ? "" : this.#untilOf(deal);
  }

  /** In words, in the zone of this very device: a bare time of day reads as minutes left. */
  #untilOf(deal) {
    const { t, lang } = this.words;
    return `${t("ends_at")} ${clockTime(deal.ends_at, lang)}`;
  }

  #clock(deal, phase, late) {
    const { t } = this.words;
    this.countdown.overText = phase === "announced" || phase === "starting" ? t("starting") : t("over");
    this.countdown.hidden = phase === "over" || (late && phase !== "starting");
    this.countdown.deadline = phase === "running" || phase === "over" ? deal.ends_at : deal.starts_at;
    setOptional(this.#until, late && phase === "running" ? this.#untilOf(deal) : "");
  }
}

/**
 * The one obvious button of a card: a real link to the product in its own shop, or to its page here
 * where one buys here. Says what it costs, that it is sold out, or how to ask where there is no link.
 * Pressing it sends `viewer-tap` with `{sku}` up the page; the link opens without waiting for that,
 * unless `viewer-buy` is taken up: then one buys without leaving.
 */
class BuyLink {
  #link = el("a.buy");
  #label = el("span");
  #note = el("p.buy-note");
  #sku = "";

  /** @param {{t: Function, lang: string}} words */
  constructor(words) {
    this.words = words;
    this.price = new Price("", words.lang);
    const space = document.createTextNode(" ");
    this.#link.append(this.#label, space, this.price.element);
    if (!words.shop) this.#link.append(leaving(this.#link, words.t));
    this.element = el("div.buy-place", this.#link, this.#note);
    this.#link.addEventListener("click", (event) => {
      this.#tap();
      offerHere(event, words.shop, this.#sku);
    });
    this.#link.addEventListener("auxclick", (event) => event.button === 1 && this.#tap());
  }

  /**
   * @param {object} offer from offerOf
   * @param {{sku: string, link: string|null, number: number, stale: boolean}} about
   */
  update(offer, { sku, link, number, stale }) {
    const { t } = this.words;
    this.#sku = sku;
    const address = this.words.shop ? productPage(this.words.shop, sku) : safeLink(link);
    const open = Boolean(address) && !offer.soldOut;
    this.#link.hidden = !open;
    this.#note.hidden = open;
    if (!open) {
      setText(this.#note, offer.soldOut ? t("sold_out") : t("no_link", { n: number }));
      setAttribute(this.#note, "data-sold-out", offer.soldOut ? "" : null);
      return;
    }
    setAttribute(this.#link, "href", address);
    setText(this.#label, t(stale ? "open_shop" : offer.priceTo ? "buy" : "buy_for"));
    this.price.update(stale ? null : offer.price, fromText(offer.priceTo, t));
  }

  #tap() {
    const detail = { sku: this.#sku };
    this.element.dispatchEvent(new CustomEvent("viewer-tap", { detail, bubbles: true }));
  }
}

/**
 * @typedef {object} CardModel
 * @property {string} key stays the same while the card stays in its place
 * @property {"large"|"small"} size
 * @property {boolean} pinned
 * @property {number} number
 * @property {object} product
 * @property {object | null} deal
 * @property {string | null} reason why the deal ended, while that is still worth saying
 * @property {boolean} late the server has been away for 10 s
 * @property {boolean} stale prices are too old to show
 */

/**
 * One product in the window, with the deal that runs on it.
 * A card is changed in place: who stands on its button with the keyboard keeps standing there.
 */
export class ProductCard {
  #number = el("b.number-plate.v-num");
  #title = el("bdi");
  #hidden = el("p.note");
  #percent = el("span.percent.v-num");
  #lowest = el("p.note");
  #few = el("p.note.note-few.v-num");
  #limit = el("p.note.v-num");
  #sku = "";

  /** @param {{t: Function, lang: string, now: () => number}} words */
  constructor(words) {
    this.words = words;
    this.band = new DealBand(words);
    this.picture = new Picture("card");
    this.price = new Price("price-now", words.lang);
    this.was = new Price("price-was", words.lang, "s");
    this.buy = new BuyLink(words);
    this.element = el("article.card", awning(), this.band.element, this.#inner());
  }

  #inner() {
    const number = el("p.number", `${this.words.t("number")} `, this.#number);
    this.prices = el("p.prices", this.price.element, " ", this.was.element, " ", this.#percent);
    const title = el("h3.title", this.#title);
    const facts = el("div.facts", number, title, this.prices, this.#hidden);
    facts.append(this.#lowest, this.#few, this.#limit);
    this.inner = el("div.card-inner", this.picture.element, facts, this.buy.element);
    return this.inner;
  }

  /** @param {CardModel} model */
  update(model) {
    const { product, deal } = model;
    const offer = offerOf(product, model.reason ? null : deal, this.words.now());
    const phase = model.reason ? "over" : offer.phase;
    this.#changeTo(product.sku);
    this.element.classList.toggle("v-pin", model.pinned);
    setAttribute(this.element, "data-size", model.size);
    setAttribute(this.element, "data-phase", phase);
    setAttribute(this.element, "data-sold-out", offer.soldOut ? "" : null);
    this.band.update(deal, { phase, reason: model.reason, late: model.late });
    this.picture.update(product.image, model.size);
    setText(this.#number, String(model.number));
    setText(this.#title, product.title);
    this.#showPrices(offer, model);
    const { sku, link } = product;
    this.buy.update(offer, { sku, link, number: model.number, stale: model.stale });
  }

  #changeTo(sku) {
    if (this.#sku && this.#sku !== sku) arrive(this.inner);
    this.#sku = sku;
  }

  #showPrices(offer, { stale, deal }) {
    const { t, lang } = this.words;
    const was = stale ? null : offer.was;
    this.prices.hidden = stale;
    setOptional(this.#hidden, stale ? t("price_hidden") : "");
    this.price.update(offer.price, fromText(offer.priceTo, t));
    this.was.update(was, "", `${t("before")}: `);
    setOptional(this.#percent, !stale && offer.percent ? formatDiscount(offer.percent, lang) : "");
    const each = !stale && offer.percent ? t("lowest_30_each") : "";
    setOptional(this.#lowest, was ? t("lowest_30", { price: formatMoney(was, lang) }) : each);
    setOptional(this.#few, offer.few && !stale ? t("only_left", { n: offer.few }) : "");
    const limit = offer.phase === "running" ? deal.per_viewer : null;
    setOptional(this.#limit, limit ? t("per_viewer", { n: limit }) : "");
  }
}

/** The striped awning over what is in the window. */
export function awning() {
  const stripes = el("div.awning");
  stripes.setAttribute("aria-hidden", "true");
  return stripes;
}
