/** How long a card still says that its deal has ended, and why. */
const WORTH_SAYING_MS = 15_000;

/** Remembers deals that have just ended: the state forgets them at once, people do not. */
export class Endings {
  /** @type {{deal: object, reason: string, at: number}[]} */
  #ended = [];

  /**
   * @param {object[]} events
   * @param {object[]} dealsBefore of the state that the events changed
   * @param {number} now server time
   */
  note(events, dealsBefore, now) {
    for (const event of events) {
      if (event.type !== "deal_ended") continue;
      const deal = dealsBefore.find((known) => known.id === event.deal);
      if (deal) this.#ended.push({ deal, reason: event.reason, at: now });
    }
    this.#ended = this.#ended.filter(({ at }) => now - at < WORTH_SAYING_MS);
  }

  forget() {
    this.#ended = [];
  }

  /** @returns {{deal: object, reason: string} | null} */
  of(sku, now) {
    const fresh = this.#ended.filter(({ deal, at }) => deal.product.sku === sku && now - at < WORTH_SAYING_MS);
    return fresh.at(-1) ?? null;
  }
}
