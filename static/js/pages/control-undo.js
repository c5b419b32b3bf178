const UNDO_MS = 10_000;

/** Remembers the last change of a pin for ten seconds, so that a slip on air is one key away from gone. */
export class PinUndo {
  /** @type {{slot: number, before: string|null, after: string|null, until: number}|null} */
  #last = null;

  /** @param {number} slot @param {string|null} before the sku that was there @param {string|null} after @param {number} now */
  note(slot, before, after, now) {
    this.#last = { slot, before, after, until: now + UNDO_MS };
  }

  /**
   * @param {number} now
   * @param {(slot: number) => string|null} pinned what is there at present
   * @returns {{command: any}|{none: "nothing"|"changed"}} "changed": somebody else has pinned since
   */
  take(now, pinned) {
    const last = this.#last;
    this.#last = null;
    if (!last || now > last.until) return { none: "nothing" };
    const { slot, before, after } = last;
    if (pinned(slot) !== after) return { none: "changed" };
    if (before === null) return { command: { type: "unpin_product", slot } };
    return { command: { type: "pin_product", sku: before, slot } };
  }
}
