/** The rules of cards that show one offer of several, and of the voucher card among them. */

import { Alarm } from "../shared/timers.js";

/** How long "Ended", "Sold out" or "All taken" stays. */
const FAREWELL_MS = 5_000;

/**
 * One card for several offers: the one on it ends there, says so for some seconds, and makes room for
 * the next. Who extends it chooses (`next`), says when that may change (`edges`) and fills the card.
 */
export class FarewellLane {
  /** @type {any} */
  view = null;
  /** @type {any} the offer on the card */
  current = null;
  /** @type {{offer: any, reason: string, until: number}|null} */
  #farewell = null;
  #alarm;
  #gone;

  /**
   * @param {import("./graphic.js").Slot} slot @param {import("./stage.js").Context} context
   * @param {string} gone the reason with which nothing is left
   */
  constructor(slot, context, gone) {
    this.slot = slot;
    this.context = context;
    this.#gone = gone;
    this.#alarm = new Alarm(context.now, () => this.#render());
  }

  /** @param {any} view @param {any[]} events */
  update(view, events) {
    this.view = view;
    for (const event of events) this.#ended(this.endOf(event));
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.current = this.#farewell = null;
    this.slot.hide(atOnce);
  }

  /** @param {{id: string, reason: string}|null} end */
  #ended(end) {
    if (!end || this.current?.id !== end.id || this.#farewell) return;
    if (end.reason === "time" || end.reason === this.#gone) this.#sayGoodbye(end.reason, this.context.now());
  }

  /** @param {string} reason @param {number} from */
  #sayGoodbye(reason, from) {
    const offer = reason === this.#gone ? { ...this.current, left: 0 } : this.current;
    this.#farewell = { offer, reason, until: from + FAREWELL_MS };
  }

  #render() {
    const now = this.context.now();
    this.#passDeadlines(now);
    const open = this.offers().filter((/** @type {any} */ offer) => (offer.ends_at ?? Infinity) > now);
    this.#alarm.setFirst(this.#farewell?.until, ...this.edges(open));
    if (this.#farewell) return this.show(this.#farewell.offer, 0, this.#farewell.reason);
    this.current = this.view.stale ? null : this.next(open, now);
    if (this.current) this.show(this.current, open.length - 1, null);
    else this.slot.hide();
  }

  /** @param {number} now */
  #passDeadlines(now) {
    const endsAt = this.current?.ends_at ?? Infinity;
    if (endsAt <= now && !this.#farewell) this.#sayGoodbye("time", endsAt);
    if (this.#farewell && this.#farewell.until <= now) this.#farewell = this.current = null;
  }
}

/** Up to three offers and one card: that of the newest. The host's announcement has the same place and goes first. */
export class VoucherLane extends FarewellLane {
  /** @param {import("./graphic.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, context) {
    super(slot, context, "taken");
  }

  /** @param {any} event */
  endOf({ type, voucher, reason }) {
    return type === "voucher_closed" ? { id: voucher, reason } : null;
  }

  offers() {
    return this.view.state.vouchers ?? [];
  }

  /** @param {any[]} open */
  edges(open) {
    return [this.view.state.announcement?.until, ...open.map((/** @type {any} */ one) => one.ends_at)];
  }

  /** @param {any[]} open @param {number} now */
  next(open, now) {
    const announced = this.view.state.announcement;
    const until = announced ? (announced.until ?? Infinity) : 0;
    return until > now ? null : (open.at(-1) ?? null);
  }

  /** @param {any} voucher @param {number} _more @param {string|null} ended */
  show({ percent, amount, min_spend, quantity, left, ends_at, skus }, _more, ended) {
    const { ticking } = this.view;
    this.slot.show({ percent, amount, min_spend, quantity, left, ends_at, some: Boolean(skus), ended, ticking });
  }
}
