/** The rules of pins, deals, the announcement and the badge: what each card shows, and until when. */

import { dealOf, offerOf } from "../shared/offer.js";
import { Alarm } from "../shared/timers.js";
import { FarewellLane } from "./offer-lanes.js";

/**
 * The pinned products. A pin is state: the last one in a slot wins and none is ever queued. The
 * lowest slot is the large card, others stand small above it. A running deal gives the price.
 */
export class PinLane {
  #slots;
  #context;
  #alarm;
  /** @type {any} */
  #view = null;

  /** @param {import("./graphic.js").Slot[]} slots @param {import("./stage.js").Context} context */
  constructor(slots, context) {
    this.#slots = slots;
    this.#context = context;
    this.#alarm = new Alarm(context.now, () => this.#render());
  }

  /** @param {any} view the state, and what of it may be seen */
  update(view) {
    this.#view = view;
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    for (const slot of this.#slots) slot.hide(atOnce);
  }

  #render() {
    const { state, stale } = this.#view;
    const now = this.#context.now();
    /** @type {any[]} */
    const pins = stale ? [] : pinsAt(state, now);
    this.#slots.forEach((slot, index) => {
      const pin = pins.find((one) => one.slot === index + 1);
      if (pin) slot.show(this.#data(pin, pin !== pins[0]));
      else slot.hide();
    });
    const edges = state.deals.map((/** @type {any} */ deal) => deal.ends_at);
    this.#alarm.setFirst(...pins.map((pin) => pin.expires_at), ...edges);
  }

  /** @param {any} pin @param {boolean} compact */
  #data(pin, compact) {
    const { options, now, code } = this.#context;
    const { product } = pin;
    const { price, priceTo, was, percent } = offerOf(product, dealOf(this.#view.state.deals, product.sku), now());
    const codeOnly = !options.widgets.has("pin");
    return {
      number: pin.number,
      title: product.title,
      image: product.image,
      stock: product.stock,
      price,
      price_to: priceTo,
      was,
      percent,
      pinned_at: pin.pinned_at + options.delay,
      compact: compact && !codeOnly,
      qr_only: codeOnly,
      qr: code("pin", this.#view.state.show, pin),
    };
  }
}

/** @param {any} state @param {number} now @returns {any[]} by slot; one whose time is over is none */
function pinsAt(state, now) {
  return state.pins.filter((/** @type {any} */ pin) => (pin.expires_at ?? Infinity) > now);
}

/** A deal that just started has the card for this long, so that each one is seen. */
const DEBUT_MS = 12_000;
/** … unless another is in its last seconds. */
const FINAL_MS = 30_000;

/**
 * Up to five deals and one card. It belongs to the deal that ends first; a new one has it for some
 * seconds after its start.
 */
export class DealLane extends FarewellLane {
  /** @param {import("./graphic.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, context) {
    super(slot, context, "sold_out");
  }

  /** @param {any} event */
  endOf({ type, deal, reason }) {
    return type === "deal_ended" ? { id: deal, reason } : null;
  }

  offers() {
    return this.view.state.deals;
  }

  /** @param {any[]} open */
  edges(open) {
    const pinsEnd = this.view.state.pins.map((/** @type {any} */ pin) => pin.expires_at);
    return [...open.flatMap(edges), ...pinsEnd];
  }

  /** @param {any[]} open @param {number} now */
  next(open, now) {
    return chooseDeal(open, now);
  }

  /** @param {any} deal @param {number} more @param {string|null} ended */
  show(deal, more, ended) {
    const { number, price, price_to, was, percent, quantity, left, starts_at, ends_at } = deal;
    const { title, image } = deal.product;
    const { ticking } = this.view;
    const qr = ended ? null : this.#code(deal);
    this.slot.show({
      number, title, image, price, price_to, was, percent, quantity, left, starts_at, ends_at, more, ended,
      ticking, qr,
    });
  }

  /** Its own: the large pin's code is the same where it is the same product. @param {any} deal */
  #code(deal) {
    const { state, stale } = this.view;
    const { now, code } = this.context;
    const [large] = stale ? [] : pinsAt(state, now());
    return large?.product.sku === deal.product.sku ? null : code("deal", state.show, deal);
  }
}

/** Moments at which the choice may change. @param {any} deal */
function edges({ starts_at: start, ends_at: end }) {
  return [start, start + DEBUT_MS, end - FINAL_MS, end];
}

/** @param {any[]} open deals that have not ended @param {number} now @returns {any|null} */
export function chooseDeal(open, now) {
  const running = open.filter((deal) => deal.starts_at <= now).sort((a, b) => a.ends_at - b.ends_at);
  const [first] = running;
  if (!first) return [...open].sort((a, b) => a.starts_at - b.starts_at)[0] ?? null;
  if (first.ends_at - now <= FINAL_MS) return first;
  const newest = running.reduce((a, b) => (b.starts_at > a.starts_at ? b : a));
  return now - newest.starts_at < DEBUT_MS ? newest : first;
}

/** In these the show is on the air, or about to be. */
const ON_AIR = new Set(["rehearsal", "live", "paused"]);
/** Long enough to be read, and more than the ten seconds that advertising codes ask for. */
const SHOWN_MS = 12_000;
const SHORTEST_PAUSE_MS = 15_000;

/** The host's announcement: until its time, or until it is taken back. */
export class AnnouncementLane {
  #slot;
  #now;
  #alarm;
  /** @type {any} */
  #view = null;

  /** @param {import("./graphic.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, { now }) {
    this.#slot = slot;
    this.#now = now;
    this.#alarm = new Alarm(now, () => this.#render());
  }

  /** @param {any} view */
  update(view) {
    this.#view = view;
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.#slot.hide(atOnce);
  }

  #render() {
    const { announcement } = this.#view.state;
    const until = announcement?.until ?? null;
    const shown = announcement && (until === null || until > this.#now());
    this.#alarm.setFirst(until);
    if (shown) this.#slot.show({ text: announcement.text });
    else this.#slot.hide();
  }
}

/** The advertising badge: for the whole show, or for some seconds in every interval. */
export class DisclosureLane {
  #slot;
  #now;
  #alarm;
  /** @type {any} */
  #view = null;
  /** When the current round began. */
  #since = 0;

  /** @param {import("./graphic.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, { now }) {
    this.#slot = slot;
    this.#now = now;
    this.#alarm = new Alarm(now, () => this.#render());
  }

  /** @param {any} view */
  update(view) {
    this.#view = view;
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.#since = 0;
    this.#slot.hide(atOnce);
  }

  #render() {
    const { disclosure, status } = this.#view.state.show;
    if (!disclosure || disclosure.type === "none" || !ON_AIR.has(status)) return this.clear();
    const turn = disclosure.shown !== "periodic" || this.#isTurn(disclosure.interval_s * 1000);
    const { type, label, brand } = disclosure;
    if (turn) this.#slot.show({ type, label, brand });
    else this.#slot.hide();
  }

  /** Each round begins with the badge. @param {number} interval */
  #isTurn(interval) {
    const round = Math.max(interval || 0, SHOWN_MS + SHORTEST_PAUSE_MS);
    const now = this.#now();
    if (now - this.#since >= round) this.#since = now;
    this.#alarm.setFirst(this.#since + SHOWN_MS, this.#since + round);
    return now - this.#since < SHOWN_MS;
  }
}
