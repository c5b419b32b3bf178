/** Purchases on the stage: waiting, merged, shown one at a time. */

import { Alarm } from "../shared/timers.js";

const MINUTE_MS = 60_000;
const PER_MINUTE = 12;
/** A purchase older than this is no longer news. */
const NEWS_MS = 300_000;
/** With more than these waiting, or a line of many among them, one product is told in one line. */
const PATIENCE = 4;
/** Parts of a group that a reversal can still be taken out of. */
const REMEMBERED = 200;

/**
 * @typedef {{ids: Map<string, {count: number, units: number}>, count: number, units: number,
 *   items: {sku: string, title: string, quantity: number}[], name: string|null, region: string|null,
 *   test: boolean, since: number}} Group one line of the ticker: a purchase, or several of them
 */

/**
 * Purchases that wait to be shown, one at a time, at most twelve a minute. Pure: time is an argument.
 * When they come faster than that they are merged, and what grows old is dropped.
 */
export class PurchaseQueue {
  /** @type {Group[]} oldest first */
  #waiting = [];
  /** @type {number[]} when the last lines were shown */
  #shown = [];
  #max;

  /** @param {number} max lines that may wait */
  constructor(max) {
    this.#max = max;
  }

  get length() {
    return this.#waiting.length;
  }

  clear() {
    this.#waiting = [];
  }

  /** @param {any} purchase a `purchase_confirmed` or `purchases_merged` */
  add(purchase) {
    this.#waiting.push(groupOf(purchase));
    const rush = this.#waiting.length > PATIENCE || this.#waiting.some((group) => group.count > 1);
    if (rush) this.#waiting = mergeAlike(this.#waiting);
    while (this.#waiting.length > this.#max) this.#waiting.shift();
  }

  /** @param {any} reversal what was taken back is never shown */
  reverse({ purchase, items, complete }) {
    this.#waiting = this.#waiting.flatMap((group) => {
      const part = group.ids.get(purchase);
      if (!part) return [group];
      if (group.count > part.count) return complete ? [without(group, purchase, part)] : [group];
      const left = complete ? [] : subtract(group.items, items);
      return left.length > 0 ? [{ ...group, items: left, units: unitsOf(left) }] : [];
    });
  }

  /** @param {number} now server time @returns {Group|null} the next line, if one may be shown now */
  next(now) {
    this.#waiting = this.#waiting.filter((group) => now - group.since <= NEWS_MS);
    if (this.#waiting.length === 0 || now < this.#allowedAt()) return null;
    this.#shown = [...this.#shown, now].slice(-PER_MINUTE);
    return /** @type {Group} */ (this.#waiting.shift());
  }

  /** @returns {number|null} when to ask again; null when nothing waits */
  nextAt() {
    return this.#waiting.length > 0 ? this.#allowedAt() : null;
  }

  #allowedAt() {
    return this.#shown.length < PER_MINUTE ? 0 : this.#shown[0] + MINUTE_MS;
  }
}

/** @param {any} purchase @returns {Group} */
function groupOf(purchase) {
  const { items, test, occurred_at: since, name = null, region = null } = purchase;
  const count = purchase.count ?? 1;
  const units = purchase.units ?? unitsOf(items);
  const ids = new Map([[purchase.purchase, { count, units }]]);
  return { ids, count, units, items, name, region, test: Boolean(test), since };
}

/** @param {{quantity: number}[]} items */
function unitsOf(items) {
  return items.reduce((sum, item) => sum + item.quantity, 0);
}

/** Lines of one and the same product become one line, in the place of the oldest. @param {Group[]} groups */
function mergeAlike(groups) {
  /** @type {Map<string, Group>} */
  const merged = new Map();
  groups.forEach((group, index) => {
    const key = group.items.length === 1 ? `${group.items[0].sku} ${group.test}` : `alone ${index}`;
    const other = merged.get(key);
    merged.set(key, other ? together(other, group) : group);
  });
  return [...merged.values()];
}

/** @param {Group} a @param {Group} b @returns {Group} */
function together(a, b) {
  const units = a.units + b.units;
  return {
    ids: new Map([...a.ids, ...b.ids].slice(-REMEMBERED)),
    count: a.count + b.count,
    units,
    items: [{ ...b.items[0], quantity: units }],
    name: null,
    region: null,
    test: a.test,
    since: Math.min(a.since, b.since),
  };
}

/** @param {Group} group @param {string} id @param {{count: number, units: number}} part @returns {Group} */
function without(group, id, part) {
  const ids = new Map(group.ids);
  ids.delete(id);
  const units = group.units - part.units;
  const items = [{ ...group.items[0], quantity: units }];
  return { ...group, ids, count: group.count - part.count, units, items };
}

/** @param {Group["items"]} items @param {{sku: string, quantity: number}[]} back */
function subtract(items, back) {
  const returned = new Map(back.map(({ sku, quantity }) => [sku, quantity]));
  return items
    .map((item) => ({ ...item, quantity: item.quantity - (returned.get(item.sku) ?? 0) }))
    .filter((item) => item.quantity > 0);
}

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
  /** @type {Group|null} */
  #current = null;

  /** @param {import("./graphic.js").Slot} slot @param {import("./stage.js").Context} context */
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

  /** @param {Group} group */
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
