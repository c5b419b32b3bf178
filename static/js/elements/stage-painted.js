/**
 * Receipts for what really reached the screen. The first animation frame after a change belongs to
 * the frame that paints it, the second one begins when that is done. A hidden page paints nothing,
 * so its receipt waits.
 */
export class Painted {
  #send;
  #seq = 0;
  #waiting = false;

  /** @param {(seq: number) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {number} seq the position whose state is now in the document */
  rendered(seq) {
    this.#seq = seq;
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      const painted = this.#seq;
      requestAnimationFrame(() => this.#done(painted));
    });
  }

  /** @param {number} painted */
  #done(painted) {
    this.#waiting = false;
    this.#send(painted);
    if (this.#seq !== painted) this.rendered(this.#seq);
  }
}
