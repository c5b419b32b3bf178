import { arrange } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import "./control-deal.js";

const STALE_MS = 10_000;

/**
 * The deals under way, one card each; nothing at all when there is none. A panel that lost the server
 * for ten seconds shows when a deal ends, not a ticking number that nobody has confirmed.
 */
export class ControlDeals extends ControlElement {
  /** @type {Map<string, any>} */
  #cards = new Map();

  /** @param {any} model */
  update({ state, status }) {
    this.status = status;
    const cards = state.deals.map((deal) => {
      const card = this.#cards.get(deal.id) ?? this.make("control-deal");
      this.#cards.set(deal.id, card);
      card.update(deal);
      return card;
    });
    const here = new Set(state.deals.map(({ id }) => id));
    for (const id of this.#cards.keys()) if (!here.has(id)) this.#cards.delete(id);
    this.hidden = cards.length === 0;
    arrange(this, cards);
    this.tick();
  }

  tick() {
    const { status, since } = this.status;
    const stale = status !== "live" && Date.now() - since > STALE_MS;
    for (const card of this.#cards.values()) card.clock.mode = stale ? "clock" : "ticking";
  }
}

customElements.define("control-deals", ControlDeals);
