import { Alarm } from "../shared/timers.js";
import { sessionActions, fetchPart, isOnDemand } from "./actions.js";
import { make, problemText } from "./element.js";
import { ShowSource } from "./model.js";

const TICK_MS = 500;

/**
 * One open show: its data, the parts that draw it, and what a key or a button does. It lives from
 * `open` to `close`; what it put on the page goes with it.
 */
export class ShowSession {
  #life = new AbortController();
  #undo = new PinUndo();
  #parts = [];
  /** Dialogs that are on their way. @type {Set<string>} */
  #fetching = new Set();
  /** The change of a pin that is under way. @type {Promise<void>} */
  #turning = Promise.resolve();
  #ticker = 0;
  #dealEnd = new Alarm(() => this.source.now(), () => this.#draw());
  /** @type {() => void} */
  #isReady = () => {};
  /** The show's state has come and is drawn. @type {Promise<void>} */
  ready = new Promise((resolve) => {
    this.#isReady = resolve;
  });

  /**
   * @param {{root: HTMLElement, ctx: any, device: any, slug: string, page: any, layout: (session: ShowSession) => any,
   *   say: (toast: any) => void, stopped: (name: string|null) => void}} options
   */
  constructor({ root, ctx, device, slug, page, layout, say, stopped }) {
    Object.assign(this, { root, device, say, layout, stopped, limits: page.limits });
    this.source = new ShowSource({ device, slug, slots: page.pin_slots ?? 1, base: page.base });
    this.unreachable = page.public === false;
    this.ctx = { ...ctx, now: () => this.source.now() };
    this.actions = sessionActions(this);
  }

  start() {
    const { signal } = this.#life;
    this.source.addEventListener("change", () => this.#draw(), { signal });
    const run = (name, args = {}) => this.attempt(() => this.actions[name](args));
    const numbers = () => this.source.model.bag.map(({ number }) => number);
    new Shortcuts({ run, numbers, resting: () => this.#fetching.size > 0, once: () => this.#escapeOnce() }).listen(signal);
    this.#ticker = setInterval(() => this.#parts.forEach((part) => part.tick?.()), TICK_MS);
    this.source.start();
  }

  close() {
    this.#life.abort();
    clearInterval(this.#ticker);
    this.#dealEnd.set(null);
    this.source.stop();
    this.root.replaceChildren();
  }

  /** The slot that was pinned last: what "Unpin" means where there are several. */
  newestSlot() {
    const pins = [...(this.source.model.state?.pins ?? [])];
    return pins.sort((a, b) => b.pinned_at - a.pinned_at)[0]?.slot ?? 1;
  }

  /**
   * Changes what a slot shows and offers to take it back. One after the other: what a change
   * replaced is known only when the one before it is done.
   *
   * @param {number} slot @param {Record<string, any>} command
   */
  turnPin(slot, command) {
    const before = this.#turning.catch(() => {});
    this.#turning = before.then(() => this.#turn(slot, command));
    return this.#turning;
  }

  async #turn(slot, command) {
    const before = this.source.pinned(slot);
    const { events } = await this.source.command(command);
    if (events.length === 0) return;
    const pin = events.find(({ type }) => type === "product_pinned")?.pin ?? null;
    this.#undo.note(slot, before, pin?.product.sku ?? null, this.source.now());
    const { t } = this.ctx;
    this.say({
      text: pin ? t("toast.pinned", { n: pin.number, title: pin.product.title }) : t("toast.unpinned"),
      tag: "pin",
      stays: 10_000,
      action: { label: t("toast.undo"), run: () => this.attempt(() => this.undoPin()) },
    });
  }

  async undoPin() {
    await this.#turning.catch(() => {});
    const { command, none } = this.#undo.take(this.source.now(), (slot) => this.source.pinned(slot));
    if (none) return this.say({ text: this.ctx.t(`toast.undo_${none}`), tone: "note", tag: "pin" });
    await this.source.command(command);
    this.say({ text: this.ctx.t("toast.undone"), tag: "pin" });
  }

  /** For what no element asked for: a key, a toast's button. Its refusal goes to a toast. */
  async attempt(task) {
    try {
      return await task();
    } catch (problem) {
      this.say({ text: problemText(this.ctx.t, problem), tone: "refused" });
    }
  }

  /**
   * Opens a dialog, fetched with its first use; one that could not be fetched is offered again.
   *
   * @param {string} tag @param {Record<string, any>} [props] @returns {Promise<any>} its answer
   */
  async open(tag, props = {}) {
    if (this.#fetching.has(tag)) return null;
    if (isOnDemand(tag)) {
      const problem = await this.#bring(tag);
      if (problem) return this.#offerAgain(problem, () => this.open(tag, props));
      if (this.#life.signal.aborted) return null;
    }
    const dialog = make(this.ctx, tag, props);
    this.root.append(dialog);
    return dialog.closed;
  }

  /** @param {any} tag @returns {Promise<any>} what went wrong, null when nothing */
  async #bring(tag) {
    this.#fetching.add(tag);
    try {
      await fetchPart(this.ctx, tag);
      return null;
    } catch (problem) {
      return problem;
    } finally {
      this.#fetching.delete(tag);
    }
  }

  /** @param {any} problem @param {() => Promise<any>} again @returns {Promise<any>} what the new try answers */
  #offerAgain(problem, again) {
    const { t } = this.ctx;
    return new Promise((resolve) => {
      const action = { label: t("bag.retry"), run: () => resolve(again()) };
      this.say({ text: problemText(t, problem), tone: "refused", tag: "fetch", action });
    });
  }

  /**
   * @param {string} key of the catalogue: `${key}.heading`, `${key}.submit` @param {string[]} lines
   * @param {string} [option] what more may be ticked; `run` is told whether it was
   */
  confirm(key, lines, tone, run, option = "") {
    const { t } = this.ctx;
    const props = { heading: t(`${key}.heading`), submitText: t(`${key}.submit`), lines, tone, run, option };
    return this.open("control-confirm", props);
  }

  /** The first of two. @returns {boolean} whether a second one would clear the screen */
  #escapeOnce() {
    const { show, panic } = this.source.model.state ?? {};
    if (!show || panic || show.status === "ended") return false;
    this.say({ text: this.ctx.t("toast.escape"), tone: "note", tag: "escape", stays: TWICE_MS });
    return true;
  }

  #draw() {
    const { model } = this.source;
    if (model.status.status === "stopped") this.stopped(model.status.name);
    if (!model.state) return;
    if (this.#parts.length === 0) {
      const { nodes, parts } = this.layout(this);
      this.#parts = parts;
      this.root.replaceChildren(...nodes);
    }
    const slots = Math.max(model.slots, ...model.state.pins.map(({ slot }) => slot));
    for (const part of this.#parts) part.update({ ...model, slots });
    // A deal's price ends with its time, whether or not the server has said so yet.
    this.#dealEnd.setFirst(...model.state.deals.map(({ ends_at: end }) => end));
    this.#isReady();
  }
}

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

/** As long as the first Escape says that a second one clears the screen. */
const TWICE_MS = 2_000;
const SECOND_DIGIT_MS = 600;
const LETTERS = { n: "pinNext", u: "unpin", z: "undo", a: "openAnnounce", "?": "openShortcuts" };

/**
 * The panel's keys. They rest while somebody types and while a dialog is open; all but Escape also while
 * one is on its way. A key held down counts once. `run(name, args)` carries out; `numbers()` are the call numbers of the bag;
 * `once()` is told of the first Escape and says whether a second one counts.
 */
class Shortcuts {
  #run;
  #numbers;
  #resting;
  #once;
  #escapeAt = -Infinity;
  #digits = "";
  #timer = 0;

  /** @param {{run: (name: string, args?: any) => void, numbers: () => number[], resting: () => boolean, once: () => boolean}} options */
  constructor({ run, numbers, resting, once }) {
    this.#resting = resting;
    this.#once = once;
    this.#run = run;
    this.#numbers = numbers;
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  #key(event) {
    const { key, target } = event;
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (key === "Escape") this.#escape(target);
    else if (typing(target) || this.#resting()) return;
    else if (/^[0-9]$/.test(key)) this.#digit(key);
    else if (key === "Enter" && this.#digits) this.#pin(event);
    else this.#letter(event);
  }

  /** The default is prevented, or the letter lands in the field of the dialog that it opens. */
  #letter(event) {
    const name = LETTERS[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    this.#run(name);
  }

  /** Twice in a row clears the screen; the first one leaves the field that somebody types in. */
  #escape(target) {
    if (typing(target)) {
      target.blur();
      return;
    }
    const now = performance.now();
    const twice = now - this.#escapeAt < TWICE_MS;
    this.#escapeAt = !twice && this.#once() ? now : -Infinity;
    if (twice) this.#run("panic");
  }

  /** Waits for a second digit only where a longer call number begins with the first. */
  #digit(digit) {
    clearTimeout(this.#timer);
    this.#digits = `${this.#digits}${digit}`.replace(/^0+/, "");
    const longer = this.#numbers().some((n) => String(n).startsWith(this.#digits) && String(n) !== this.#digits);
    if (!this.#digits) return;
    if (longer) this.#timer = setTimeout(() => this.#pin(), SECOND_DIGIT_MS);
    else this.#pin();
  }

  #pin(event) {
    event?.preventDefault();
    clearTimeout(this.#timer);
    const number = Number(this.#digits);
    this.#digits = "";
    this.#run("pinNumber", { number });
  }
}

/** @param {any} target */
function typing(target) {
  if (!(target instanceof Element)) return false;
  if (target.matches("textarea,select,[contenteditable]")) return true;
  return target.matches("input:not([type=checkbox]):not([type=radio]):not([readonly])");
}
