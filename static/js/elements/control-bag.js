import { arrange, attribute, el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { problemText } from "./control-problem.js";
import { Reorder } from "./control-reorder.js";
import "./control-bag-row.js";

/** The products of the show in the order in which they will be pinned. */
export class ControlBag extends ControlElement {
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
    this.append(this.empty, this.list, this.live);
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
    return el("header.c-bag-head", {}, title, this.count, el("span.c-bar-end", {}, this.add, this.next));
  }

  #drawHead(bag) {
    write(this.count, this.t("bag.count", { n: bag.length }));
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
    const deal = state.deals.find(({ product }) => product.sku === item.sku);
    const row = { item, pins: state.pins, deal, taps: taps[item.sku] ?? 0, slots, running: this.running, cleared: state.panic };
    holder.firstElementChild.update(row);
    return holder;
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
    write(this.live, this.t("bag.moved", { title, n: index + 1, total: skus.length }));
    this.#wanted = skus;
    if (!this.#sending) this.#send();
  }

  /** One order after the other; those that were overtaken meanwhile are never sent. */
  async #send() {
    this.#sending = true;
    attribute(this.list, "aria-busy", "true");
    try {
      for (let sent = null; sent !== this.#wanted; ) {
        sent = this.#wanted;
        await this.ask("orderBag", { skus: sent });
      }
    } catch (problem) {
      this.say(problemText(this.ctx.t, problem), "refused");
    } finally {
      this.#sending = false;
      attribute(this.list, "aria-busy", null);
      this.#wanted = null;
      this.update(this.#model);
    }
  }
}

customElements.define("control-bag", ControlBag);
