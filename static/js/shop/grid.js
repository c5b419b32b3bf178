/** The shop tab while a show is on: the line that leads to it, and what its products cost. */

import { setOptional, setText } from "../shared/dom.js";
import { offerOf } from "../shared/offer.js";
import { OfferParts, part } from "./offer-parts.js";

/** The products of the grid. */
export class Grid {
  /** @param {ParentNode} root @param {import("./offer-parts.js").Words} words */
  constructor(root, words) {
    this.words = words;
    this.cards = [...root.querySelectorAll(".product")].map((element) => ({
      sku: element.dataset.sku,
      parts: new OfferParts(element, words),
      ribbon: part(element, "ribbon"),
    }));
  }

  /** @param {string} sku */
  has(sku) {
    return this.cards.some((card) => card.sku === sku);
  }

  /** @param {import("./following.js").Following} following */
  update(following) {
    for (const { sku, parts, ribbon } of this.cards) {
      const deal = following.deal(sku);
      parts.update(offerOf(following.products[sku], deal, following.now()), deal);
      ribbon.hidden = !following.pinned(sku);
    }
  }
}

/** The card of the show: how many watch, and the deal that ends first. */
export class LiveCard {
  #clock;

  /** @param {HTMLElement|null} root null where no show is on @param {import("./offer-parts.js").Words} words */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.#clock = root?.querySelector("v-countdown");
    if (this.#clock) this.#clock.now = words.now;
  }

  /** @param {any} state null where the show is over */
  update(state) {
    if (!this.root) return;
    this.root.hidden = !state;
    if (!state) return;
    const { t } = this.words;
    const chip = this.root.querySelector(".chip");
    chip.dataset.status = state.show.status;
    setText(chip, t(state.show.status));
    setText(this.root.querySelector(".on-now-title bdi"), state.show.title);
    setOptional(part(this.root, "viewers"), state.viewers ? t("watching", { n: state.viewers }) : "");
    const deal = nextEnding(state.deals, this.words.now());
    setText(part(this.root, "what"), this.#what(deal, state.pins));
    part(this.root, "clock").hidden = !deal;
    this.#clock.deadline = deal?.ends_at ?? null;
  }

  #what(deal, pins) {
    const { t } = this.words;
    if (deal) return t("deal_on", { title: deal.product.title });
    return pins.length ? t("showing", { title: pins[0].product.title }) : t("to_show");
  }
}

/** @param {any[]} deals @param {number} now */
function nextEnding(deals, now) {
  const running = deals.filter((deal) => deal.status === "running" && deal.ends_at > now && deal.left !== 0);
  return running.sort((a, b) => a.ends_at - b.ends_at)[0] ?? null;
}
