/** The overlay as a source in OBS: who sees it, what reached the screen, when it reloads, how it keeps a delay. */

import { Alarm, Freshness } from "../shared/timers.js";

/**
 * Who can see this source. OBS tells by events (newer) or by callbacks (older), a browser by the
 * page's visibility. `visible`: shown anywhere; `active`: part of the programme that goes out.
 * Fires "change".
 */
export class Sight extends EventTarget {
  visible = !document.hidden;
  active = !document.hidden;
  #toldByObs = false;

  constructor() {
    super();
    addEventListener("obsSourceVisibleChanged", (event) => this.#heard({ visible: detail(event).visible }));
    addEventListener("obsSourceActiveChanged", (event) => this.#heard({ active: detail(event).active }));
    document.addEventListener("visibilitychange", () => this.#pageChanged());
    const obs = /** @type {any} */ (globalThis).obsstudio;
    if (!obs) return;
    obs.onVisibilityChange = (/** @type {unknown} */ visible) => this.#heard({ visible });
    obs.onActiveChange = (/** @type {unknown} */ active) => this.#heard({ active });
  }

  /** @param {{visible?: unknown, active?: unknown}} news */
  #heard(news) {
    this.#toldByObs = true;
    this.#set({
      visible: typeof news.visible === "boolean" ? news.visible : this.visible,
      active: typeof news.active === "boolean" ? news.active : this.active,
    });
  }

  /** A page that OBS hides is also hidden to the browser; what OBS itself says counts more. */
  #pageChanged() {
    const visible = !document.hidden;
    this.#set({ visible, active: this.#toldByObs ? this.active : visible });
  }

  /** @param {{visible: boolean, active: boolean}} sight */
  #set({ visible, active }) {
    if (visible === this.visible && active === this.active) return;
    this.visible = visible;
    this.active = active;
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Event} event @returns {any} */
function detail(event) {
  return /** @type {CustomEvent} */ (event).detail ?? {};
}

const SEEN = "v-overlay-renewed-at";
const PAUSE_MS = 300_000;
const SPREAD_MS = 5_000;
const RETRY_MS = 5_000;

/**
 * Takes a new version of our files when nobody sees it: when nothing is on the screen or the source is
 * not on air, at most once in five minutes, and not all overlays in the same second.
 */
export class Renewal {
  #idle;
  #reload;
  #wanted = false;

  /** @param {() => boolean} idle @param {() => void} reload */
  constructor(idle, reload) {
    this.#idle = idle;
    this.#reload = reload;
  }

  want() {
    if (this.#wanted) return;
    this.#wanted = true;
    setTimeout(() => this.#try(), Math.random() * SPREAD_MS);
  }

  #try() {
    const wait = Number(sessionStorage.getItem(SEEN) ?? 0) + PAUSE_MS - Date.now();
    if (wait > 0 || !this.#idle()) {
      setTimeout(() => this.#try(), Math.max(RETRY_MS, wait));
      return;
    }
    sessionStorage.setItem(SEEN, String(Date.now()));
    this.#reload();
  }
}

/**
 * Receipts for what really reached the screen. The first animation frame after a change belongs to
 * the frame that paints it, the second one begins when that is done. A hidden page paints nothing,
 * so its receipt waits.
 */
export class Painted {
  #send;
  #seq = 0;
  #waiting = false;

  /** @param {(seq: number) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {number} seq the position whose state is now in the document */
  rendered(seq) {
    this.#seq = seq;
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      const painted = this.#seq;
      requestAnimationFrame(() => this.#done(painted));
    });
  }

  /** @param {number} painted */
  #done(painted) {
    this.#waiting = false;
    this.#send(painted);
    if (this.#seq !== painted) this.rendered(this.#seq);
  }
}

/** What a delayed video must not hold back: to show these late would be to promise what is gone. */
const AT_ONCE = new Set([
  "panicked", "calmed", "stock_changed", "deal_stock_changed", "deal_ended", "purchase_reversed", "show_ended",
]);

/**
 * Holds news back so that overlay and delayed video meet. Panic, stock, the end of deals and
 * reversals pass at once: the held state is shown with those parts as they are now.
 */
export class Delay {
  #wait;
  #show;
  /** @type {any} as far as it is shown */
  #held = null;
  /** @type {any} as it is */
  #latest = null;

  /**
   * @param {number} wait ms
   * @param {(state: any, events: any[], seq: number|null) => void} show seq: up to where all is shown
   */
  constructor(wait, show) {
    this.#wait = wait;
    this.#show = show;
  }

  /** @param {any} state @param {any[]} events @param {number} seq the position of this state */
  push(state, events, seq) {
    this.#latest = state;
    if (this.#wait === 0 || this.#held === null) {
      this.#held = state;
      this.#show(state, events, seq);
      return;
    }
    this.#show(upToDate(this.#held, state), events.filter((event) => AT_ONCE.has(event.type)), null);
    setTimeout(() => this.#release(state, events, seq), this.#wait);
  }

  /** @param {any} state @param {any[]} events @param {number} seq */
  #release(state, events, seq) {
    this.#held = state;
    this.#show(upToDate(state, this.#latest), events.filter((event) => !AT_ONCE.has(event.type)), seq);
  }
}

/** @param {any} held @param {any} latest @returns {any} */
export function upToDate(held, latest) {
  if (held === latest) return held;
  const stock = new Map([...latest.pins, ...latest.deals].map(({ product }) => [product.sku, product.stock]));
  const counted = (/** @type {any} */ holder) => {
    const now = stock.get(holder.product.sku);
    return now === undefined ? holder : { ...holder, product: { ...holder.product, stock: now } };
  };
  const still = new Map(latest.deals.map((/** @type {any} */ deal) => [deal.id, deal]));
  const deals = held.deals
    .filter((/** @type {any} */ deal) => still.has(deal.id))
    .map((/** @type {any} */ deal) => ({ ...counted(deal), left: still.get(deal.id).left }));
  const ended = latest.show.status === "ended";
  return { ...held, panic: latest.panic, pins: ended ? [] : held.pins.map(counted), deals: ended ? [] : deals };
}

/** How far the last known state can be trusted. Tells `{ticking, stale}` when it changes. */
export class Trust {
  ticking = true;
  stale = false;
  #live;
  #tell;
  #freshness = new Freshness();
  #alarm = new Alarm(Date.now, () => this.check());

  /**
   * @param {{heardAt: number|null, status: {status: string}}} live
   * @param {(trust: {ticking: boolean, stale: boolean}) => void} tell
   */
  constructor(live, tell) {
    this.#live = live;
    this.#tell = tell;
  }

  /** Look again: call it whenever something was heard or the line changed. */
  check() {
    const { heardAt, status } = this.#live;
    this.#freshness.changed(status.status);
    const { late, stale } = this.#freshness.level(heardAt);
    this.#alarm.set(this.#freshness.nextAt(heardAt));
    if (late !== this.ticking && stale === this.stale) return;
    this.ticking = !late;
    this.stale = stale;
    this.#tell({ ticking: this.ticking, stale });
  }
}
