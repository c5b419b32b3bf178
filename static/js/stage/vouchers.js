/** The rules of the voucher card: which offer it shows, and until when. */

import { Alarm } from "../shared/timers.js";

/** How long "All taken" or "Ended" stays. */
const FAREWELL_MS = 5_000;

/**
 * Up to three offers and one card: that of the newest. One that ends on the card says so there before
 * the next one comes. The host's announcement has the same place and goes first.
 */
export class VoucherLane {
  #slot;
  #context;
  #alarm;
  /** @type {any} */
  #view = null;
  /** @type {any} the offer on the card */
  #current = null;
  /** @type {{voucher: any, reason: string, until: number}|null} */
  #farewell = null;

  /** @param {import("./graphic.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, context) {
    this.#slot = slot;
    this.#context = context;
    this.#alarm = new Alarm(context.now, () => this.#render());
  }

  /** @param {any} view @param {any[]} events */
  update(view, events) {
    this.#view = view;
    for (const event of events) if (event.type === "voucher_closed") this.#closed(event);
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.#current = this.#farewell = null;
    this.#slot.hide(atOnce);
  }

  /** @param {any} event */
  #closed({ voucher, reason }) {
    if (this.#current?.id !== voucher || this.#farewell) return;
    if (reason === "time" || reason === "taken") this.#sayGoodbye(reason, this.#context.now());
  }

  /** @param {string} reason @param {number} from */
  #sayGoodbye(reason, from) {
    const voucher = reason === "taken" ? { ...this.#current, left: 0 } : this.#current;
    this.#farewell = { voucher, reason, until: from + FAREWELL_MS };
  }

  #render() {
    const now = this.#context.now();
    const { state, stale } = this.#view;
    if ((this.#current?.ends_at ?? Infinity) <= now && !this.#farewell) this.#sayGoodbye("time", this.#current.ends_at);
    if (this.#farewell && this.#farewell.until <= now) this.#farewell = this.#current = null;
    const open = (state.vouchers ?? []).filter((/** @type {any} */ one) => (one.ends_at ?? Infinity) > now);
    const ends = open.map((/** @type {any} */ one) => one.ends_at);
    this.#alarm.setFirst(this.#farewell?.until, state.announcement?.until, ...ends);
    if (this.#farewell) return this.#show(this.#farewell.voucher, this.#farewell.reason);
    const announced = state.announcement;
    const until = announced ? (announced.until ?? Infinity) : 0;
    this.#current = stale || until > now ? null : (open.at(-1) ?? null);
    if (this.#current) this.#show(this.#current, null);
    else this.#slot.hide();
  }

  /** @param {any} voucher @param {string|null} ended */
  #show({ percent, amount, min_spend, quantity, left, ends_at, skus }, ended) {
    const { ticking } = this.#view;
    this.#slot.show({ percent, amount, min_spend, quantity, left, ends_at, some: Boolean(skus), ended, ticking });
  }
}
