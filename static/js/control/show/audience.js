import { el, setText } from "../../shared/dom.js";
import { ControlElement, arrange, problemText } from "../element.js";
import { copyText, drawQr } from "../forms/secret.js";

/**
 * @param {number} ms
 * @returns {string} "00:42:10", for a clock that counts up
 */
export function elapsed(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * How long ago in the two words a narrow column has room for: "12 s", "3 min", "2 h".
 *
 * @param {(key: string, values: {n: number}) => string} t
 * @param {number} ms
 */
export function ago(t, ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t("ago.seconds", { n: seconds });
  if (seconds < 3600) return t("ago.minutes", { n: Math.floor(seconds / 60) });
  return t("ago.hours", { n: Math.floor(seconds / 3600) });
}

/** The newest purchases as the audience sees them, with what only the host may see. */
class ControlPurchases extends ControlElement {
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
    this.append(el("header.c-card-head", heading, this.rehearse), this.empty, this.list);
  }

  /** @param {any} model */
  update({ state, bag, sources }) {
    const { status } = state.show;
    this.rehearse.hidden = status !== "rehearsal";
    this.rehearse.disabled = bag.length === 0;
    this.empty.hidden = state.ticker.length > 0;
    setText(this.empty, this.t(status === "rehearsal" ? "purchases.none_rehearsal" : "purchases.none"));
    const lines = state.ticker.map((entry) => this.#line(entry, sources.get(entry.purchase)));
    const here = new Set(state.ticker.map(({ purchase }) => purchase));
    for (const id of this.#lines.keys()) if (!here.has(id)) this.#lines.delete(id);
    arrange(this.list, lines);
    this.tick();
  }

  tick() {
    for (const line of this.#lines.values()) {
      setText(line.age, ago(this.ctx.t, this.ctx.now() - line.at));
    }
  }

  #line(entry, source) {
    const line = this.#lines.get(entry.purchase) ?? this.#newLine(entry);
    this.#lines.set(entry.purchase, line);
    setText(line.source, source ? this.#source(source) : "");
    setText(line.what, entry.items.map(({ quantity, title }) => this.#item(quantity, title)).join(", "));
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
    const about = el("span.c-soft", ...words, parts.source, " · ", parts.age);
    return Object.assign(el("li", parts.what, mark, about), parts);
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

/** The public page of the show: its address in full, a copy button and a code to scan. */
class ControlViewerLink extends ControlElement {
  build() {
    this.link = el("a.c-address", { target: "_blank", rel: "noopener" });
    this.copy = el("button.c-button.c-small", {
      type: "button",
      text: this.t("secret.copy"),
      on: { click: () => this.#copy() },
    });
    this.code = el("button.c-button.c-small", {
      type: "button",
      text: this.t("viewer.qr"),
      "aria-expanded": "false",
      on: { click: () => this.#toggle() },
    });
    this.box = el("div.c-qr-box");
    this.append(this.link, el("div.c-bar", this.copy, this.code), this.box);
  }

  /** @param {any} model */
  update({ viewerUrl }) {
    if (this.link.href === viewerUrl) return;
    this.link.href = viewerUrl;
    setText(this.link, viewerUrl.replace(/^https?:\/\//, ""));
    this.box.replaceChildren();
  }

  async #copy() {
    const done = await copyText(this.link.href);
    setText(this.copy, this.t(done ? "secret.copied" : "secret.copy"));
    setTimeout(() => setText(this.copy, this.t("secret.copy")), 2_000);
  }

  async #toggle() {
    const open = this.box.childElementCount > 0;
    this.code.setAttribute("aria-expanded", String(!open));
    this.box.replaceChildren();
    if (open) return;
    try {
      const code = drawQr(await this.ask("qr", { text: this.link.href }), this.t("viewer.qr_label"));
      if (code) this.box.replaceChildren(code);
    } catch (problem) {
      this.box.replaceChildren(el("p.c-wrong", { text: problemText(this.ctx.t, problem) }));
    }
  }
}

customElements.define("control-viewer-link", ControlViewerLink);
