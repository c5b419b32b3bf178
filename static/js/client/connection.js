import { ROOT } from "./reconnect.js";
import { Session } from "./session.js";
import { LocalTime, ServerClock, apply } from "./state.js";

const ANSWER_MS = 10_000;
/** A page that took longer to start its script tells nothing of the time: its tab was asleep. */
const PAGE_AGE_MS = 60_000;

/**
 * One live connection for the life of the page: it carries out what {@link Session} decides, with a
 * real socket and real timers, and keeps the state that the events add up to. It reconnects for ever
 * and tells of it by events only, never on the console.
 *
 *     const live = new LiveConnection({ hello: { role: "viewer", show: "spring-drop" } });
 *     live.addEventListener("state", ({ detail }) => draw(detail.state));
 *     live.start();
 *
 * Events (`detail`): "state" {state, events, snapshot} · "signal" {viewers, taps?, overlays?, complete?} ·
 * "status" {status, name, retryAt: as by `Date.now()`} · "assets" {assets}, when they differ from the first ones seen.
 */
export class LiveConnection extends EventTarget {
  /** @type {Record<string, any>|null} null until the first welcome */
  state = null;
  /** @type {{status: "connecting"|"live"|"offline"|"stopped", name: string|null, retryAt: number|null}} */
  status = { status: "offline", name: null, retryAt: null };
  /** @type {number|null} `Date.now()` of the last frame */
  heardAt = null;

  #time = new LocalTime();
  #clock = new ServerClock(() => this.#time.now());
  #session;
  #url;
  /** @type {WebSocket|null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {AbortController|null} while started */
  #started = null;
  /** @type {string|null} */
  #assets = null;
  /** @type {Map<string, (answer: {ok: boolean, code: string|null, message: string|null}) => void>} */
  #waiting = new Map();
  #lastId = 0;
  /** @type {Record<string, any>|null} said again after each reconnect */
  #visible = null;
  /** @type {Record<string, any>|null} */
  #painted = null;

  /**
   * @param {{hello: {role: "viewer"|"overlay"|"control", show?: string, key?: string, label?: string},
   *   url?: string}} options `url`: the socket's address; by default `/ws` on the page's own origin
   */
  constructor({ hello, url = defaultUrl() }) {
    super();
    this.#session = new Session(hello, Math.random);
    this.#url = url;
  }

  get position() {
    return this.#session.position;
  }

  /** @returns {number} the server's time in milliseconds, as well as it is known here */
  serverNow() {
    return this.#clock.now();
  }

  /**
   * Before start: the snapshot that came with the page, so that only what happened since is asked for.
   *
   * @param {{epoch: string, seq: number, now: number, state: Record<string, any>}} snapshot of `GET /shows/{slug}`
   */
  resumeFrom({ epoch, seq, now, state }) {
    this.#session.position = { epoch, seq };
    this.state = state;
    this.heardAt = Date.now();
    const [page] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
    const age = performance.now() - page?.responseStart;
    if (!(age >= 0 && age < PAGE_AGE_MS)) return;
    const came = this.#time.now() - age;
    this.#clock.observe(now, came - (page.responseStart - page.requestStart), came);
  }

  start() {
    if (this.#started) return;
    this.#started = new AbortController();
    globalThis.addEventListener("online", () => this.wake(), { signal: this.#started.signal });
    this.#carryOut(this.#session.start(this.#time.now()));
  }

  /** For good; a new connection needs a new object. */
  stop() {
    this.#started?.abort();
    this.#carryOut(this.#session.stop(this.#time.now()));
  }

  /** Somebody looks (visible, active) or the network is back: try at once, or probe the line. */
  wake() {
    if (this.#started) this.#carryOut(this.#session.wake(this.#time.now()));
  }

  /**
   * @param {string} sku
   * @returns {Promise<{ok: boolean, code: string|null, message: string|null}>} never rejects
   */
  tap(sku) {
    this.#lastId += 1;
    const id = `c${this.#lastId}`;
    if (!this.#send({ type: "tap", id, sku })) return Promise.resolve(failed("offline"));
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answer(id, failed("no_answer")), ANSWER_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  /** @param {number} seq @param {number} at server time at which this seq was on the screen */
  painted(seq, at) {
    this.#painted = { type: "painted", seq, at };
    this.#send(this.#painted);
  }

  /** @param {{visible: boolean, active: boolean}} sight of an overlay, as OBS tells it */
  visible({ visible, active }) {
    this.#visible = { type: "visible", visible, active };
    this.#send(this.#visible);
  }

  /** @param {import("./session.js").Action[]} actions */
  #carryOut(actions) {
    for (const action of actions) this.#actions[action.do]?.(action);
  }

  /** @type {Record<string, (action: any) => void>} */
  #actions = {
    open: () => this.#open(),
    close: ({ code }) => this.#close(code),
    send: ({ frame }) => this.#write(frame),
    schedule: ({ at }) => this.#schedule(at),
    status: ({ status, name, retry_at }) => {
      const retryAt = retry_at === null ? null : Date.now() + retry_at - this.#time.now();
      this.#statusChanged({ status, name, retryAt });
    },
    clock: ({ now, sent_at, received_at }) => this.#clock.observe(now, sent_at, received_at),
    snapshot: ({ state }) => this.#stateChanged(state, [], true),
    events: ({ events }) => this.#stateChanged(events.reduce(apply, this.state), events, false),
    signal: ({ frame }) => this.#signalled(frame),
    answer: ({ frame }) => this.#answered(frame),
    assets: ({ assets }) => this.#assetsSeen(assets),
  };

  #open() {
    this.#forgetSocket();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#carryOut(this.#session.opened(this.#time.now()));
    socket.onmessage = ({ data }) => {
      this.heardAt = Date.now();
      this.#carryOut(this.#session.frame(this.#time.now(), parsed(data)));
    };
    socket.onclose = ({ code }) => {
      this.#forgetSocket();
      this.#carryOut(this.#session.closed(this.#time.now(), code));
    };
  }

  /** @param {number} code */
  #close(code) {
    const socket = this.#socket;
    this.#forgetSocket();
    socket?.close(code);
  }

  #forgetSocket() {
    if (this.#socket) this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket = null;
    for (const id of [...this.#waiting.keys()]) this.#answer(id, failed("offline"));
  }

  /** @param {number|null} at */
  #schedule(at) {
    clearTimeout(this.#timer);
    if (at === null) return;
    const wait = Math.max(0, at - this.#time.now());
    this.#timer = setTimeout(() => this.#tick(at), wait);
  }

  /** Timers may fire a little early; then the session has nothing to do and the time stays set. */
  /** @param {number} at */
  #tick(at) {
    this.#carryOut(this.#session.tick(this.#time.now()));
    if (this.#session.wakeAt === at) this.#schedule(at);
  }

  /** @param {Record<string, any>} frame @returns {boolean} whether it was sent */
  #send(frame) {
    if (this.#session.state !== "live") return false;
    return this.#write(frame);
  }

  /** @param {Record<string, any>} frame */
  #write(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** @param {LiveConnection["status"]} status */
  #statusChanged(status) {
    this.status = status;
    if (status.status === "live") {
      for (const frame of [this.#visible, this.#painted]) if (frame) this.#write(frame);
    }
    this.#tell("status", { ...status });
  }

  /** @param {Record<string, any>} state @param {any[]} events @param {boolean} snapshot */
  #stateChanged(state, events, snapshot) {
    this.state = state;
    this.#tell("state", { state, events, snapshot });
  }

  /** @param {any} frame */
  #signalled({ type: _type, ...signal }) {
    if (this.state && Number.isInteger(signal.viewers)) {
      this.state = { ...this.state, viewers: signal.viewers };
    }
    this.#tell("signal", signal);
  }

  /** @param {any} frame */
  #answered({ type, id, code = null, message = null }) {
    this.#answer(id, { ok: type === "ack", code, message });
  }

  /** @param {string} id @param {{ok: boolean, code: string|null, message: string|null}} answer */
  #answer(id, answer) {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  /** @param {string} assets */
  #assetsSeen(assets) {
    this.#assets ??= assets;
    if (assets !== this.#assets) this.#tell("assets", { assets });
  }

  /** @param {string} type @param {any} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {string} code */
function failed(code) {
  return { ok: false, code, message: null };
}

/** @param {unknown} data @returns {any} null for what is not JSON */
function parsed(data) {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}

function defaultUrl() {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${ROOT}/ws`;
}
