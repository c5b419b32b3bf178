import { arrange, el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { ago } from "./control-elapsed.js";

/** The newest purchases as the audience sees them, with what only the host may see. */
export class ControlPurchases extends ControlElement {
  /** @type {Map<string, any>} purchase id → line */
  #lines = new Map();

  build() {
    const heading = el("h2", { text: this.t("purchases.heading") });
    this.rehearse = el("button.c-button.c-small", {
      type: "button",
      text: this.t("purchases.rehearse"),
      hidden: true,
      on: { click: () => this.act(this.rehearse, "rehearsePurchase") },
    });
    this.list = el("ol.c-purchases");
    this.empty = el("p.c-soft");
    this.append(el("header.c-card-head", {}, heading, this.rehearse), this.empty, this.list);
  }

  /** @param {any} model */
  update({ state, bag, sources }) {
    const { status } = state.show;
    this.rehearse.hidden = status !== "rehearsal";
    this.rehearse.disabled = bag.length === 0;
    this.empty.hidden = state.ticker.length > 0;
    write(this.empty, this.t(status === "rehearsal" ? "purchases.none_rehearsal" : "purchases.none"));
    const lines = state.ticker.map((entry) => this.#line(entry, sources.get(entry.purchase)));
    const here = new Set(state.ticker.map(({ purchase }) => purchase));
    for (const id of this.#lines.keys()) if (!here.has(id)) this.#lines.delete(id);
    arrange(this.list, lines);
    this.tick();
  }

  tick() {
    for (const line of this.#lines.values()) {
      write(line.age, ago(this.ctx.t, this.ctx.now() - line.at));
    }
  }

  #line(entry, source) {
    const line = this.#lines.get(entry.purchase) ?? this.#newLine(entry);
    this.#lines.set(entry.purchase, line);
    write(line.source, source ? this.#source(source) : "");
    write(line.what, entry.items.map(({ quantity, title }) => this.#item(quantity, title)).join(", "));
    return line;
  }

  #item(quantity, title) {
    return quantity > 1 ? `${quantity} × ${title}` : title;
  }

  #newLine({ at, test, count, name, region }) {
    const parts = { what: el("b"), source: el("span"), age: el("span.v-num"), at };
    const who = [count > 1 ? this.t("purchases.merged", { n: count }) : name, region && this.#country(region)];
    const words = who.filter(Boolean).map((word) => ` · ${word}`);
    const mark = test && el("span.c-tag.c-tag-test", { text: this.t("purchases.test") });
    const about = el("span.c-soft", {}, ...words, parts.source, " · ", parts.age);
    return Object.assign(el("li", {}, parts.what, mark, about), parts);
  }

  /** A connection's kind by name; whoever else reported it, as the server calls them. */
  #source(by) {
    const key = by === "generic" ? "purchases.webhook" : `connections.kind.${by}`;
    return this.t(key) === key ? "" : ` · ${this.t(key)}`;
  }

  #country(region) {
    try {
      return new Intl.DisplayNames(this.ctx.lang, { type: "region" }).of(region);
    } catch {
      return region;
    }
  }
}

customElements.define("control-purchases", ControlPurchases);
