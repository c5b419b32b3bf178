/** The overlay as a source in OBS: what its address asks for, who sees it, what is painted, how it keeps a delay. */

import { ROOT } from "../client/reconnect.js";
import { Alarm, Freshness } from "../shared/timers.js";

/**
 * What the address of an overlay says: `/overlay/{key}[/{widget}]?…`. Wrong values count as absent,
 * because a stream must not stop over a typing error.
 */

const WIDGETS = Object.freeze(["pin", "deal", "ticker", "announcement", "voucher", "disclosure", "qr"]);

/** Other names under which people ask for the same thing. @type {Record<string, string>} */
const ALIASES = {
  alert: "announcement",
  "pinned-product": "pin",
  "flash-deal": "deal",
  "purchase-ticker": "ticker",
};
const LAYOUTS = ["16x9", "9x16", "1x1"];
const SAFE = ["none", "tv", "tiktok", "reels", "shorts"];
const MOTIONS = ["full", "reduced", "off"];
const THEMES = ["paper", "notte"];
/** @type {Record<string, string>} */
const ALIGN = { start: "start", end: "end", left: "start", right: "end" };

/**
 * @param {{pathname: string, search: string}} address
 * @returns {Options}
 */
export function readOptions({ pathname, search }) {
  const query = new URLSearchParams(search);
  const [, key = "", widget = ""] = /^\/overlay\/([^/]+)(?:\/([^/]+))?/.exec(pathname.slice(ROOT.length)) ?? [];
  /** @param {string} name @param {number} otherwise @param {[number, number]} range */
  const number = (name, otherwise, range) => clamped(query.get(name), otherwise, range);
  return Object.freeze({
    key: decodeURIComponent(key),
    widgets: chosen(widget || query.get("only"), query.get("hide")),
    codeAsked: names(widget || query.get("only")).includes("qr"),
    layout: oneOf(query.get("layout"), LAYOUTS, "auto"),
    safe: oneOf(query.get("safe"), SAFE, "auto"),
    theme: oneOf(query.get("theme"), THEMES, null),
    accent: color(query.get("accent")),
    scale: number("scale", 1, [0.5, 2]),
    align: ALIGN[query.get("align") ?? ""] ?? "start",
    lang: language(query.get("lang")),
    motion: /** @type {any} */ (oneOf(query.get("motion"), MOTIONS, "full")),
    sound: query.get("sound") === "on",
    label: (query.get("label") ?? "").slice(0, 40) || undefined,
    preview: query.get("preview") === "1",
    debug: query.get("debug") === "1",
    delay: number("delay", 0, [0, 120_000]),
    showtime: number("showtime", 4_500, [4_000, 60_000]),
    cooldown: number("cooldown", 500, [0, 60_000]),
    maxqueue: number("maxqueue", 20, [1, 100]),
  });
}

/**
 * @typedef {{key: string, widgets: ReadonlySet<string>, codeAsked: boolean, layout: string, safe: string, theme: string|null,
 *   accent: string|null, scale: number, align: string, lang: string|null,
 *   motion: import("./parts.js").Motion, sound: boolean, label: string|undefined, preview: boolean,
 *   debug: boolean, delay: number, showtime: number, cooldown: number, maxqueue: number}} Options
 */

/** @param {string|null} only @param {string|null} hide @returns {ReadonlySet<string>} */
function chosen(only, hide) {
  const asked = names(only);
  const hidden = names(hide);
  // A pin comes with its code unless that is hidden; the code alone is the exception.
  if (asked.includes("pin")) asked.push("qr");
  return new Set((asked.length > 0 ? asked : WIDGETS).filter((name) => !hidden.includes(name)));
}

/** @param {string|null} list */
function names(list) {
  return (list ?? "")
    .split(",")
    .map((name) => ALIASES[name.trim()] ?? name.trim())
    .filter((name) => WIDGETS.includes(name));
}

/** @template T @param {string|null} value @param {string[]} allowed @param {T} otherwise */
function oneOf(value, allowed, otherwise) {
  return value !== null && allowed.includes(value) ? value : otherwise;
}

/** @param {string|null} text @param {number} otherwise @param {[number, number]} range */
function clamped(text, otherwise, [low, high]) {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
}

/** @param {string|null} text @returns {string|null} "#d92b16" of "d92b16" or "#d92" */
function color(text) {
  const [, hex = ""] = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text ?? "") ?? [];
  if (!hex) return null;
  return `#${hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex}`.toLowerCase();
}

/** @param {string|null} tag @returns {string|null} */
function language(tag) {
  if (!tag || tag === "auto") return null;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return null;
  }
}

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
