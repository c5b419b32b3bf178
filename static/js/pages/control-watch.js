/** How many purchases' sources are worth remembering: more than the ticker ever shows. */
const MOST = 200;

/**
 * What the server does not say again: which overlays were on air when they left, and by which
 * connection a purchase came in. Kept for as long as the panel is open.
 */
export class Watch {
  /** @type {Map<string, boolean>} overlay id → whether it was on air when last seen connected */
  #air = new Map();
  /** @type {Set<string>} overlays whose loss somebody has taken note of */
  #noted = new Set();
  /** @type {ReadonlyMap<string, string>} purchase id → who reported it */
  sources = new Map();

  /**
   * A disconnected overlay that was on air counts as on air until it is back or somebody takes note.
   *
   * @param {any[]} overlays as the server lists them
   * @returns {any[]}
   */
  marked(overlays) {
    return overlays.map((overlay) => {
      if (overlay.connected) {
        this.#air.set(overlay.id, overlay.active === true);
        this.#noted.delete(overlay.id);
        return overlay;
      }
      const missed = this.#air.get(overlay.id) === true && !this.#noted.has(overlay.id);
      return { ...overlay, active: missed };
    });
  }

  /** @param {string[]} ids overlays that are gone on purpose */
  takeNote(ids) {
    for (const id of ids) this.#noted.add(id);
  }

  /** @param {any[]} events @returns {boolean} whether something new was learned */
  learn(events) {
    const bought = events.filter(({ type, by }) => type === "purchase_confirmed" && by);
    if (bought.length === 0) return false;
    const known = [...this.sources, ...bought.map(({ purchase, by }) => [purchase, by])];
    this.sources = new Map(known.slice(-MOST));
    return true;
  }
}
