const SEEN = "v-overlay-renewed-at";
const PAUSE_MS = 300_000;
const SPREAD_MS = 5_000;
const RETRY_MS = 5_000;

/**
 * Takes a new version of our files when nobody sees it: when nothing is on the screen or the source is
 * not on air, at most once in five minutes, and not all overlays in the same second.
 */
export class Renewal {
  #idle;
  #reload;
  #wanted = false;

  /** @param {() => boolean} idle @param {() => void} reload */
  constructor(idle, reload) {
    this.#idle = idle;
    this.#reload = reload;
  }

  want() {
    if (this.#wanted) return;
    this.#wanted = true;
    setTimeout(() => this.#try(), Math.random() * SPREAD_MS);
  }

  #try() {
    const wait = Number(sessionStorage.getItem(SEEN) ?? 0) + PAUSE_MS - Date.now();
    if (wait > 0 || !this.#idle()) {
      setTimeout(() => this.#try(), Math.max(RETRY_MS, wait));
      return;
    }
    sessionStorage.setItem(SEEN, String(Date.now()));
    this.#reload();
  }
}
