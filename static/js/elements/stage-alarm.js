const LONGEST_MS = 2 ** 31 - 1;

/** One thing to do at one moment of a clock; setting it again replaces it, null forgets it. */
export class Alarm {
  #now;
  #ring;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {() => number} now @param {() => void} ring */
  constructor(now, ring) {
    this.#now = now;
    this.#ring = ring;
  }

  /** @param {number|null} at */
  set(at) {
    clearTimeout(this.#timer);
    if (at === null || !Number.isFinite(at)) return;
    const wait = Math.min(LONGEST_MS, Math.max(0, at - this.#now()));
    this.#timer = setTimeout(() => (this.#now() < at ? this.set(at) : this.#ring()), wait);
  }

  /** @param {...(number|null|undefined)} moments ring at the first one that is still to come */
  setFirst(...moments) {
    const now = this.#now();
    const coming = moments.filter((at) => typeof at === "number" && at > now);
    this.set(coming.length > 0 ? Math.min(.../** @type {number[]} */ (coming)) : null);
  }
}
