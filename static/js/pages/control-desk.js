import { make } from "../elements/control-element.js";
import { problemText } from "../elements/control-problem.js";
import { deskActions } from "./control-actions.js";
import { ControlRoom } from "./control-room.js";
import { Shortcuts } from "./control-shortcuts.js";
import { PinUndo } from "./control-undo.js";

const TICK_MS = 500;

/**
 * One open show: its room, the parts that draw it, and what a key or a button does. It lives from
 * `open` to `close`; what it put on the page goes with it.
 */
export class Desk {
  #life = new AbortController();
  #undo = new PinUndo();
  #parts = [];
  /** The change of a pin that is under way. @type {Promise<void>} */
  #turning = Promise.resolve();
  #ticker = 0;
  /** @type {() => void} */
  #isReady = () => {};
  /** The show's state has come and is drawn. @type {Promise<void>} */
  ready = new Promise((resolve) => {
    this.#isReady = resolve;
  });

  /**
   * @param {{root: HTMLElement, ctx: any, door: any, slug: string, page: any, layout: (desk: Desk) => any,
   *   say: (toast: any) => void, stopped: (name: string|null) => void}} options
   */
  constructor({ root, ctx, door, slug, page, layout, say, stopped }) {
    Object.assign(this, { root, door, say, layout, stopped, limits: page.limits });
    this.room = new ControlRoom({ door, slug, slots: page.pin_slots ?? 1 });
    this.ctx = { ...ctx, now: () => this.room.now() };
    this.actions = deskActions(this);
  }

  start() {
    const { signal } = this.#life;
    this.room.addEventListener("change", () => this.#draw(), { signal });
    const run = (name, args = {}) => this.attempt(() => this.actions[name](args));
    const numbers = () => this.room.model.bag.map(({ number }) => number);
    new Shortcuts({ run, numbers }).listen(signal);
    this.#ticker = setInterval(() => this.#parts.forEach((part) => part.tick?.()), TICK_MS);
    this.room.start();
  }

  close() {
    this.#life.abort();
    clearInterval(this.#ticker);
    this.room.stop();
    this.root.replaceChildren();
  }

  /** The slot that was pinned last: what "Unpin" means where there are several. */
  newestSlot() {
    const pins = [...(this.room.model.state?.pins ?? [])];
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
    const before = this.room.pinned(slot);
    const { events } = await this.room.command(command);
    if (events.length === 0) return;
    const pin = events.find(({ type }) => type === "product_pinned")?.pin ?? null;
    this.#undo.note(slot, before, pin?.product.sku ?? null, this.room.now());
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
    const { command, none } = this.#undo.take(this.room.now(), (slot) => this.room.pinned(slot));
    if (none) return this.say({ text: this.ctx.t(`toast.undo_${none}`), tone: "note", tag: "pin" });
    await this.room.command(command);
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

  /** @param {string} tag @param {Record<string, any>} [props] @returns {Promise<any>} its answer */
  open(tag, props = {}) {
    const dialog = make(this.ctx, tag, props);
    this.root.append(dialog);
    return dialog.closed;
  }

  /** @param {string} key of the catalogue: `${key}.heading`, `${key}.submit` @param {string[]} lines */
  confirm(key, lines, tone, run) {
    const { t } = this.ctx;
    const props = { heading: t(`${key}.heading`), submitText: t(`${key}.submit`), lines, tone, run };
    return this.open("control-confirm", props);
  }

  #draw() {
    const { model } = this.room;
    if (model.status.status === "stopped") this.stopped(model.status.name);
    if (!model.state) return;
    if (this.#parts.length === 0) {
      const { nodes, parts } = this.layout(this);
      this.#parts = parts;
      this.root.replaceChildren(...nodes);
    }
    const slots = Math.max(model.slots, ...model.state.pins.map(({ slot }) => slot));
    for (const part of this.#parts) part.update({ ...model, slots });
    this.#isReady();
  }
}
