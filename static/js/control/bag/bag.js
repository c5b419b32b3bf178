import { el, setAttribute, setText } from "../../shared/dom.js";
import { dealOf } from "../../shared/offer.js";
import { ControlElement, arrange, problemText } from "../element.js";
import "./bag-row.js";

/**
 * Moves the rows of a list by dragging their handle or with Alt+Up and Alt+Down. It moves nodes;
 * `moved(keys, {row, index, by})` is told the new order once it stands. A list of which only a part is
 * seen stays as it is.
 */
class Reorder {
  #list;
  #moved;
  /** @type {HTMLElement|null} */
  #row = null;

  /** @param {HTMLElement} list its children carry `data-key` @param {(keys: string[], how: any) => void} moved */
  constructor(list, moved) {
    this.#list = list;
    this.#moved = moved;
    list.addEventListener("pointerdown", (event) => this.#grab(event));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** While a row hangs at the pointer, nobody else may rearrange the list. */
  get dragging() {
    return this.#row !== null;
  }

  get keys() {
    return [...this.#list.children].map((row) => row.dataset.key);
  }

  #rowOf(target) {
    const row = target.closest("[data-key]");
    return row?.parentElement === this.#list ? row : null;
  }

  #grab(event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0 || this.#list.hasAttribute("data-filtered")) return;
    this.#row = this.#rowOf(handle);
    if (!this.#row) return;
    const before = this.keys.join();
    const row = this.#row;
    const drag = new AbortController();
    row.toggleAttribute("data-dragging", true);
    const options = { signal: drag.signal };
    window.addEventListener("pointermove", (move) => this.#drag(move.clientY), options);
    const drop = () => {
      drag.abort();
      row.removeAttribute("data-dragging");
      this.#row = null;
      if (this.keys.join() !== before) this.#tell(row, "pointer");
    };
    window.addEventListener("pointerup", drop, options);
    window.addEventListener("pointercancel", drop, options);
  }

  #drag(y) {
    const others = [...this.#list.children].filter((row) => row !== this.#row);
    const after = others.find((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    const next = after ?? null;
    if (this.#row && this.#row.nextElementSibling !== next) this.#list.insertBefore(this.#row, next);
  }

  #key(event) {
    if (this.#list.hasAttribute("data-filtered")) return;
    const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = step && this.#rowOf(event.target);
    if (!row) return;
    event.preventDefault();
    const neighbour = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!neighbour) return;
    // The neighbour moves, not the row: a node that moves loses the focus.
    if (step < 0) row.after(neighbour);
    else row.before(neighbour);
    this.#tell(row, "keyboard");
  }

  #tell(row, by) {
    const keys = this.keys;
    this.#moved(keys, { row, index: keys.indexOf(row.dataset.key), by });
  }
}

/** A bag of so many products has a field to find one. */
const LONG = 8;

/** The products of the show in the order in which they will be pinned. */
class ControlBag extends ControlElement {
  /** The narrow form of the dock. */
  compact = false;
  /** @type {Map<string, any>} sku → row */
  #rows = new Map();
  /** The order that was made here and is on its way. @type {string[]|null} */
  #wanted = null;
  #sending = false;
  #model;

  build() {
    this.count = el("span.c-count");
    this.list = el("ol.c-rows");
    this.live = el("p.c-hidden", { "aria-live": "assertive" });
    this.empty = el("div.c-empty-bag", { hidden: true });
    if (!this.compact) this.append(this.#head());
    this.filter = el("input.c-filter", {
      type: "search",
      placeholder: this.t("bag.filter"),
      "aria-label": this.t("bag.filter"),
      autocomplete: "off",
      hidden: true,
      on: { input: () => this.#filterRows() },
    });
    this.none = el("p.c-soft.c-filter-none", { role: "status", text: this.t("bag.filter_none"), hidden: true });
    this.append(this.filter, this.empty, this.list, this.none, this.live);
    if (!this.compact) this.reorder = new Reorder(this.list, (keys, how) => this.#moved(keys, how));
  }

  /** @param {any} model */
  update(model) {
    this.#model = model;
    const { bagStatus, state } = model;
    const bag = this.#inOrder(model.bag);
    this.running = ["rehearsal", "live", "paused"].includes(state.show.status);
    this.over = state.show.status === "ended";
    if (!this.compact) this.#drawHead(bag);
    this.#drawEmpty(bag, bagStatus);
    if (this.reorder?.dragging) return;
    arrange(this.list, bag.map((item) => this.#row(item, model)));
    this.#forget(bag);
    this.filter.hidden = bag.length < LONG;
    this.#filterRows();
  }

  #head() {
    this.next = el(
      "button.c-button.c-primary",
      { type: "button", "aria-keyshortcuts": "N", on: { click: () => this.act(this.next, "pinNext") } },
      el("span", { text: this.t("bag.next") }),
      el("kbd", { text: "N", "aria-hidden": "true" }),
    );
    this.add = el("button.c-button", {
      type: "button",
      text: this.t("bag.add"),
      on: { click: () => this.ask("openAdd") },
    });
    const title = el("h2", { text: this.t("bag.heading") });
    return el("header.c-bag-head", title, this.count, el("span.c-bar-end", this.add, this.next));
  }

  #drawHead(bag) {
    setText(this.count, this.t("bag.count", { n: bag.length }));
    this.next.disabled = bag.length === 0 || !this.running;
    this.add.disabled = this.over;
  }

  #drawEmpty(bag, status) {
    this.empty.hidden = bag.length > 0;
    if (bag.length > 0 || this.empty.dataset.status === status) return;
    this.empty.dataset.status = status;
    this.empty.replaceChildren(...this.#emptyNodes(status));
  }

  #emptyNodes(status) {
    if (status === "loading") return [el("p", { text: this.t("bag.loading") })];
    if (status === "failed") {
      const retry = el("button.c-button", {
        type: "button",
        text: this.t("bag.retry"),
        on: { click: () => this.act(retry, "reloadBag") },
      });
      return [el("p", { text: this.t("bag.failed") }), retry];
    }
    const words = el("p", { text: this.t("bag.empty") });
    if (this.compact || this.over) return [words];
    const add = el("button.c-button.c-primary", {
      type: "button",
      text: this.t("bag.add"),
      on: { click: () => this.ask("openAdd") },
    });
    return [words, add];
  }

  #row(item, { state, taps, slots }) {
    let holder = this.#rows.get(item.sku);
    if (!holder) {
      const row = this.make("control-bag-row", { compact: this.compact });
      holder = el("li", { data: { key: item.sku } }, row);
      this.#rows.set(item.sku, holder);
    }
    const deal = dealOf(state.deals, item.sku);
    const row = { item, pins: state.pins, deal, taps: taps[item.sku] ?? 0, slots, running: this.running, cleared: state.panic };
    holder.firstElementChild.update(row);
    return holder;
  }

  /** By call number as it is said, else by a part of title or SKU. */
  #filterRows() {
    const wanted = this.filter.hidden ? "" : this.filter.value.trim().toLocaleLowerCase(this.ctx.lang);
    const called = this.#model.bag.some(({ number }) => String(number) === wanted);
    const fits = ({ number, title, sku }) =>
      called ? String(number) === wanted : `${title} ${sku}`.toLocaleLowerCase(this.ctx.lang).includes(wanted);
    let shown = 0;
    for (const item of this.#model.bag) {
      const holder = this.#rows.get(item.sku);
      if (!holder) continue;
      holder.hidden = wanted !== "" && !fits(item);
      if (!holder.hidden) shown += 1;
    }
    this.list.toggleAttribute("data-filtered", wanted !== "");
    this.none.hidden = wanted === "" || shown > 0;
  }

  #forget(bag) {
    const here = new Set(bag.map(({ sku }) => sku));
    for (const sku of this.#rows.keys()) if (!here.has(sku)) this.#rows.delete(sku);
  }

  #inOrder(bag) {
    const places = new Map(this.#wanted?.map((sku, index) => [sku, index]));
    return this.#wanted ? [...bag].sort((a, b) => places.get(a.sku) - places.get(b.sku)) : bag;
  }

  #moved(skus, { row, index }) {
    const title = row.querySelector(".c-name").textContent;
    setText(this.live, this.t("bag.moved", { title, n: index + 1, total: skus.length }));
    this.#wanted = skus;
    if (!this.#sending) this.#send();
  }

  /** One order after the other; those that were overtaken meanwhile are never sent. */
  async #send() {
    this.#sending = true;
    setAttribute(this.list, "aria-busy", "true");
    try {
      for (let sent = null; sent !== this.#wanted; ) {
        sent = this.#wanted;
        await this.ask("orderBag", { skus: sent });
      }
    } catch (problem) {
      this.say(problemText(this.ctx.t, problem), "refused");
    } finally {
      this.#sending = false;
      setAttribute(this.list, "aria-busy", null);
      this.#wanted = null;
      this.update(this.#model);
    }
  }
}

customElements.define("control-bag", ControlBag);
