/** What a client knows: the show's state, its place in the log, and the server's clock. No page, no network. */

/**
 * How one event changes what everybody sees. Pure: the given state is not touched and unchanged parts
 * are shared, so `before.pins === after.pins` tells that no pin changed. The twin of
 * `server/vetrina/protocol/client/reducer.py`; both run the cases in `tests/fixtures/reducer.json`.
 */

export const TICKER_LENGTH = 20;
/** A purchase learned of later than this after it happened is counted but not celebrated. */
export const FRESH_MS = 300_000;

/** @typedef {Record<string, any>} State */
/** @typedef {{seq: number, type: string, at: number, [field: string]: any}} Event */

/** @type {Record<string, (state: State, event: Event) => State>} */
const CHANGES = {
  product_pinned: (state, { pin }) => ({
    ...state,
    pins: [...state.pins.filter((/** @type {any} */ p) => p.slot !== pin.slot), pin].sort((a, b) => a.slot - b.slot),
  }),
  product_unpinned: (state, { slot }) => ({
    ...state,
    pins: state.pins.filter((/** @type {any} */ p) => p.slot !== slot),
  }),
  deal_announced: (state, { deal }) => withDeal(state, deal),
  deal_started: (state, { deal }) => withDeal(state, deal),
  deal_stock_changed: (state, { deal, left }) => ({
    ...state,
    deals: state.deals.map((/** @type {any} */ d) => (d.id === deal ? { ...d, left } : d)),
  }),
  deal_ended: (state, { deal }) => ({
    ...state,
    deals: state.deals.filter((/** @type {any} */ d) => d.id !== deal),
  }),
  voucher_offered: (state, { voucher }) => ({
    ...state,
    vouchers: [...offered(state).filter((v) => v.id !== voucher.id), voucher],
  }),
  voucher_left_changed: (state, { voucher, left }) =>
    withVouchers(state, offered(state).map((v) => (v.id === voucher ? { ...v, left } : v))),
  voucher_closed: (state, { voucher }) => withVouchers(state, offered(state).filter((v) => v.id !== voucher)),
  stock_changed: (state, { sku, quantity }) =>
    withProducts(state, (product) => (product.sku === sku ? { ...product, stock: quantity } : product)),
  purchase_confirmed: (state, event) => withPurchase(state, event, tickerEntry(event)),
  purchases_merged: (state, event) =>
    withPurchase(state, event, { ...tickerEntry(event), count: event.count, units: event.units }),
  purchase_reversed: (state, event) => ({
    ...state,
    ticker: state.ticker.flatMap((/** @type {any} */ entry) =>
      entry.purchase === event.purchase ? withoutItems(entry, event) : [entry]),
  }),
  announced: (state, { text, until }) => ({ ...state, announcement: { text, until } }),
  announcement_cleared: (state) => ({ ...state, announcement: null }),
  disclosure_set: (state, { disclosure }) => withShow(state, { disclosure }),
  bag_changed: (state, { products }) => {
    const edited = new Map(products.map((/** @type {any} */ product) => [product.sku, product]));
    return withProducts(state, (product) => edited.get(product.sku) ?? product);
  },
  show_started: (state, { status, at }) => ({
    ...withShow(state, { status, started_at: at }),
    ticker: status === "live" ? [] : state.ticker,
  }),
  show_paused: (state) => withShow(state, { status: "paused" }),
  show_resumed: (state) => withShow(state, { status: "live" }),
  show_edited: (state, { title, currency, host, starts_at }) => withShow(state, { title, currency, host, starts_at }),
  show_ended: (state) => ({ ...withShow(state, { status: "ended" }), announcement: null }),
  panicked: (state) => ({ ...state, panic: true }),
  calmed: (state) => ({ ...state, panic: false }),
};

/**
 * @param {State} state as in `welcome`
 * @param {Event} event as in `events`; a type unknown here changes nothing
 * @returns {State}
 */
export function apply(state, event) {
  return Object.hasOwn(CHANGES, event.type) ? CHANGES[event.type](state, event) : state;
}

/** @param {State} state @param {Record<string, any>} changes */
function withShow(state, changes) {
  return { ...state, show: { ...state.show, ...changes } };
}

/** Insert or replace by id. A deadline once shown is never moved to a later time. */
/** @param {State} state @param {any} deal */
function withDeal(state, deal) {
  const index = state.deals.findIndex((/** @type {any} */ d) => d.id === deal.id);
  if (index < 0) return { ...state, deals: [...state.deals, deal] };
  const deals = [...state.deals];
  deals[index] = { ...deal, ends_at: Math.min(deal.ends_at, deals[index].ends_at) };
  return { ...state, deals };
}

/** @param {State} state @returns {any[]} the vouchers that can be taken; the key is there only with some */
function offered(state) {
  return state.vouchers ?? [];
}

/** @param {State} state @param {any[]} vouchers */
function withVouchers({ vouchers: _, ...rest }, vouchers) {
  return vouchers.length > 0 ? { ...rest, vouchers } : rest;
}

/** @param {State} state @param {(product: any) => any} change */
function withProducts(state, change) {
  const changed = (/** @type {any} */ holder) => {
    const product = change(holder.product);
    return product === holder.product ? holder : { ...holder, product };
  };
  return { ...state, pins: state.pins.map(changed), deals: state.deals.map(changed) };
}

/** @param {Event} event */
function tickerEntry({ purchase, items, name, region, occurred_at, at, test }) {
  return { purchase, items, name: name ?? null, region: region ?? null, occurred_at, at, test };
}

/** @param {State} state @param {Event} event @param {any} entry */
function withPurchase(state, event, entry) {
  if (event.at - event.occurred_at > FRESH_MS) return state;
  return { ...state, ticker: [entry, ...state.ticker].slice(0, TICKER_LENGTH) };
}

/** @param {any} entry @param {Event} event @returns {any[]} the entry with less in it, or nothing */
function withoutItems(entry, { complete, items: gone }) {
  if (complete) return [];
  const back = new Map();
  const bought = (/** @type {any} */ item) => item.variant ?? item.sku;
  for (const item of gone) back.set(bought(item), (back.get(bought(item)) ?? 0) + item.quantity);
  const items = entry.items.flatMap((/** @type {any} */ item) => {
    const taken = Math.min(item.quantity, back.get(bought(item)) ?? 0);
    back.set(bought(item), (back.get(bought(item)) ?? 0) - taken);
    return item.quantity > taken ? [{ ...item, quantity: item.quantity - taken }] : [];
  });
  return items.length > 0 ? [{ ...entry, items }] : [];
}

/**
 * Where a client stands in a show's log, `{epoch, seq}`, and what a frame means to one who stands there.
 */

/** @param {any} frame @returns {boolean} whether the frame has what its type needs to be read */
export function reads(frame) {
  switch (frame?.type) {
    case undefined: return false;
    case "welcome": return typeof frame.epoch === "string" && Number.isInteger(frame.seq);
    case "events": return Number.isInteger(frame.seq) && isList(frame.events);
    default: return true;
  }
}

/** @param {any} events */
function isList(events) {
  return Array.isArray(events) && events.every((event) => Number.isInteger(event?.seq));
}

/**
 * What of a frame is new to a client that stands at `seq`. A frame begins with its lowest seq; merged
 * purchases carry the seq of the first one, so if that is known already they cannot be taken apart.
 *
 * @param {number} seq @param {any[]} events in order
 * @returns {any[]|null} null when something is missing
 */
export function nextEvents(seq, events) {
  const known = events.filter((event) => event.seq <= seq);
  const fresh = events.slice(known.length);
  const torn = known.some((event) => event.type === "purchases_merged");
  return torn || fresh[0]?.seq !== seq + 1 ? null : fresh;
}

/**
 * The server's clock, seen from here. Deadlines are absolute server times; a countdown is
 * `deadline - clock.now()`, computed anew each time and never counted down.
 *
 * Usage:
 *
 *     const clock = new ServerClock();
 *     clock.observe(frame.now, sentAt, receivedAt);
 *     label.textContent = formatCountdown(deal.ends_at - clock.now());
 */

const WINDOW = 8;
/** Two honest samples may differ by their round trips and this much drift. */
const DRIFT_MS = 250;

/** @typedef {{offset: number, roundTrip: number}} Sample */

export class ServerClock {
  #local;
  /** @type {Sample[]} newest last */
  #samples = [];

  /** @param {() => number} local milliseconds; the same clock that `sentAt` and `receivedAt` use */
  constructor(local = () => Date.now()) {
    this.#local = local;
  }

  /**
   * One question and answer. The sample with the shortest round trip of the last eight is believed;
   * a sample that contradicts it means that the local clock was set, and forgets the older ones.
   *
   * @param {number} serverNow the `now` of the answer
   * @param {number} sentAt local time of the question
   * @param {number} receivedAt local time of the answer
   */
  observe(serverNow, sentAt, receivedAt) {
    const roundTrip = Math.max(0, receivedAt - sentAt);
    const sample = { offset: serverNow + roundTrip / 2 - receivedAt, roundTrip };
    const best = this.#best();
    if (best && contradict(best, sample)) this.#samples = [];
    this.#samples = [...this.#samples, sample].slice(-WINDOW);
  }

  /** @returns {number} server time in milliseconds; the local time until the first sample */
  now() {
    return Math.round(this.#local() + this.offset);
  }

  /** @returns {number} milliseconds to add to the local clock */
  get offset() {
    return this.#best()?.offset ?? 0;
  }

  #best() {
    return this.#samples.reduce(
      (/** @type {Sample|null} */ best, sample) =>
        best && best.roundTrip < sample.roundTrip ? best : sample,
      null,
    );
  }
}

/** @param {Sample} one @param {Sample} other */
function contradict(one, other) {
  const slack = (one.roundTrip + other.roundTrip) / 2 + DRIFT_MS;
  return Math.abs(one.offset - other.offset) > slack;
}

/**
 * @param {number} ms time left
 * @returns {string} "04:37", from an hour on "1:02:03"; rounded up, so that zero is the end itself
 */
export function formatCountdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/**
 * A local clock in milliseconds that never runs backwards and counts the time a device was asleep.
 *
 * `Date.now()` jumps when the wall clock is set; `performance.now()` stands still while a phone
 * sleeps. This follows the second and leaps forward with the first.
 */
const LEAP_MS = 1000;

export class LocalTime {
  #wall;
  #steady;
  /** wall minus steady clock, as last accepted */
  #offset;
  /** milliseconds added for sleep */
  #slept = 0;

  /**
   * @param {() => number} wall
   * @param {() => number} steady
   */
  constructor(wall = () => Date.now(), steady = () => performance.now()) {
    this.#wall = wall;
    this.#steady = steady;
    this.#offset = wall() - steady();
    this.#slept = this.#offset;
  }

  /** @returns {number} close to `Date.now()` until the wall clock is set back */
  now() {
    const offset = this.#wall() - this.#steady();
    const leap = offset - this.#offset;
    if (Math.abs(leap) > LEAP_MS) {
      this.#offset = offset;
      if (leap > 0) this.#slept += leap;
    }
    return Math.floor(this.#steady() + this.#slept);
  }
}
