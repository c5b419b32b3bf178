import { LATE_MS } from "../../shared/freshness.js";
import { formatDiscount } from "../../shared/money.js";
import { el, setAttribute, setText } from "../../shared/dom.js";
import "../../shared/timers.js";
import { ControlElement, arrange } from "../element.js";

/** One flash deal, announced or running: the time left, what is sold, and its end. */
class ControlDeal extends ControlElement {
  build() {
    this.headline = el("b.c-deal-title");
    this.ends = el("span.c-soft");
    this.clock = Object.assign(document.createElement("v-countdown"), { now: this.ctx.now });
    this.clock.className = "c-deal-clock v-num";
    this.price = el("span.c-deal-now.v-num");
    this.percent = el("span.c-soft.v-num");
    this.bar = el("span.c-bar-fill");
    this.sold = el("span.c-soft");
    this.end = el("button.c-link", {
      type: "button",
      on: { click: () => this.act(this.end, "command", { command: { type: "end_deal", deal: this.deal.id } }) },
    });
    this.well = el("span.c-well", this.bar);
    this.append(
      el("div.c-split", this.headline, this.ends),
      el("div.c-split", this.clock, el("span.c-deal-figures", this.price, this.percent)),
      this.well,
      el("div.c-split", this.sold, this.end),
    );
  }

  /** @param {any} deal */
  update(deal) {
    this.deal = deal;
    const soon = deal.status === "announced";
    setText(this.headline, this.t(soon ? "deal.soon" : "deal.running", { title: deal.product.title }));
    const at = soon ? deal.starts_at : deal.ends_at;
    setText(this.ends, this.t(soon ? "deal.starts" : "deal.ends", { time: this.ctx.time(at) }));
    this.clock.deadline = at;
    this.clock.overText = soon ? "" : this.t("deal.over");
    setText(this.end, this.t(soon ? "deal.cancel" : "deal.end"));
    setText(this.price, this.ctx.money(deal.price));
    setText(this.percent, deal.percent ? formatDiscount(deal.percent, this.ctx.lang) : "");
    setAttribute(this, "data-status", deal.status);
    this.#drawSold(deal);
  }

  #drawSold({ quantity, left }) {
    this.well.hidden = quantity === null;
    if (quantity === null) return setText(this.sold, this.t("deal.no_limit"));
    const sold = quantity - left;
    this.bar.style.inlineSize = `${(100 * sold) / quantity}%`;
    setText(this.sold, this.t("deal.sold", { n: sold, left }));
  }
}

customElements.define("control-deal", ControlDeal);

/**
 * The deals under way, one card each; nothing at all when there is none. A panel that lost the server
 * for ten seconds shows when a deal ends, not a ticking number that nobody has confirmed.
 */
class ControlDeals extends ControlElement {
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
    const stale = status !== "live" && Date.now() - since >= LATE_MS;
    for (const card of this.#cards.values()) card.clock.mode = stale ? "clock" : "ticking";
  }
}

customElements.define("control-deals", ControlDeals);
