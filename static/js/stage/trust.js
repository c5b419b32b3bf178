import { Alarm } from "../shared/timers.js";

/** Without a server for this long a countdown no longer ticks: it shows the deadline's time of day. */
export const TICKING_MS = 10_000;
/** Nothing heard for this long: prices may be wrong and are taken off the screen. */
export const STALE_MS = 60_000;
const RETRY_MS = 1_000;

/** How far the last known state can be trusted. Tells `{ticking, stale}` when it changes. */
export class Trust {
  ticking = true;
  stale = false;
  #live;
  #tell;
  #lostAt = /** @type {number|null} */ (null);
  #alarm = new Alarm(Date.now, () => this.check());

  /**
   * @param {{heardAt: number|null, status: {status: string}}} live
   * @param {(trust: {ticking: boolean, stale: boolean}) => void} tell
   */
  constructor(live, tell) {
    this.#live = live;
    this.#tell = tell;
  }

  /** Look again: call it whenever something was heard or the line changed. */
  check() {
    const now = Date.now();
    const { heardAt, status } = this.#live;
    this.#lostAt = status.status === "live" ? null : (this.#lostAt ?? now);
    const ticking = this.#lostAt === null || now - this.#lostAt < TICKING_MS;
    const stale = heardAt !== null && now - heardAt >= STALE_MS;
    this.#plan(now, stale, heardAt);
    if (ticking === this.ticking && stale === this.stale) return;
    this.ticking = ticking;
    this.stale = stale;
    this.#tell({ ticking, stale });
  }

  /** @param {number} now @param {boolean} stale @param {number|null} heardAt */
  #plan(now, stale, heardAt) {
    if (heardAt === null) return;
    const silentAt = stale ? now + RETRY_MS : heardAt + STALE_MS;
    this.#alarm.setFirst(silentAt, this.#lostAt === null ? null : this.#lostAt + TICKING_MS);
  }
}
