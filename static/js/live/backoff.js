/**
 * How long to wait before the next try: "full jitter" above a floor, so that a crowd which lost its
 * server together does not come back together.
 */

/** No retry comes sooner, unless the server or the user asks for it. */
export const FLOOR_MS = 500;

/** Longest wait by role: an overlay is on air and there are few of them. */
export const CAP_MS = Object.freeze({ overlay: 10_000, viewer: 30_000, control: 30_000 });

const MAX_DOUBLINGS = 16;

/**
 * @param {[number, number]} range milliseconds
 * @param {number} random in [0, 1)
 * @returns {number} whole milliseconds
 */
export function between([low, high], random) {
  return Math.floor(low + random * (high - low));
}

/**
 * @param {number} attempt failures since the last stable connection, from 0
 * @param {number} random in [0, 1)
 * @param {number} capMs
 * @returns {number} whole milliseconds: 500 to 1000 at first, 500 to `capMs` in the end
 */
export function retryDelay(attempt, random, capMs) {
  const ceiling = Math.min(capMs, FLOOR_MS * 2 ** (Math.min(attempt, MAX_DOUBLINGS) + 1));
  return between([FLOOR_MS, ceiling], random);
}
