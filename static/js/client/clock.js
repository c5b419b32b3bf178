/**
 * The server's clock, seen from here. Deadlines are absolute server times; a countdown is
 * `deadline - clock.now()`, computed anew each time and never counted down.
 *
 * Usage:
 *
 *     const clock = new ServerClock();
 *     clock.observe(frame.now, sentAt, receivedAt);
 *     label.textContent = formatCountdown(deal.ends_at - clock.now());
 */

const WINDOW = 8;
/** Two honest samples may differ by their round trips and this much drift. */
const DRIFT_MS = 250;

/** @typedef {{offset: number, roundTrip: number}} Sample */

export class ServerClock {
  #local;
  /** @type {Sample[]} newest last */
  #samples = [];

  /** @param {() => number} local milliseconds; the same clock that `sentAt` and `receivedAt` use */
  constructor(local = () => Date.now()) {
    this.#local = local;
  }

  /**
   * One question and answer. The sample with the shortest round trip of the last eight is believed;
   * a sample that contradicts it means that the local clock was set, and forgets the older ones.
   *
   * @param {number} serverNow the `now` of the answer
   * @param {number} sentAt local time of the question
   * @param {number} receivedAt local time of the answer
   */
  observe(serverNow, sentAt, receivedAt) {
    const roundTrip = Math.max(0, receivedAt - sentAt);
    const sample = { offset: serverNow + roundTrip / 2 - receivedAt, roundTrip };
    const best = this.#best();
    if (best && contradict(best, sample)) this.#samples = [];
    this.#samples = [...this.#samples, sample].slice(-WINDOW);
  }

  /** @returns {number} server time in milliseconds; the local time until the first sample */
  now() {
    return Math.round(this.#local() + this.offset);
  }

  /** @returns {number} milliseconds to add to the local clock */
  get offset() {
    return this.#best()?.offset ?? 0;
  }

  #best() {
    return this.#samples.reduce(
      (/** @type {Sample|null} */ best, sample) =>
        best && best.roundTrip < sample.roundTrip ? best : sample,
      null,
    );
  }
}

/** @param {Sample} one @param {Sample} other */
function contradict(one, other) {
  const slack = (one.roundTrip + other.roundTrip) / 2 + DRIFT_MS;
  return Math.abs(one.offset - other.offset) > slack;
}

/**
 * @param {number} ms time left
 * @returns {string} "04:37", from an hour on "1:02:03"; rounded up, so that zero is the end itself
 */
export function formatCountdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/**
 * A local clock in milliseconds that never runs backwards and counts the time a device was asleep.
 *
 * `Date.now()` jumps when the wall clock is set; `performance.now()` stands still while a phone
 * sleeps. This follows the second and leaps forward with the first.
 */
const LEAP_MS = 1000;

export class LocalTime {
  #wall;
  #steady;
  /** wall minus steady clock, as last accepted */
  #offset;
  /** milliseconds added for sleep */
  #slept = 0;

  /**
   * @param {() => number} wall
   * @param {() => number} steady
   */
  constructor(wall = () => Date.now(), steady = () => performance.now()) {
    this.#wall = wall;
    this.#steady = steady;
    this.#offset = wall() - steady();
    this.#slept = this.#offset;
  }

  /** @returns {number} close to `Date.now()` until the wall clock is set back */
  now() {
    const offset = this.#wall() - this.#steady();
    const leap = offset - this.#offset;
    if (Math.abs(leap) > LEAP_MS) {
      this.#offset = offset;
      if (leap > 0) this.#slept += leap;
    }
    return Math.floor(this.#steady() + this.#slept);
  }
}
