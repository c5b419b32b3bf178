/** After this long without the server a ticking number would promise too much. */
export const LATE_MS = 10_000;
/** After this long without a word from the server a price may be wrong, and is hidden. */
const STALE_MS = 60_000;
/** A restart of the server is shorter than this and not worth a word. */
const BRIEF_MS = 2_000;
const FIRST_TRY_MS = 4_000;
/** Not every frame is told of: while nothing was heard, somebody has to look again. */
const LOOK_AGAIN_MS = 1_000;

/** How old what a page shows is, from the connection's own words and a local clock. One rule for all pages. */
export class Freshness {
  stopped = false;
  /** @type {number | null} local time at which the connection was lost */
  #lostAt = null;
  #startedAt;

  /** @param {() => number} now local time, ms */
  constructor(now = Date.now) {
    this.now = now;
    this.#startedAt = now();
  }

  /** @param {string} status of the connection: connecting, live, offline or stopped */
  changed(status) {
    if (status === "live") this.#lostAt = null;
    else this.#lostAt ??= this.now();
    this.stopped = status === "stopped";
  }

  /** @param {number | null} heardAt local time of the last frame */
  level(heardAt) {
    const lost = this.#lost();
    const silent = heardAt === null ? 0 : this.now() - heardAt;
    const stale = this.stopped || silent >= STALE_MS;
    return { fresh: lost === 0 && !stale, late: lost >= LATE_MS || stale, stale };
  }

  /** @param {number | null} heardAt @returns {number | null} local time at which the level may change by itself */
  nextAt(heardAt) {
    if (heardAt === null) return null;
    const now = this.now();
    const silentAt = heardAt + STALE_MS;
    const lateAt = this.#lostAt === null ? Infinity : this.#lostAt + LATE_MS;
    return Math.min(silentAt > now ? silentAt : now + LOOK_AGAIN_MS, lateAt > now ? lateAt : Infinity);
  }

  /**
   * What the banner says; nothing while all is well or may be in a moment.
   * @param {number | null} heardAt
   * @returns {"" | "connecting" | "reconnecting" | "reconnecting_stale" | "stopped"}
   */
  banner(heardAt) {
    if (this.stopped) return "stopped";
    if (heardAt === null) return this.now() - this.#startedAt > FIRST_TRY_MS ? "connecting" : "";
    if (this.level(heardAt).stale) return "reconnecting_stale";
    return this.#lost() > BRIEF_MS ? "reconnecting" : "";
  }

  #lost() {
    return this.#lostAt === null ? 0 : this.now() - this.#lostAt;
  }
}
