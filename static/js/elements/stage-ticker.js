import { Alarm } from "./stage-alarm.js";
import { PurchaseQueue } from "./stage-queue.js";

const PURCHASES = new Set(["purchase_confirmed", "purchases_merged"]);
/** After a gap, what happened before this is history and not shown. */
const REPLAY_MS = 30_000;

/** Purchases, one at a time. While nobody can see the source, none is kept: there is no burst later. */
export class TickerLane {
  #slot;
  #context;
  #queue;
  #alarm;
  #open = true;
  #busy = false;
  #quietUntil = 0;
  /** @type {import("./stage-queue.js").Group|null} */
  #current = null;

  /** @param {import("./stage-slot.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, context) {
    this.#slot = slot;
    this.#context = context;
    this.#queue = new PurchaseQueue(context.options.maxqueue);
    this.#alarm = new Alarm(context.now, () => this.#pump());
  }

  /** @param {any} view @param {any[]} events */
  update(view, events) {
    this.#open = view.visible;
    if (!this.#open) return this.clear(true);
    for (const event of events) this.#take(event);
    this.#pump();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.#queue.clear();
    this.#slot.hide(atOnce);
  }

  /** @param {any} event */
  #take(event) {
    const now = this.#context.now() - this.#context.options.delay;
    if (PURCHASES.has(event.type) && now - event.at <= REPLAY_MS) this.#queue.add(event);
    if (event.type === "purchase_reversed") this.#reverse(event);
    if (event.type === "show_started") this.#queue.clear();
  }

  /** @param {any} event */
  #reverse(event) {
    this.#queue.reverse(event);
    const part = this.#current?.ids.get(event.purchase);
    if (part && event.complete && part.count === this.#current?.count) this.#slot.hide();
  }

  #pump() {
    const now = this.#context.now();
    if (this.#busy || !this.#open) return;
    const group = now < this.#quietUntil ? null : this.#queue.next(now);
    if (group) void this.#show(group);
    else if (this.#queue.length > 0) this.#alarm.set(Math.max(this.#quietUntil, this.#queue.nextAt() ?? 0));
  }

  /** @param {import("./stage-queue.js").Group} group */
  async #show(group) {
    const { options, now } = this.#context;
    this.#busy = true;
    this.#current = group;
    const { count, units, items, name, region, test } = group;
    await this.#slot.graphic.updateAction({
      data: { count, units, items, name, region, test, duration_ms: options.showtime },
    });
    await this.#slot.graphic.playAction();
    this.#busy = false;
    this.#current = null;
    this.#quietUntil = now() + options.cooldown;
    this.#pump();
  }
}
