import { formatMoney } from "../live/money.js";
import { DealBand } from "./viewer-band.js";
import { BuyLink } from "./viewer-buy.js";
import { arrive, node, setAttribute, setLine, setText } from "./viewer-node.js";
import { offerOf } from "./viewer-offer.js";
import { Picture } from "./viewer-picture.js";
import { Price } from "./viewer-price.js";

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
  #number = node("b", "number-plate v-num");
  #title = node("bdi");
  #hidden = node("p", "note");
  #percent = node("span", "percent v-num");
  #lowest = node("p", "note");
  #few = node("p", "note note-few v-num");
  #limit = node("p", "note v-num");
  #sku = "";

  /** @param {{t: Function, lang: string, now: () => number}} words */
  constructor(words) {
    this.words = words;
    this.band = new DealBand(words);
    this.picture = new Picture("picture-card");
    this.price = new Price("price-now", words.lang);
    this.was = new Price("price-was", words.lang, "s");
    this.buy = new BuyLink(words);
    this.element = node("article", "card", awning(), this.band.element, this.#inner());
  }

  #inner() {
    const number = node("p", "number", `${this.words.t("number")} `, this.#number);
    this.prices = node("p", "prices", this.price.element, " ", this.was.element, " ", this.#percent);
    const title = node("h3", "title", this.#title);
    const facts = node("div", "facts", number, title, this.prices, this.#hidden);
    facts.append(this.#lowest, this.#few, this.#limit);
    this.inner = node("div", "card-inner", this.picture.element, facts, this.buy.element);
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
    this.picture.update(product.image);
    setText(this.#number, String(model.number));
    setText(this.#title, product.title);
    this.#showPrices(offer, model);
    this.buy.update(offer, { sku: product.sku, number: model.number, stale: model.stale });
  }

  #changeTo(sku) {
    if (this.#sku && this.#sku !== sku) arrive(this.inner);
    this.#sku = sku;
  }

  #showPrices(offer, { stale, deal }) {
    const { t, lang } = this.words;
    const was = stale ? null : offer.was;
    this.prices.hidden = stale;
    setLine(this.#hidden, stale ? t("price_hidden") : "");
    this.price.update(offer.price);
    this.was.update(was, `${t("before")}:`);
    setLine(this.#percent, was && offer.percent ? percentOff(offer.percent, lang) : "");
    setLine(this.#lowest, was ? t("lowest_30", { price: formatMoney(was, lang) }) : "");
    setLine(this.#few, offer.few && !stale ? t("only_left", { n: offer.few }) : "");
    const limit = offer.phase === "running" ? deal.per_viewer : null;
    setLine(this.#limit, limit ? t("per_viewer", { n: limit }) : "");
  }
}

/** "−24%" as the language writes it, with a true minus sign. */
function percentOff(percent, lang) {
  const text = new Intl.NumberFormat(lang, { style: "percent" }).format(-percent / 100);
  return text.replace("-", "−");
}

/** The striped awning over what is in the window. */
export function awning() {
  const stripes = node("div", "awning");
  stripes.setAttribute("aria-hidden", "true");
  return stripes;
}
