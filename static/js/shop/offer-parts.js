/** The nodes of a product that change while a show is on: its prices, its deal, its stock. */

import { setAttribute, setOptional, setText } from "../shared/dom.js";
import { formatDiscount, formatMoney, spokenMoney } from "../shared/offer.js";

/** @typedef {{t: (key: string, values?: Record<string, any>) => string, lang: string, now: () => number}} Words */

/** @param {ParentNode} root @param {string} name @returns {HTMLElement|null} */
export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** Digits for the eye, words for a screen reader; null hides it. */
export function setPrice(node, money, lang, before = "") {
  if (!node) return;
  node.hidden = !money;
  if (!money) return;
  if (!node.firstElementChild) {
    const seen = document.createElement("bdi");
    seen.setAttribute("aria-hidden", "true");
    const said = document.createElement("span");
    said.className = "vh";
    node.append(seen, said);
  }
  setText(node.firstElementChild, formatMoney(money, lang));
  setText(node.lastElementChild, `${before}${spokenMoney(money, lang)}`);
}

/** One product's price, deal and stock, wherever they stand below `root`. */
export class OfferParts {
  /** @param {HTMLElement} root @param {Words} words */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.now = root.querySelector(".price-now");
    this.was = root.querySelector(".price-was");
    this.percent = root.querySelector(".percent");
    this.deal = part(root, "deal");
    this.countdown = this.deal?.querySelector("v-countdown");
    if (this.countdown) {
      this.countdown.now = words.now;
      this.countdown.overText = words.t("over");
    }
  }

  /** @param {any} offer from `offerOf` or `variantOfferOf` @param {any} deal */
  update(offer, deal) {
    const { t, lang } = this.words;
    const from = part(this.root, "from");
    if (from) from.hidden = !offer.priceTo;
    setPrice(this.now, offer.price, lang);
    setPrice(this.was, offer.was, lang, `${t("before")}: `);
    setOptional(this.percent, offer.percent ? formatDiscount(offer.percent, lang) : "");
    setAttribute(this.root, "data-sold-out", offer.soldOut ? "" : null);
    const stock = offer.soldOut ? t("sold_out") : offer.few ? t("only_left", { n: offer.few }) : "";
    setOptional(part(this.root, "stock"), stock);
    this.#clock(offer.phase, deal);
  }

  #clock(phase, deal) {
    if (!this.deal) return;
    const running = phase === "running";
    this.deal.hidden = !running && phase !== "announced";
    if (this.deal.hidden) {
      this.countdown.deadline = null;
      return;
    }
    setText(part(this.deal, "deal-text"), this.words.t(running ? "deal_ends" : "deal_starts"));
    this.countdown.deadline = running ? deal.ends_at : deal.starts_at;
  }
}
