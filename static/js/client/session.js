import { Backoff, Heartbeat, nameOf, numberOf, reactionTo, usableRange } from "./reconnect.js";
import { nextEvents, reads } from "./state.js";

const OPEN_MS = 10_000;
const WELCOME_MS = 10_000;
/** A connection this old forgives earlier failures. */
const STABLE_MS = 10_000;
/** From `bye` to the close that belongs to it. */
const BYE_MS = 2_000;
const NORMAL = 1000;
const NO_CODE = 1006;
const RESYNC = 4001;
const SILENT = 4102;
const STATUS = {
  waiting: "offline",
  connecting: "connecting",
  greeting: "connecting",
  live: "live",
  stopped: "stopped",
};

/** @typedef {{do: string, [field: string]: any}} Action */
/** @typedef {{epoch: string, seq: number}} Position */
/** @typedef {{role: "viewer"|"overlay"|"control", show?: string, key?: string, label?: string}} Hello */

/**
 * The client's half of the conversation, without a socket, a timer or a clock: every input takes the
 * time in milliseconds and returns the actions to carry out, in order. `server/vetrina/protocol/client/session.py`
 * is its twin; both run the scripts in `tests/fixtures/session.json`.
 *
 *     waiting → connecting → greeting → live     and back to waiting after any loss
 *                                       stopped  for good: by stop(), or by a code that says so
 *
 * Actions, by their `do`:
 *
 *     open                               open a socket, then call opened() or closed()
 *     close {code}                       close the socket and forget it: no closed() for it
 *     send {frame}                       send this frame
 *     schedule {at}                      call tick() at this time instead of the last one; null: never
 *     status {status, name, retry_at}    for people: connecting, live, offline, stopped
 *     clock {now, sent_at, received_at}  a sample of the server's clock
 *     snapshot {state}                   replaces everything known
 *     events {events}                    in order, none missing, none twice
 *     signal {frame} · answer {frame} · assets {assets}
 */
export class Session {
  /** @type {"waiting"|"connecting"|"greeting"|"live"|"stopped"} */
  state = "waiting";
  /** @type {Position|null} everything up to here was delivered */
  position = null;

  #hello;
  #random;
  #backoff;
  #heartbeat = new Heartbeat();
  /** @type {Action[]} */
  #out = [];
  /** @type {number|null} */
  #scheduled = null;
  /** @type {number|null} when the state ends by itself: retry, give up opening, give up greeting */
  #deadline = null;
  /** @type {{number: number|null, retryMs: [number, number]|null, until: number}|null} */
  #bye = null;
  /** when the state was entered */
  #since = 0;

  /** @param {Hello} hello @param {() => number} random in [0, 1) */
  constructor(hello, random) {
    this.#hello = hello;
    this.#random = random;
    this.#backoff = new Backoff(hello.role, random);
  }

  /** @param {number} now */
  start(now) {
    return this.#run(() => this.state === "waiting" && this.#connect(now));
  }

  /** @param {number} now */
  opened(now) {
    return this.#run(() => this.state === "connecting" && this.#greet(now));
  }

  /** @param {number} now @param {any} frame parsed JSON; what is not understood is ignored */
  frame(now, frame) {
    return this.#run(() => {
      if (this.state !== "greeting" && this.state !== "live") return;
      this.#heartbeat.heard(now);
      this.#read(now, frame);
      this.#beat(now);
    });
  }

  /** @param {number} now @param {number} [code] the socket is gone */
  closed(now, code = NO_CODE) {
    return this.#run(() => this.#hasSocket && this.#lost(now, code));
  }

  /** @param {number} now the scheduled time has come; early or often does no harm */
  tick(now) {
    return this.#run(() => {
      this.#expire(now);
      this.#beat(now);
    });
  }

  /** @param {number} now somebody looks, or the network is back: try now, or make sure of the line */
  wake(now) {
    return this.#run(() => {
      this.#expire(now);
      if (this.state === "waiting") this.#connect(now);
      if (this.state !== "live" || this.#heartbeat.probing || this.#bye) return;
      this.#ping(now);
      this.#heartbeat.probe(now);
    });
  }

  /** @param {number} now nothing happens after this, for good */
  stop(now) {
    return this.#run(() => {
      if (this.#hasSocket) this.#out.push({ do: "close", code: NORMAL });
      if (this.state !== "stopped") this.#enter("stopped", now, null);
    });
  }

  /** @returns {number|null} when tick() is due; null only when stopped or not yet started */
  get wakeAt() {
    const own = this.state === "live" ? this.#heartbeat.wakeAt : this.#deadline;
    if (!this.#hasSocket || this.#bye === null) return own;
    return Math.min(own ?? Infinity, this.#bye.until);
  }

  get #hasSocket() {
    return this.state !== "waiting" && this.state !== "stopped";
  }

  /** @param {() => unknown} step @returns {Action[]} */
  #run(step) {
    this.#out = [];
    step();
    const at = this.wakeAt;
    if (at !== this.#scheduled) this.#out.push({ do: "schedule", at });
    this.#scheduled = at;
    return this.#out;
  }

  /** @param {Session["state"]} state @param {number} now @param {number|null} deadline */
  #enter(state, now, deadline, name = /** @type {string|null} */ (null)) {
    const told = STATUS[this.state] === STATUS[state];
    this.state = state;
    this.#since = now;
    this.#deadline = deadline;
    if (told) return;
    const retry_at = state === "waiting" ? deadline : null;
    this.#out.push({ do: "status", status: STATUS[state], name, retry_at });
  }

  /** @param {number} now */
  #connect(now) {
    this.#bye = null;
    this.#enter("connecting", now, now + OPEN_MS);
    this.#out.push({ do: "open" });
  }

  /** @param {number} now */
  #greet(now) {
    this.#enter("greeting", now, now + WELCOME_MS);
    const frame = { type: "hello", v: 1, ...this.#hello, last: this.position };
    this.#out.push({ do: "send", frame });
  }

  /** @param {number} now @param {any} frame */
  #read(now, frame) {
    if (!reads(frame)) return undefined;
    switch (frame.type) {
      case "welcome": return this.#welcomed(now, frame);
      case "events": return this.#eventsCame(now, frame);
      case "signal": return this.#out.push({ do: "signal", frame });
      case "pong": return this.#clocked(frame, this.#heartbeat.answered(), now);
      case "ack":
      case "refused": return this.#out.push({ do: "answer", frame });
      case "bye": return this.#heardBye(now, frame);
      default: return undefined;
    }
  }

  /** @param {number} now @param {any} frame */
  #welcomed(now, frame) {
    const { epoch, seq, state = null } = frame;
    if (state === null && !(this.state === "greeting" && this.position?.epoch === epoch)) {
      this.position = null;
      return this.#resync(now);
    }
    this.#heartbeat.every(frame.heartbeat_ms);
    if (this.state === "greeting") this.#becomeLive(now, frame);
    if (state !== null) {
      this.position = { epoch, seq };
      this.#out.push({ do: "snapshot", state });
    }
    if (typeof frame.assets === "string") this.#out.push({ do: "assets", assets: frame.assets });
  }

  /** @param {number} now @param {any} frame */
  #becomeLive(now, frame) {
    this.#clocked(frame, this.#since, now);
    this.#heartbeat.begin(now, this.#random());
    this.#enter("live", now, null);
  }

  /** @param {any} frame @param {number|undefined} sent_at @param {number} received_at */
  #clocked({ now }, sent_at, received_at) {
    if (sent_at === undefined || typeof now !== "number") return;
    this.#out.push({ do: "clock", now, sent_at, received_at });
  }

  /** @param {number} now @param {any} frame */
  #eventsCame(now, frame) {
    if (this.state !== "live" || this.position === null) return;
    const { epoch, seq } = this.position;
    if (frame.seq <= seq) return;
    const events = nextEvents(seq, frame.events);
    if (events === null) {
      this.#resync(now);
    } else {
      this.position = { epoch, seq: frame.seq };
      this.#out.push({ do: "events", events });
    }
  }

  /** What `bye` says counts more than the close code, which a proxy may replace. */
  /** @param {number} now @param {any} frame */
  #heardBye(now, { code, retry_ms }) {
    this.#bye = { number: numberOf(code), retryMs: usableRange(retry_ms), until: now + BYE_MS };
  }

  /** @param {number} now */
  #expire(now) {
    if (this.#hasSocket && this.#bye !== null && now >= this.#bye.until) {
      this.#drop(now, NORMAL, NO_CODE);
    } else if (this.state === "live") {
      if (this.#heartbeat.probeFailed(now)) {
        this.#out.push({ do: "close", code: SILENT });
        this.#connect(now);
      } else if (this.#heartbeat.silent(now)) this.#drop(now, SILENT, SILENT);
    } else if (this.#deadline !== null && now >= this.#deadline) {
      if (this.state === "waiting") this.#connect(now);
      else this.#drop(now, SILENT, SILENT);
    }
  }

  /** @param {number} now */
  #beat(now) {
    if (this.state === "live" && this.#heartbeat.pingDue(now)) this.#ping(now);
  }

  /** @param {number} now */
  #ping(now) {
    this.#heartbeat.ping(now);
    this.#out.push({ do: "send", frame: { type: "ping" } });
  }

  /** Come back with the last position, if there is one: the server resumes or sends a snapshot. */
  /** @param {number} now */
  #resync(now) {
    this.#out.push({ do: "close", code: RESYNC });
    this.#retry(now, RESYNC, null);
  }

  /** @param {number} now @param {number} code told to the server @param {number} why */
  #drop(now, code, why) {
    this.#out.push({ do: "close", code });
    this.#lost(now, why);
  }

  /** @param {number} now @param {number} code */
  #lost(now, code) {
    const number = this.#bye?.number ?? code;
    if (number === RESYNC) this.position = null;
    if (reactionTo(number) === "stop") this.#enter("stopped", now, null, nameOf(number));
    else this.#retry(now, number, this.#bye?.retryMs ?? null);
  }

  /** @param {number} now @param {number} number @param {[number, number]|null} advised */
  #retry(now, number, advised) {
    if (this.state === "live" && now - this.#since >= STABLE_MS) this.#backoff.forgive();
    this.#enter("waiting", now, now + this.#backoff.next(number, advised), nameOf(number));
  }
}
