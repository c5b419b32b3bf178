import { reactionTo } from "./close_codes.js";

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
