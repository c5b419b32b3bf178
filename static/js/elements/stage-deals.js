import { Alarm } from "./stage-alarm.js";

/** A deal that just started has the card for this long, so that each one is seen. */
const DEBUT_MS = 12_000;
/** … unless another is in its last seconds. */
const FINAL_MS = 30_000;
/** How long "Ended" or "Sold out" stays. */
const FAREWELL_MS = 5_000;

/**
 * Up to five deals and one card. It belongs to the deal that ends first; a new one has it for some
 * seconds after its start. A deal that ends on the card says so there before the next one comes.
 */
export class DealLane {
  #slot;
  #context;
  #alarm;
  /** @type {any} */
  #view = null;
  /** @type {any} the deal on the card */
  #current = null;
  /** @type {{deal: any, reason: string, until: number}|null} */
  #farewell = null;

  /** @param {import("./stage-slot.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, context) {
    this.#slot = slot;
    this.#context = context;
    this.#alarm = new Alarm(context.now, () => this.#render());
  }

  /** @param {any} view @param {any[]} events */
  update(view, events) {
    this.#view = view;
    for (const event of events) if (event.type === "deal_ended") this.#ended(event);
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.#current = this.#farewell = null;
    this.#slot.hide(atOnce);
  }

  /** @param {any} event */
  #ended({ deal: id, reason }) {
    if (this.#current?.id !== id || this.#farewell) return;
    if (reason === "time" || reason === "sold_out") this.#sayGoodbye(reason, this.#context.now());
  }

  /** @param {string} reason @param {number} from */
  #sayGoodbye(reason, from) {
    const deal = reason === "sold_out" ? { ...this.#current, left: 0 } : this.#current;
    this.#farewell = { deal, reason, until: from + FAREWELL_MS };
  }

  #render() {
    const now = this.#context.now();
    const { state, stale } = this.#view;
    this.#passDeadlines(now);
    const open = state.deals.filter((/** @type {any} */ deal) => deal.ends_at > now);
    this.#alarm.setFirst(this.#farewell?.until, ...open.flatMap(edges));
    if (this.#farewell) return this.#show(this.#farewell.deal, 0, this.#farewell.reason);
    this.#current = stale ? null : chooseDeal(open, now);
    if (this.#current) this.#show(this.#current, open.length - 1, null);
    else this.#slot.hide();
  }

  /** @param {number} now */
  #passDeadlines(now) {
    const endsAt = this.#current?.ends_at ?? Infinity;
    if (endsAt <= now && !this.#farewell) this.#sayGoodbye("time", endsAt);
    if (this.#farewell && this.#farewell.until <= now) this.#farewell = this.#current = null;
  }

  /** @param {any} deal @param {number} more @param {string|null} ended */
  #show(deal, more, ended) {
    const { price, was, percent, quantity, left, starts_at, ends_at } = deal;
    const { title } = deal.product;
    const { ticking } = this.#view;
    this.#slot.show({ title, price, was, percent, quantity, left, starts_at, ends_at, more, ended, ticking });
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
