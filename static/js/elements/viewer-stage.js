import { ProductCard } from "./viewer-card.js";
import { Endings } from "./viewer-endings.js";
import { KeyedList } from "./viewer-keyed.js";
import { ShopWindow, windowOf } from "./viewer-window.js";

/** The window itself: pinned products with their deals, then the deals of other products. */
export class Stage {
  endings = new Endings();

  /**
   * @param {HTMLElement} root with `[data-part]` window, pins, others and deals
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(root, words) {
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.window = new ShopWindow(part("window"), words);
    this.others = part("others");
    this.pins = new KeyedList(part("pins"), () => new ProductCard(words));
    this.deals = new KeyedList(part("deals"), () => new ProductCard(words));
  }

  /**
   * @param {object} state
   * @param {{late: boolean, stale: boolean}} how
   */
  update(state, how) {
    const now = this.words.now();
    const closed = state.panic || state.show.status === "ended";
    const pins = closed ? [] : state.pins;
    const pinned = new Set(pins.map((pin) => pin.product.sku));
    const others = closed ? [] : state.deals.filter((deal) => !pinned.has(deal.product.sku));
    this.window.update(windowOf(state));
    this.pins.update(pins.map((pin, index) => this.#pinCard(pin, index, state.deals, now, how)));
    this.deals.update(inOrder(others).map((deal) => dealCard(deal, how)));
    this.others.hidden = others.length === 0;
  }

  /** @returns {import("./viewer-card.js").CardModel} */
  #pinCard(pin, index, deals, now, how) {
    const deal = deals.find((known) => known.product.sku === pin.product.sku) ?? null;
    const ended = deal ? null : this.endings.of(pin.product.sku, now);
    return {
      key: `slot-${pin.slot}`,
      size: index === 0 ? "large" : "small",
      pinned: true,
      number: pin.number,
      product: pin.product,
      deal: deal ?? ended?.deal ?? null,
      reason: ended?.reason ?? null,
      ...how,
    };
  }
}

/** @returns {import("./viewer-card.js").CardModel} */
function dealCard(deal, how) {
  const { id, number, product } = deal;
  return { key: id, size: "small", pinned: false, number, product, deal, reason: null, ...how };
}

/** Running before announced, and each by what comes first. */
function inOrder(deals) {
  const rank = (deal) => (deal.status === "running" ? deal.ends_at : deal.starts_at + 1e15);
  return [...deals].sort((a, b) => rank(a) - rank(b));
}
