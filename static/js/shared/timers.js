/** Time on a page: countdowns, alarms, and how old what is shown may be. */

import { formatCountdown } from "../client/state.js";

/** Moments worth saying aloud, in ms before the deadline. @type {readonly number[]} */
const MARKS = [300_000, 60_000, 30_000];
const LAST_SECONDS_MS = 10_000;

/**
 * `<v-countdown>`: the time left until an absolute server deadline.
 *
 * ```js
 * const countdown = document.createElement("v-countdown");
 * countdown.now = () => connection.serverNow();   // never the device's own clock
 * countdown.deadline = deal.ends_at;              // ms, or null: shows nothing
 * countdown.overText = "Ended";                   // instead of 00:00
 * ```
 *
 * Events, both bubbling: `countdown-mark` with `{mark, left}` once when 5 minutes, 1 minute and
 * 30 seconds are passed while it is watched, and `countdown-over` once at the deadline. A mark that
 * lies in the past when the deadline is set is never reported. The `timer` role keeps screen readers
 * silent, so a page says the marks in its own status region.
 * `data-last` is set in the last 10 seconds and `data-over` after them, for CSS.
 */
export class Countdown extends HTMLElement {
  /** Server time in ms. @type {() => number} */
  now = Date.now;
  overText = "";

  /** @type {number | null} */
  #deadline = null;
  #left = Infinity;
  #timer = 0;

  connectedCallback() {
    if (!this.hasAttribute("role")) this.setAttribute("role", "timer");
    this.#restart();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  get deadline() {
    return this.#deadline;
  }

  /** Absolute server time in ms; setting the same one again changes nothing. */
  set deadline(value) {
    if (value === this.#deadline) return;
    this.#deadline = value;
    this.#restart();
  }

  /** Whether the deadline has passed at the corrected clock. */
  get over() {
    return this.#deadline !== null && this.#deadline <= this.now();
  }

  /** Paint again at once, for instance after the clock was corrected or the tab woke up. */
  refresh() {
    if (this.isConnected) this.#tick();
  }

  #restart() {
    this.#left = this.#deadline === null ? Infinity : this.#deadline - this.now();
    if (this.isConnected) this.#tick();
  }

  #tick() {
    clearTimeout(this.#timer);
    if (this.#deadline === null) {
      this.#paint();
      return;
    }
    const before = this.#left;
    this.#left = this.#deadline - this.now();
    this.#paint();
    if (this.#left > 0) {
      this.#timer = setTimeout(() => this.#tick(), (this.#left % 1000) + 5);
    }
    this.#report(before, this.#left);
  }

  /** A sleeping tab may pass several marks at once: only the nearest to the deadline is reported. */
  #report(before, left) {
    if (left <= 0) {
      if (before > 0) this.#send("countdown-over", { left });
      return;
    }
    const passed = MARKS.filter((mark) => before > mark && left <= mark);
    const mark = passed.at(-1);
    if (mark !== undefined) this.#send("countdown-mark", { mark, left });
  }

  #send(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }

  #paint() {
    const left = this.#deadline === null ? Infinity : this.#deadline - this.now();
    this.toggleAttribute("data-over", left <= 0);
    this.toggleAttribute("data-last", left > 0 && left <= LAST_SECONDS_MS);
    const text = this.#text(left);
    if (this.textContent !== text) this.textContent = text;
  }

  #text(left) {
    if (this.#deadline === null) return "";
    if (left <= 0 && this.overText) return this.overText;
    return formatCountdown(Math.max(0, left));
  }
}

/** "21:40" in the given language, with the device's time zone and its habit of 12 or 24 hours. */
export function clockTime(at, lang) {
  const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  return new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit", hourCycle }).format(at);
}

if (!customElements.get("v-countdown")) customElements.define("v-countdown", Countdown);

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
