/** What is on air: pins, deals, the announcement, the badge. */

import { el, setAttribute, setText } from "../../shared/dom.js";
import { dealOf, disclosureText, formatDiscount, offerOf } from "../../shared/offer.js";
import { LATE_MS } from "../../shared/timers.js";
import { ControlElement, arrange, picture, showPicture } from "../element.js";
import { ControlDialog, choices, field } from "../forms/form.js";

/** What the audience sees now besides deals: the pins, the announcement, the advertising badge. */
class ControlStage extends ControlElement {
  /** The narrow form of the dock: without the badge. */
  compact = false;
  /** @type {Map<number, any>} slot → line */
  #lines = new Map();

  build() {
    this.pins = el("div.c-stage-pins");
    this.none = el("p.c-soft.c-stage-none", { text: this.t("stage.nothing") });
    this.text = el("span.c-stage-text");
    this.clear = this.#link("stage.clear", (button) =>
      this.act(button, "command", { command: { type: "clear_announcement" } }),
    );
    this.announcement = el("div.c-stage-line", this.text, this.clear);
    this.badge = el("span.c-stage-text");
    this.edit = this.#link("stage.edit", () => this.ask("openDisclosure"));
    this.disclosure = el("div.c-stage-line", { hidden: this.compact }, this.badge, this.edit);
    const heading = el("h2", { text: this.t("stage.heading") });
    this.append(heading, this.pins, this.none, this.announcement, this.disclosure);
  }

  /** @param {any} model */
  update({ state }) {
    arrange(this.pins, state.pins.map((pin) => this.#pin(pin, state.deals)));
    this.none.hidden = state.pins.length > 0;
    setText(this.none, this.t(state.panic ? "stage.cleared" : "stage.nothing"));
    this.announcement.hidden = !state.announcement;
    setText(this.text, state.announcement?.text ?? "");
    const { disclosure, status } = state.show;
    setText(this.badge, badgeText(this.ctx.t, disclosure));
    this.badge.toggleAttribute("data-off", disclosure.type === "none");
    this.edit.disabled = status === "ended";
    this.toggleAttribute("data-cleared", state.panic);
  }

  /** The price is the one on screen: the deal's while it runs. */
  #pin({ slot, number, product }, deals) {
    const offer = offerOf(product, dealOf(deals, product.sku), this.ctx.now());
    let line = this.#lines.get(slot);
    if (!line) {
      line = this.#pinLine(slot);
      this.#lines.set(slot, line);
    }
    showPicture(line.picture, product);
    setText(line.headline, product.title);
    setText(line.sub, `${this.t("stage.number", { n: number })} · ${this.ctx.price(offer)}`);
    return line;
  }

  #pinLine(slot) {
    const parts = {
      picture: picture({ title: "", image: null }),
      headline: el("b"),
      sub: el("span.c-soft.v-num"),
    };
    const unpin = this.#link("bag.unpin", (button) => this.act(button, "unpin", { slot }));
    const words = el("span.c-stage-words", parts.headline, parts.sub);
    return Object.assign(el("div.c-stage-line", parts.picture, words, unpin), parts);
  }

  #link(key, run) {
    const button = el("button.c-link", { type: "button", text: this.t(key), on: { click: () => run(button) } });
    return button;
  }
}

/**
 * The advertising badge in the very words that the overlay shows.
 *
 * @param {(key: string, values?: any) => string} t @param {any} disclosure
 */
export function badgeText(t, disclosure) {
  const words = (/** @type {string} */ key, /** @type {any} */ values) => t(`disclosure.type.${key}`, values);
  return disclosureText(disclosure, words) || t("disclosure.off");
}

customElements.define("control-stage", ControlStage);

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
    setText(this.price, this.ctx.price({ price: deal.price, priceTo: deal.price_to }));
    setText(this.percent, deal.percent ? formatDiscount(deal.percent, this.ctx.lang) : "");
    setAttribute(this, "data-status", deal.status);
    this.#drawSold(deal);
  }

  /** A time of day in words stands in for the countdown, never in its place. @param {boolean} stale */
  late(stale) {
    this.toggleAttribute("data-late", stale);
    this.clock.hidden = stale && !this.clock.over;
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
 * for ten seconds says until when a deal runs, and shows no number that nobody has confirmed.
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
    for (const card of this.#cards.values()) card.late(stale);
  }
}

customElements.define("control-deals", ControlDeals);

/** One line of text of at most `most` characters for every screen, until it is cleared or for some minutes. */
class ControlAnnounceDialog extends ControlDialog {
  /** @type {{text: string}|null} what is on screen now */
  announcement = null;
  most = 140;

  build() {
    this.heading = this.t("announce.heading");
    this.submitText = this.t("announce.show");
    super.build();
    this.#count();
  }

  fields() {
    this.text = el("textarea", {
      rows: 3,
      maxLength: this.most,
      value: this.announcement?.text ?? "",
      autofocus: true,
      on: { input: () => this.#count(), keydown: (event) => this.#send(event) },
    });
    this.left = el("output.c-counter.v-num");
    this.minutes = choices({
      name: "until",
      legend: this.t("announce.until"),
      options: [
        { value: "0", label: this.t("announce.until_cleared") },
        ...[1, 5, 15].map((n) => ({ value: String(n), label: this.t("deal.minutes", { n }) })),
      ],
      value: "0",
    });
    const box = field({ name: "text", label: this.t("announce.text"), control: this.text, hint: this.t("announce.hint") });
    box.append(this.left);
    return [box, this.minutes];
  }

  async submit() {
    const minutes = Number(this.minutes.value);
    const command = { type: "announce", text: this.text.value.trim() };
    if (minutes) command.until = this.ctx.now() + minutes * 60_000;
    return this.ask("command", { command });
  }

  #send(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #count() {
    const used = [...this.text.value.trim()].length;
    setText(this.left, `${used} / ${this.most}`);
    this.go.disabled = used === 0;
  }
}

customElements.define("control-announce-dialog", ControlAnnounceDialog);
