import { Alarm } from "./stage-alarm.js";

/** In these the show is on the air, or about to be. */
const ON_AIR = new Set(["rehearsal", "live", "paused"]);
/** Long enough to be read, and more than the ten seconds that advertising codes ask for. */
const SHOWN_MS = 12_000;
const SHORTEST_PAUSE_MS = 15_000;

/** The host's announcement: until its time, or until it is taken back. */
export class AnnouncementLane {
  #slot;
  #now;
  #alarm;
  /** @type {any} */
  #view = null;

  /** @param {import("./stage-slot.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, { now }) {
    this.#slot = slot;
    this.#now = now;
    this.#alarm = new Alarm(now, () => this.#render());
  }

  /** @param {any} view */
  update(view) {
    this.#view = view;
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.#slot.hide(atOnce);
  }

  #render() {
    const { announcement } = this.#view.state;
    const until = announcement?.until ?? null;
    const shown = announcement && (until === null || until > this.#now());
    this.#alarm.setFirst(until);
    if (shown) this.#slot.show({ text: announcement.text });
    else this.#slot.hide();
  }
}

/** The advertising badge: for the whole show, or for some seconds in every interval. */
export class DisclosureLane {
  #slot;
  #now;
  #alarm;
  /** @type {any} */
  #view = null;
  /** When the current round began. */
  #since = 0;

  /** @param {import("./stage-slot.js").Slot} slot @param {import("./stage.js").Context} context */
  constructor(slot, { now }) {
    this.#slot = slot;
    this.#now = now;
    this.#alarm = new Alarm(now, () => this.#render());
  }

  /** @param {any} view */
  update(view) {
    this.#view = view;
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    this.#since = 0;
    this.#slot.hide(atOnce);
  }

  #render() {
    const { disclosure, status } = this.#view.state.show;
    if (!disclosure || disclosure.type === "none" || !ON_AIR.has(status)) return this.clear();
    const turn = disclosure.shown !== "periodic" || this.#isTurn(disclosure.interval_s * 1000);
    const { type, label, brand } = disclosure;
    if (turn) this.#slot.show({ type, label, brand });
    else this.#slot.hide();
  }

  /** Each round begins with the badge. @param {number} interval */
  #isTurn(interval) {
    const round = Math.max(interval || 0, SHOWN_MS + SHORTEST_PAUSE_MS);
    const now = this.#now();
    if (now - this.#since >= round) this.#since = now;
    this.#alarm.setFirst(this.#since + SHOWN_MS, this.#since + round);
    return now - this.#since < SHOWN_MS;
  }
}
