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
