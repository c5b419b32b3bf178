import { CAP_MS, between, retryDelay } from "./backoff.js";
import { nameOf, numberOf, reactionTo } from "./close_codes.js";

/**
 * The client's half of the conversation, without a socket, a timer or a clock: every input takes the
 * time in milliseconds and returns the actions to carry out, in order. `server/protocol/session.py`
 * is its twin; both run the scripts in `tests/fixtures/session/`.
 *
 *     waiting → connecting → greeting → live        and back to waiting for any loss
 *                                     ↘ stopped     for `stop()` and for close codes that say so
 *
 * Actions, by their `do`:
 *
 *     open                              open a socket, then call opened() or closed()
 *     close {code}                      close the socket and forget it; its closed() must not come
 *     send {frame}                      send this frame
 *     schedule {at}                     call tick() at this time; replaces the last one; null: never
 *     status {status, name, retry_at}   for people: connecting, live, offline, stopped
 *     clock {now, sent_at, received_at} one sample of the server's clock
 *     snapshot {state}                  replaces everything known
 *     events {events}                   in order, none missing, none twice
 *     signal {frame} · answer {frame} · assets {assets}
 */

export const TIMES = Object.freeze({
  /** to open the socket, and then to be welcomed */
  openMs: 10_000,
  welcomeMs: 10_000,
  /** a connection this old forgives earlier failures */
  stableMs: 10_000,
  /** to answer a probe after wake() */
  probeMs: 2_000,
  /** from `bye` to the close that belongs to it */
  byeMs: 2_000,
  heartbeatMs: 25_000,
  /** heartbeat intervals without any frame before the connection counts as dead */
  deadIntervals: 2.5,
});

const RESTART_MS = /** @type {[number, number]} */ ([500, 3_000]);
const AT_ONCE_MS = /** @type {[number, number]} */ ([0, 1_000]);
const LONGEST_ADVICE_MS = 600_000;
const HEARTBEAT_RANGE_MS = [1_000, 120_000];
const RESYNC = 4001;
const SILENT = 4102;
const NO_CODE = 1006;
const STATUS = { waiting: "offline", connecting: "connecting", greeting: "connecting", live: "live", stopped: "stopped" };

/** @typedef {{do: string, [field: string]: any}} Action */
/** @typedef {{epoch: string, seq: number}} Position */

export class Session {
  /** @type {"waiting"|"connecting"|"greeting"|"live"|"stopped"} */
  state = "waiting";
  /** @type {Position|null} everything up to here was delivered */
  position = null;

  #hello;
  #random;
  #capMs;
  /** @type {Action[]} */
  #out = [];
  /** @type {number|null} */
  #scheduled = null;
  #attempt = 0;
  /** @type {number|null} when to leave the state: retry, give up opening, give up greeting */
  #deadline = null;
  /** @type {{number: number|null, name: string|null, retryMs: [number, number]|null, until: number}|null} */
  #bye = null;
  #heartbeatMs = TIMES.heartbeatMs;
  #helloAt = 0;
  #liveSince = 0;
  #heardAt = 0;
  #nextPing = 0;
  /** @type {number[]} local times of pings without an answer, oldest first */
  #pings = [];
  /** @type {number|null} */
  #probeUntil = null;

  /**
   * @param {{role: "viewer"|"overlay"|"control", show?: string, key?: string, label?: string}} hello
   * @param {() => number} random in [0, 1)
   */
  constructor(hello, random) {
    this.#hello = hello;
    this.#random = random;
    this.#capMs = CAP_MS[hello.role];
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
      this.#heardAt = now;
      this.#probeUntil = null;
      this.#read(now, frame);
      if (this.state === "live") this.#beat(now);
    });
  }

  /** @param {number} now @param {number} [code] the socket is gone */
  closed(now, code = NO_CODE) {
    return this.#run(() => this.#hasSocket() && this.#lost(now, code));
  }

  /** @param {number} now the scheduled time has come; calling it early or often does no harm */
  tick(now) {
    return this.#run(() => {
      this.#expire(now);
      if (this.state === "live") this.#beat(now);
    });
  }

  /** @param {number} now someone looks, or the network is back: try now, or make sure of the line */
  wake(now) {
    return this.#run(() => {
      this.#expire(now);
      if (this.state === "waiting") this.#connect(now);
      else if (this.state === "live" && this.#probeUntil === null && this.#bye === null) {
        this.#ping(now);
        this.#probeUntil = now + TIMES.probeMs;
      }
    });
  }

  /** @param {number} _now nothing happens after this, for good */
  stop(_now) {
    return this.#run(() => {
      if (this.#hasSocket()) this.#out.push({ do: "close", code: 1000 });
      if (this.state !== "stopped") this.#enter("stopped", null, null);
    });
  }

  /** @returns {number|null} when tick() is due; null only when stopped or not yet started */
  get wakeAt() {
    if (this.state === "stopped") return null;
    if (this.state !== "live") return earliest(this.#deadline, this.#bye?.until ?? null);
    const deadAt = this.#heardAt + TIMES.deadIntervals * this.#heartbeatMs;
    return earliest(this.#nextPing, deadAt, this.#probeUntil, this.#bye?.until ?? null);
  }

  /** @param {() => unknown} step @returns {Action[]} */
  #run(step) {
    this.#out = [];
    step();
    const at = this.wakeAt;
    if (at !== this.#scheduled) {
      this.#scheduled = at;
      this.#out.push({ do: "schedule", at });
    }
    return this.#out;
  }

  #hasSocket() {
    return this.state !== "waiting" && this.state !== "stopped";
  }

  /** @param {Session["state"]} state @param {number|null} deadline @param {string|null} name */
  #enter(state, deadline, name) {
    const changed = STATUS[state] !== STATUS[this.state] || state === "waiting";
    this.state = state;
    this.#deadline = deadline;
    const retry_at = state === "waiting" ? deadline : null;
    if (changed) this.#out.push({ do: "status", status: STATUS[state], name, retry_at });
  }

  /** @param {number} now */
  #connect(now) {
    this.#bye = null;
    this.#probeUntil = null;
    this.#pings = [];
    this.#enter("connecting", now + TIMES.openMs, null);
    this.#out.push({ do: "open" });
  }

  /** @param {number} now */
  #greet(now) {
    this.#enter("greeting", now + TIMES.welcomeMs, null);
    this.#helloAt = now;
    this.#heardAt = now;
    const { role, show, key, label } = this.#hello;
    const who = Object.entries({ role, show, key, label }).filter(([, value]) => value !== undefined);
    this.#out.push({
      do: "send",
      frame: { type: "hello", v: 1, ...Object.fromEntries(who), last: this.position },
    });
  }

  /** @param {number} now @param {any} frame */
  #read(now, frame) {
    switch (frame?.type) {
      case "welcome": return this.#welcomed(now, frame);
      case "events": return this.#eventsCame(now, frame);
      case "signal": return this.#out.push({ do: "signal", frame });
      case "pong": return this.#ponged(now, frame);
      case "ack":
      case "refused": return this.#out.push({ do: "answer", frame });
      case "bye": return this.#heardBye(now, frame);
      default: return undefined;
    }
  }

  /** @param {number} now @param {any} frame */
  #welcomed(now, frame) {
    const resumed = frame.state === undefined || frame.state === null;
    if (resumed && !(this.state === "greeting" && this.position?.epoch === frame.epoch)) {
      return this.#resync(now, true);
    }
    const [shortest, longest] = HEARTBEAT_RANGE_MS;
    this.#heartbeatMs = Math.min(longest, Math.max(shortest, frame.heartbeat_ms ?? TIMES.heartbeatMs));
    if (this.state === "greeting") this.#becomeLive(now, frame);
    if (!resumed) {
      this.position = { epoch: frame.epoch, seq: frame.seq };
      this.#out.push({ do: "snapshot", state: frame.state });
    }
    if (typeof frame.assets === "string") this.#out.push({ do: "assets", assets: frame.assets });
  }

  /** The first ping comes after half an interval to a whole one, so that a crowd's pings spread. */
  /** @param {number} now @param {any} frame */
  #becomeLive(now, frame) {
    this.#liveSince = now;
    this.#nextPing = now + between([this.#heartbeatMs / 2, this.#heartbeatMs], this.#random());
    this.#out.push({ do: "clock", now: frame.now, sent_at: this.#helloAt, received_at: now });
    this.#enter("live", null, null);
  }

  /** @param {number} now @param {any} frame */
  #eventsCame(now, frame) {
    if (this.state !== "live" || this.position === null) return;
    const { epoch, seq } = this.position;
    if (frame.seq <= seq) return;
    const known = frame.events.filter((/** @type {any} */ event) => event.seq <= seq);
    const fresh = frame.events.slice(known.length);
    const straddles = known.some((/** @type {any} */ event) => event.type === "purchases_merged");
    if (straddles || fresh[0]?.seq !== seq + 1) return this.#resync(now, false);
    this.position = { epoch, seq: frame.seq };
    this.#out.push({ do: "events", events: fresh });
  }

  /** @param {number} now @param {any} frame */
  #ponged(now, frame) {
    const sentAt = this.#pings.shift();
    if (sentAt === undefined) return;
    this.#out.push({ do: "clock", now: frame.now, sent_at: sentAt, received_at: now });
  }

  /** @param {number} now @param {any} frame */
  #heardBye(now, frame) {
    const number = numberOf(frame.code);
    this.#bye = {
      number,
      name: number === null ? null : frame.code,
      retryMs: advice(frame.retry_ms),
      until: now + TIMES.byeMs,
    };
  }

  /** @param {number} now */
  #expire(now) {
    if (this.#hasSocket() && this.#bye !== null && now >= this.#bye.until) {
      this.#out.push({ do: "close", code: 1000 });
      this.#lost(now, NO_CODE);
    } else if (this.state === "waiting") {
      if (this.#deadline !== null && now >= this.#deadline) this.#connect(now);
    } else if (this.state === "live") this.#expireLive(now);
    else if (this.#deadline !== null && now >= this.#deadline) {
      this.#out.push({ do: "close", code: SILENT });
      this.#lost(now, SILENT);
    }
  }

  /** @param {number} now */
  #expireLive(now) {
    const probeFailed = this.#probeUntil !== null && now >= this.#probeUntil;
    if (!probeFailed && now < this.#heardAt + TIMES.deadIntervals * this.#heartbeatMs) return;
    this.#out.push({ do: "close", code: SILENT });
    if (probeFailed) this.#connect(now);
    else this.#lost(now, SILENT);
  }

  /** @param {number} now */
  #beat(now) {
    if (now >= this.#nextPing) this.#ping(now);
  }

  /** @param {number} now */
  #ping(now) {
    this.#nextPing = now + this.#heartbeatMs;
    this.#pings.push(now);
    this.#out.push({ do: "send", frame: { type: "ping" } });
  }

  /** @param {number} now @param {boolean} forget whether the position is of no use any more */
  #resync(now, forget) {
    this.#out.push({ do: "close", code: RESYNC });
    if (forget) this.position = null;
    const retry = this.#delay(now, RESYNC, null);
    this.#enter("waiting", now + retry, nameOf(RESYNC));
  }

  /** What `bye` said counts more than the close code, which a proxy may have replaced. */
  /** @param {number} now @param {number} code */
  #lost(now, code) {
    const bye = this.#bye;
    const number = bye?.number ?? code;
    if (number === RESYNC) this.position = null;
    if (reactionTo(number) === "stop") return this.#enter("stopped", null, nameOf(number));
    const retry = this.#delay(now, number, bye?.retryMs ?? null);
    this.#enter("waiting", now + retry, nameOf(number));
  }

  /** @param {number} now @param {number} number @param {[number, number]|null} advised */
  #delay(now, number, advised) {
    if (this.state === "live" && now - this.#liveSince >= TIMES.stableMs) this.#attempt = 0;
    const attempt = this.#attempt;
    this.#attempt += 1;
    if (advised !== null) return between(advised, this.#random());
    const reaction = reactionTo(number);
    if (attempt === 0 && reaction === "restart") return between(RESTART_MS, this.#random());
    if (attempt === 0 && reaction === "now") return between(AT_ONCE_MS, this.#random());
    return retryDelay(attempt, this.#random(), this.#capMs);
  }
}

/** @param {any} range @returns {[number, number]|null} a usable pair of milliseconds, or null */
function advice(range) {
  if (!Array.isArray(range) || range.length !== 2) return null;
  const [low, high] = range;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low >= 0 && low <= high)) return null;
  return [Math.min(low, LONGEST_ADVICE_MS), Math.min(high, LONGEST_ADVICE_MS)];
}

/** @param {...(number|null)} times @returns {number|null} */
function earliest(...times) {
  const known = /** @type {number[]} */ (times.filter((time) => time !== null));
  return known.length > 0 ? Math.min(...known) : null;
}
