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
