/**
 * Where the server is, and how a connection to it ends and begins again: close codes, the wait before
 * the next try, the heartbeat.
 */

/**
 * The path below which the server is, without a slash at its end: empty at the top of a site. Known
 * from where this very file lies, so no page has to tell it.
 */
export const ROOT = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

/**
 * Why a socket was closed, and what to do about it. The same table as `server/vetrina/protocol/close_codes.py`;
 * a test holds the two equal. The number's range alone says what a client does:
 *
 *     1001, 1012    restart   the server comes back: wait as long as its `bye` said
 *     4000 - 4099   now       connect again at once, with a little jitter
 *     4100 - 4199   backoff   connect again, later and later
 *     4500 - 4599   stop      trying again will not help
 */

/** @typedef {"restart"|"now"|"backoff"|"stop"} Reaction */
/** @typedef {{name: string, number: number, reason: string}} CloseCode */

/** @type {ReadonlyArray<CloseCode>} */
export const CLOSE_CODES = Object.freeze([
  { name: "going_away", number: 1001, reason: "The server is shutting down." },
  { name: "restart", number: 1012, reason: "The server restarts." },
  { name: "reconnect", number: 4000, reason: "Please connect again." },
  { name: "resync", number: 4001, reason: "The position cannot be kept; a snapshot is needed." },
  { name: "internal_error", number: 4100, reason: "The server failed." },
  { name: "slow", number: 4101, reason: "The client did not read fast enough." },
  { name: "silent", number: 4102, reason: "No heartbeat came." },
  { name: "too_many_frames", number: 4103, reason: "The client sent too many frames." },
  { name: "overloaded", number: 4104, reason: "The server is full." },
  { name: "hello_timeout", number: 4105, reason: "No hello came in time." },
  { name: "bad_key", number: 4500, reason: "The key is unknown or does not fit the role." },
  { name: "bad_frame", number: 4501, reason: "A frame was not understood." },
  { name: "hello_expected", number: 4502, reason: "The first frame must be hello, and only the first." },
  { name: "revoked", number: 4503, reason: "The key was revoked." },
  { name: "unknown_show", number: 4504, reason: "There is no such show." },
  { name: "frame_too_large", number: 4505, reason: "A frame was larger than allowed." },
  { name: "bad_version", number: 4506, reason: "This protocol version is not spoken here." },
]);

const BY_NUMBER = new Map(CLOSE_CODES.map((row) => [row.number, row]));
const BY_NAME = new Map(CLOSE_CODES.map((row) => [row.name, row]));

/**
 * @param {number} number a close code as the browser reports it
 * @returns {Reaction} codes outside the table and its ranges (1006, 1011 …) mean backoff
 */
export function reactionTo(number) {
  if (number === 1001 || number === 1012) return "restart";
  if (number >= 4000 && number <= 4099) return "now";
  if (number >= 4500 && number <= 4599) return "stop";
  return "backoff";
}

/** @param {number} number @returns {string|null} the table's name, or null for a foreign code */
export function nameOf(number) {
  return BY_NUMBER.get(number)?.name ?? null;
}

/** @param {string} name @returns {number|null} */
export function numberOf(name) {
  return BY_NAME.get(name)?.number ?? null;
}

/** No retry comes sooner, unless the server or the user asks for it. */
export const FLOOR_MS = 500;

/** Longest wait by role: an overlay is on air and there are few of them. */
export const CAP_MS = Object.freeze({ overlay: 10_000, viewer: 30_000, control: 30_000 });

const RESTART_MS = /** @type {[number, number]} */ ([500, 3_000]);
const AT_ONCE_MS = /** @type {[number, number]} */ ([0, 1_000]);
/** A mistake in the server must not send its viewers away for the evening. */
const LONGEST_ADVICE_MS = 600_000;
const MAX_DOUBLINGS = 16;

/**
 * How long to wait before the next try: "full jitter" above a floor, so that a crowd which lost its
 * server together does not come back together. Tries are unlimited.
 */
export class Backoff {
  #random;
  #capMs;
  #failures = 0;

  /** @param {"viewer"|"overlay"|"control"} role @param {() => number} random in [0, 1) */
  constructor(role, random) {
    this.#random = random;
    this.#capMs = CAP_MS[role];
  }

  /** The connection was stable: earlier failures no longer count. */
  forgive() {
    this.#failures = 0;
  }

  /**
   * @param {number} code why the connection ended
   * @param {[number, number]|null} advised the server's `retry_ms`, which counts more
   * @returns {number} whole milliseconds
   */
  next(code, advised) {
    const first = this.#failures === 0;
    const reaction = reactionTo(code);
    const ceiling = FLOOR_MS * 2 ** (Math.min(this.#failures, MAX_DOUBLINGS) + 1);
    this.#failures += 1;
    if (advised !== null) return between(advised, this.#random());
    if (first && reaction === "restart") return between(RESTART_MS, this.#random());
    if (first && reaction === "now") return between(AT_ONCE_MS, this.#random());
    return between([FLOOR_MS, Math.min(this.#capMs, ceiling)], this.#random());
  }
}

/**
 * @param {[number, number]} range milliseconds
 * @param {number} random in [0, 1)
 * @returns {number} whole milliseconds
 */
export function between([low, high], random) {
  return Math.floor(low + random * (high - low));
}

/** @param {any} range @returns {[number, number]|null} null when it is no pair of milliseconds */
export function usableRange(range) {
  const [low, high] = Array.isArray(range) ? range : [];
  if (!Number.isFinite(low) || !Number.isFinite(high) || low < 0 || low > high) return null;
  return [Math.min(low, LONGEST_ADVICE_MS), Math.min(high, LONGEST_ADVICE_MS)];
}

const DEAD_INTERVALS = 2.5;
const PROBE_MS = 2_000;
const DEFAULT_MS = 25_000;
const SHORTEST_MS = 1_000;
/** Below the minute of silence after which a page calls its prices old. */
const LONGEST_MS = 45_000;

/**
 * When to ping, and when a silent line counts as dead. A page cannot see the pings of the WebSocket
 * protocol, so it needs its own. Any frame is a sign of life.
 */
export class Heartbeat {
  #intervalMs = DEFAULT_MS;
  #heardAt = 0;
  #pingAt = 0;
  /** @type {number|null} */
  #probeUntil = null;
  /** @type {number[]} times of pings without an answer, oldest first */
  #unanswered = [];

  /** @param {unknown} intervalMs as the server says; out of range or no number: nearest or default */
  every(intervalMs) {
    const wanted = typeof intervalMs === "number" ? intervalMs : DEFAULT_MS;
    this.#intervalMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, wanted));
  }

  /** The first ping comes after half an interval to a whole one, so that a crowd's pings spread. */
  /** @param {number} now @param {number} random in [0, 1) */
  begin(now, random) {
    this.#unanswered = [];
    this.heard(now);
    this.#pingAt = now + between([this.#intervalMs / 2, this.#intervalMs], random);
  }

  /** @param {number} now any frame came */
  heard(now) {
    this.#heardAt = now;
    this.#probeUntil = null;
  }

  /** @param {number} now a ping is being sent */
  ping(now) {
    this.#pingAt = now + this.#intervalMs;
    this.#unanswered.push(now);
  }

  /** @returns {number|undefined} when the ping was sent that is answered now */
  answered() {
    return this.#unanswered.shift();
  }

  /** @param {number} now a frame must come soon, or the line is dead */
  probe(now) {
    this.#probeUntil = now + PROBE_MS;
  }

  get probing() {
    return this.#probeUntil !== null;
  }

  /** @param {number} now */
  probeFailed(now) {
    return this.#probeUntil !== null && now >= this.#probeUntil;
  }

  /** @param {number} now */
  silent(now) {
    return now >= this.#deadAt;
  }

  /** @param {number} now */
  pingDue(now) {
    return now >= this.#pingAt;
  }

  /** @returns {number} when one of the questions above gets another answer */
  get wakeAt() {
    return Math.min(this.#pingAt, this.#deadAt, this.#probeUntil ?? Infinity);
  }

  get #deadAt() {
    return this.#heardAt + Math.floor(DEAD_INTERVALS * this.#intervalMs);
  }
}
