/** What a delayed video must not hold back: to show these late would be to promise what is gone. */
const AT_ONCE = new Set([
  "panicked", "calmed", "stock_changed", "deal_stock_changed", "deal_ended", "purchase_reversed", "show_ended",
]);

/**
 * Holds news back so that overlay and delayed video meet. Panic, stock, the end of deals and
 * reversals pass at once: the held state is shown with those parts as they are now.
 */
export class Delay {
  #wait;
  #show;
  /** @type {any} as far as it is shown */
  #held = null;
  /** @type {any} as it is */
  #latest = null;

  /**
   * @param {number} wait ms
   * @param {(state: any, events: any[], seq: number|null) => void} show seq: up to where all is shown
   */
  constructor(wait, show) {
    this.#wait = wait;
    this.#show = show;
  }

  /** @param {any} state @param {any[]} events @param {number} seq the position of this state */
  push(state, events, seq) {
    this.#latest = state;
    if (this.#wait === 0 || this.#held === null) {
      this.#held = state;
      this.#show(state, events, seq);
      return;
    }
    this.#show(upToDate(this.#held, state), events.filter((event) => AT_ONCE.has(event.type)), null);
    setTimeout(() => this.#release(state, events, seq), this.#wait);
  }

  /** @param {any} state @param {any[]} events @param {number} seq */
  #release(state, events, seq) {
    this.#held = state;
    this.#show(upToDate(state, this.#latest), events.filter((event) => !AT_ONCE.has(event.type)), seq);
  }
}

/** @param {any} held @param {any} latest @returns {any} */
export function upToDate(held, latest) {
  if (held === latest) return held;
  const stock = new Map([...latest.pins, ...latest.deals].map(({ product }) => [product.sku, product.stock]));
  const counted = (/** @type {any} */ holder) => {
    const now = stock.get(holder.product.sku);
    return now === undefined ? holder : { ...holder, product: { ...holder.product, stock: now } };
  };
  const still = new Map(latest.deals.map((/** @type {any} */ deal) => [deal.id, deal]));
  const deals = held.deals
    .filter((/** @type {any} */ deal) => still.has(deal.id))
    .map((/** @type {any} */ deal) => ({ ...counted(deal), left: still.get(deal.id).left }));
  const ended = latest.show.status === "ended";
  return { ...held, panic: latest.panic, pins: ended ? [] : held.pins.map(counted), deals: ended ? [] : deals };
}
