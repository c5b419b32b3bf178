import { arrange } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import "./control-deal.js";

/** The deals under way, one card each; nothing at all when there is none. */
export class ControlDeals extends ControlElement {
  /** @type {Map<string, any>} */
  #cards = new Map();

  /** @param {any} model */
  update({ state }) {
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
  }
}

customElements.define("control-deals", ControlDeals);
