/** How long after a wish the first answer is worth having. */
const FIRST_MS = 250;

/**
 * Runs something soon after each wish, but never more often than every `least` ms, and once more
 * when the last wish has had its time. A storm of wishes costs no more than a few.
 */
export class Pace {
  #least;
  #run;
  #timer = 0;
  #ranAt = -Infinity;
  #until = -Infinity;

  /** @param {number} least ms between two runs @param {() => void} run */
  constructor(least, run) {
    this.#least = least;
    this.#run = run;
  }

  /** @param {number} until ms from now after which a last run tells all */
  want(until) {
    this.#until = performance.now() + until;
    if (!this.#timer) this.#plan(FIRST_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#until = -Infinity;
  }

  /** @param {number} wait */
  #plan(wait) {
    const rest = this.#ranAt + this.#least - performance.now();
    this.#timer = setTimeout(() => this.#due(), Math.max(wait, rest));
  }

  #due() {
    this.#timer = 0;
    this.#ranAt = performance.now();
    this.#run();
    const left = this.#until - this.#ranAt;
    if (left > 0) this.#plan(left);
  }
}
