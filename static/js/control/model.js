import { ROOT } from "../client/reconnect.js";
import { LiveConnection } from "../client/connection.js";
import { Watch, soldOf, totalsAfter } from "./model-totals.js";

/** The socket tells of overlays. Where it does not (there are very many), they are asked for. */
const ASK_MS = 4_000;
/** Where it does, only in case that a frame was left out on a bad line. */
const ASK_ANYWAY_MS = 30_000;
const LINK = "vetrina.control.overlay.";
/** The log is read backwards in pages of so many events, and no further than this. */
const LOOK_BACK = 200;
const PAGES = 5;
/** As many past events as are looked through for what was sold. */
const SOLD_BACK = 1_000;

/**
 * One show as the panel knows it: the live state, the bag, and what only the host may see. It holds
 * the data and fetches it; `change` events say that `model` is new. No DOM.
 */
export class ShowSource extends EventTarget {
  /** Everything that the elements draw; replaced in parts, never in place. */
  model;

  #device;
  #live;
  #life = new AbortController();
  #timers = new Set();
  #told = false;
  #bagAsked = 0;
  #watch = new Watch();
  #socketTells = false;

  /** @param {{device: import("./access/keys.js").DeviceKey, slug: string, slots?: number, base?: string}} options `base`: where viewers reach the server */
  constructor({ device, slug, slots = 1, base = location.origin + ROOT }) {
    super();
    this.slug = slug;
    this.#device = device;
    this.#live = new LiveConnection({ hello: { role: "control", show: slug, key: device.key } });
    this.model = {
      state: null, bag: [], bagStatus: "loading", taps: {}, viewers: 0, seq: 0, slots,
      status: { status: "connecting", name: null, retryAt: null, since: Date.now() },
      overlays: null, overlaysAt: 0, keys: null, connections: null, connectionsProblem: null, sources: this.#watch.sources,
      updated: false, apart: false,
      overlayLink: stored(slug)?.url ?? null,
      viewerUrl: new URL(`${base}/live/${slug}`).href,
    };
  }

  start() {
    const on = (type, run) => this.#live.addEventListener(type, ({ detail }) => run(detail), { signal: this.#life.signal });
    on("state", (detail) => this.#stateChanged(detail));
    on("signal", (signal) => this.#signalCame(signal));
    on("assets", () => this.#set({ updated: true }));
    on("status", (status) => this.#statusChanged(status));
    const seen = () => document.visibilityState === "visible" && this.wake();
    document.addEventListener("visibilitychange", seen, { signal: this.#life.signal });
    this.#live.start();
    this.#every(ASK_MS, () => this.#looking && this.#overlaysAreOld && this.loadOverlays());
  }

  stop() {
    this.#life.abort();
    this.#live.stop();
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Somebody sees the panel and the server is there: only then is asking worth it. */
  get #looking() {
    return document.visibilityState === "visible" && this.model.status.status === "live";
  }

  get #overlaysAreOld() {
    return !this.#socketTells || Date.now() - this.model.overlaysAt > ASK_ANYWAY_MS;
  }

  now() {
    return this.#live.serverNow();
  }

  wake() {
    this.#live.wake();
  }

  get api() {
    return this.#device.api;
  }

  get path() {
    return `/shows/${this.slug}`;
  }

  /** @param {Record<string, any>} command @returns {Promise<{events: any[]}>} */
  command(command) {
    return this.api.post(`${this.path}/commands`, command);
  }

  /** @param {number} slot @returns {string|null} the sku pinned there */
  pinned(slot) {
    const pin = this.model.state?.pins.find((entry) => entry.slot === slot);
    return pin?.product.sku ?? null;
  }

  /** @param {string[]} skus in their new order */
  async setBag(skus) {
    await this.api.put(`${this.path}/bag`, { skus });
    await this.loadBag();
  }

  /** Of several under way the one that was asked for last counts: answers may overtake each other. */
  async loadBag() {
    this.#bagAsked += 1;
    const asked = this.#bagAsked;
    try {
      const { products } = await this.api.get(`${this.path}/bag`);
      if (asked === this.#bagAsked) this.#set({ bag: products, bagStatus: "ready" });
    } catch (problem) {
      if (asked === this.#bagAsked) this.#set({ bagStatus: "failed" });
      throw problem;
    }
  }

  loadOverlays() {
    return this.#quietly(async () => {
      this.#overlaysCame(await this.api.get(`${this.path}/overlays`));
    });
  }

  #overlaysCame({ overlays, complete }) {
    this.#set({ overlays: this.#watch.marked(overlays), overlaysAt: Date.now(), apart: !complete });
  }

  #signalCame({ viewers, taps, overlays, complete }) {
    this.#set({ viewers, taps: taps ?? this.model.taps });
    this.#socketTells = Array.isArray(overlays);
    if (this.#socketTells) this.#overlaysCame({ overlays, complete });
  }

  /** @param {string[]} ids overlays that nobody needs to be warned of */
  takeNote(ids) {
    this.#watch.takeNote(ids);
    return this.loadOverlays();
  }

  loadKeys() {
    return this.#quietly(async () => {
      const all = await this.api.get("/keys");
      const keys = all.keys.filter(({ role, show }) => show === this.slug || (role === "control" && show === null));
      const kept = stored(this.slug);
      const gone = kept?.id && !keys.some(({ id, revoked_at: revoked }) => id === kept.id && revoked === null);
      if (gone) this.keepLink(null);
      this.#set({ keys });
    });
  }

  /** For the rows, which tell what went wrong and keep what was there. */
  async loadConnections() {
    try {
      await this.connections();
    } catch (problem) {
      if (!("status" in Object(problem))) throw problem;
      this.#set({ connectionsProblem: problem });
    }
  }

  /** @returns {Promise<any[]>} those whose orders may come to this show */
  async connections() {
    const answer = await this.api.get("/connections");
    const here = answer.connections.filter(({ show }) => !show || show === this.slug);
    const connections = here.map((one) => ({ ...one, url: new URL(one.url, location.origin).href }));
    this.#set({ connections, connectionsProblem: null });
    return connections;
  }

  /** @param {string} id of a connection @returns {Promise<any>} what it calls our products, and what was sold by those names */
  async matching(id) {
    const after = Math.max(0, this.model.seq - SOLD_BACK);
    const [{ unmatched }, { matches }, { products, next }, { events }] = await Promise.all([
      this.api.get(`/connections/${id}/unmatched`),
      this.api.get(`/connections/${id}/matches`),
      this.api.products(),
      this.api.get(`${this.path}/events?after=${after}&limit=${SOLD_BACK}`),
    ]);
    return { unmatched, matches, products, more: Boolean(next), sold: soldOf(events) };
  }

  /** @param {{id: string|null, url: string}|null} link as the server showed it, once */
  keepLink(link) {
    keepLink(this.slug, link);
    this.#set({ overlayLink: link?.url ?? null });
  }

  #stateChanged({ state, events, snapshot }) {
    let totals = snapshot ? state.totals : this.model.state?.totals;
    if (!snapshot && totals) totals = events.reduce(totalsAfter, totals);
    const taps = snapshot ? (state.taps ?? this.model.taps) : this.model.taps;
    const seq = this.#live.position?.seq ?? this.model.seq;
    this.#set({ state: { ...state, totals }, seq, viewers: state.viewers, taps });
    if (this.#watch.learn(events)) this.#set({ sources: this.#watch.sources });
    if (snapshot) this.#lookBack(seq);
    this.#followBag(events, snapshot);
  }

  /** A snapshot does not say which connection reported a purchase; the log does. */
  #lookBack(seq) {
    return this.#quietly(async () => {
      for (let page = 0, end = seq; page < PAGES && end > 0 && this.#unknown; page += 1) {
        const after = Math.max(0, end - LOOK_BACK);
        const { events } = await this.api.get(`${this.path}/events?after=${after}&limit=${end - after}`);
        if (this.#watch.learn(events)) this.#set({ sources: this.#watch.sources });
        end = after;
      }
    });
  }

  /** Whether a purchase on the panel came from nobody knows where. */
  get #unknown() {
    return this.model.state.ticker.some(({ purchase }) => !this.#watch.sources.has(purchase));
  }

  #followBag(events, snapshot) {
    if (snapshot || events.some(({ type }) => type === "bag_changed")) {
      this.#quietly(() => this.loadBag());
      return;
    }
    const stock = new Map(events.filter(({ type }) => type === "stock_changed").map(({ sku, quantity }) => [sku, quantity]));
    if (stock.size === 0) return;
    const bag = this.model.bag.map((item) => (stock.has(item.sku) ? { ...item, stock: stock.get(item.sku) } : item));
    this.#set({ bag });
  }

  #statusChanged(status) {
    const was = this.model.status;
    const since = was.status === "live" || status.status === "live" ? Date.now() : was.since;
    this.#set({ status: { ...status, since } });
  }

  /** @param {Record<string, any>} changes */
  #set(changes) {
    this.model = { ...this.model, ...changes };
    if (this.#told || this.#life.signal.aborted) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.dispatchEvent(new Event("change"));
    });
  }

  /** For what is asked for again soon anyway: the offline strip tells of a server that is away. */
  async #quietly(task) {
    try {
      await task();
    } catch (problem) {
      if (!("status" in Object(problem))) throw problem;
    }
  }

  #every(ms, run) {
    const timer = setInterval(run, ms);
    this.#timers.add(timer);
  }
}

/** @param {string} slug @returns {{id: string|null, url: string}|null} */
function stored(slug) {
  const text = localStorage.getItem(LINK + slug);
  return text ? JSON.parse(text) : null;
}

/** @param {string} slug @param {{id: string|null, url: string}|null} link */
export function keepLink(slug, link) {
  if (link) localStorage.setItem(LINK + slug, JSON.stringify(link));
  else localStorage.removeItem(LINK + slug);
}
