import { between } from "./backoff.js";

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

  /** @param {unknown} intervalMs as the server wishes; out of range or no number: nearest or default */
  every(intervalMs) {
    const wish = typeof intervalMs === "number" ? intervalMs : DEFAULT_MS;
    this.#intervalMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, wish));
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
