/** Purchases as they come, and the shops that they come from. */

import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, ago, arrange, problemText } from "../element.js";

/** The server's codes of refusals that the catalogue has words for. */
export const REASONS = [
  "no_secret_yet", "no_signature", "wrong_secret", "too_old", "not_understood", "partly_read",
  "in_test_mode", "not_paid_yet", "no_show_on", "before_show", "no_goods", "may_not_read", "other_news",
];

/**
 * @typedef {{secrets: number, counted: boolean, unmatched: number, last_delivery_at: number|null,
 *   last_verified_at: number|null, last_refused_at: number|null, last_refusal: string|null,
 *   last_refusal_detail: string|null}} Connection
 * @typedef {{key: string, state: "done"|"todo"|"wrong"|"note"}} Check
 */

/** @param {string|null} refusal the server's code @returns {string|null} one of REASONS */
export function reasonOf(refusal) {
  return REASONS.includes(refusal ?? "") ? refusal : null;
}

/** @param {Connection} connection @returns {boolean} the newest delivery counts, without a part of it */
export function isPartlyRead(connection) {
  const now = connection.last_refused_at === connection.last_verified_at;
  return now && connection.last_refusal === "partly_read";
}

/**
 * What a connection is called: as the server calls it, whose own word for an own shop is English.
 *
 * @param {(key: string) => string} t @param {{kind: string, name?: string}} connection
 */
export function nameOf(t, { kind, name }) {
  const title = t(`connections.kind.${kind}`);
  return name?.replace(/^Own shop(?=$| \d+$)/, title) ?? title;
}

/**
 * How the newest delivery fared. What was refused at the very moment when it was verified was signed
 * well and counts for nothing.
 *
 * @param {Connection} connection
 * @returns {{state: "no_secret"|"silent"|"refused"|"uncounted"|"verified", at: number|null, test: boolean}}
 */
export function healthOf(connection) {
  const good = connection.last_verified_at ?? 0;
  const bad = connection.last_refused_at ?? 0;
  if (bad > good) return { state: "refused", at: bad, test: false };
  if (good > 0 && bad === good && !isPartlyRead(connection)) {
    return { state: "uncounted", at: good, test: reasonOf(connection.last_refusal) === "in_test_mode" };
  }
  if (good > 0) return { state: "verified", at: good, test: false };
  return { state: connection.secrets > 0 ? "silent" : "no_secret", at: null, test: false };
}

/** @param {Connection} connection @returns {"connected"|"waiting"|"lost"|"gone"} the colour of its dot */
function toneOf(connection) {
  const { state, test } = healthOf(connection);
  if (state === "refused") return "lost";
  if (state === "verified") return "connected";
  if (state === "uncounted") return connection.counted && !test ? "connected" : "waiting";
  return "gone";
}

/** @param {Connection} connection @returns {Check[]} the way from an address to a purchase, in order */
export function checksOf(connection) {
  const { state } = healthOf(connection);
  const done = (/** @type {any} */ yes) => (yes ? "done" : "todo");
  const counted = state === "uncounted" ? "note" : "todo";
  return [
    { key: "address", state: "done" },
    { key: "secret", state: done(connection.secrets > 0) },
    { key: "arrived", state: done(connection.last_delivery_at) },
    { key: "verified", state: state === "refused" ? "wrong" : done(connection.last_verified_at) },
    { key: "counted", state: connection.counted ? "done" : counted },
  ];
}

const EVERY_MS = 10_000;

/** Where purchases come from: each shop with its health, what is to be matched, and how to add one. */
class ControlConnections extends ControlElement {
  /** @type {Map<string, any>} id → line */
  #lines = new Map();

  build() {
    this.list = el("ul.c-connections");
    this.empty = el("p.c-soft");
    this.problem = el("p.c-wrong", { role: "status", hidden: true });
    this.add = el("button.c-button", {
      type: "button",
      text: this.t("connections.new"),
      on: { click: () => this.act(this.add, "newShop") },
    });
    this.append(this.empty, this.list, this.problem, this.add);
  }

  listen(signal) {
    const look = () => document.visibilityState === "visible" && !this.shut && this.ask("loadConnections");
    const timer = setInterval(look, EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", look, { signal });
    look();
  }

  /** @param {any} model */
  update({ connections, connectionsProblem: problem }) {
    const known = connections ?? [];
    // A key for one show alone may not see them, and asking again would not help.
    this.shut = problem?.code === "forbidden";
    this.add.hidden = this.shut;
    this.empty.hidden = known.length > 0 || Boolean(problem);
    setText(this.empty, this.t(connections === null ? "connections.loading" : "connections.none"));
    this.problem.hidden = !problem;
    if (problem) setText(this.problem, this.shut ? this.t("connections.forbidden") : problemText(this.ctx.t, problem));
    const here = new Set(known.map(({ id }) => id));
    for (const id of this.#lines.keys()) if (!here.has(id)) this.#lines.delete(id);
    arrange(this.list, known.map((connection) => this.#line(connection)));
    this.tick();
  }

  tick() {
    for (const line of this.#lines.values()) setText(line.health, this.#words(line.connection));
  }

  #line(connection) {
    const line = this.#lines.get(connection.id) ?? this.#newLine(connection);
    this.#lines.set(connection.id, line);
    line.connection = connection;
    setAttribute(line, "data-state", toneOf(connection));
    line.test.hidden = !healthOf(connection).test;
    line.match.hidden = connection.unmatched === 0;
    const n = connection.unmatched;
    setText(line.match, this.t("connections.match", { n }));
    setAttribute(line.match, "aria-label", this.t("connections.match_label", { n, name: line.name }));
    return line;
  }

  #newLine({ id, kind, show, name: given }) {
    const name = nameOf(this.ctx.t, { kind, name: given });
    const parts = {
      health: el("small.c-soft"),
      test: el("span.c-tag.c-tag-test", { text: this.t("connections.test") }),
      match: this.#button("openMatches", id),
      open: this.#button("openShop", id),
      name,
    };
    setText(parts.open, this.t("connections.open"));
    setAttribute(parts.open, "aria-label", this.t("connections.open_label", { name }));
    const title = el("span.c-shop-name", el("b", { text: name }), parts.test, show && el("span.c-tag", { text: this.t("connections.this_show") }));
    const words = el("span.c-overlay-words", title, parts.health);
    const buttons = el("span.c-shop-buttons", parts.match, parts.open);
    return Object.assign(el("li", { data: { id } }, el("span.c-dot", { "aria-hidden": "true" }), words, buttons), parts);
  }

  #button(action, id) {
    const click = () => this.act(button, action, { id });
    const button = el("button.c-button.c-small", { type: "button", on: { click } });
    return button;
  }

  #words(connection) {
    const { state, at } = healthOf(connection);
    const time = at === null ? "" : ago(this.ctx.t, this.ctx.now() - at);
    const why = reasonOf(connection.last_refusal);
    const short = why ? this.t(`shop.why.${why}`) : (connection.last_refusal ?? "");
    return this.t(`connections.${state}`, { time, why: short });
  }
}

customElements.define("control-connections", ControlConnections);

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

  /** The name of a connection; its kind, where it was reported before connections had names. */
  #source(by) {
    const key = by === "generic" ? "purchases.webhook" : `connections.kind.${by}`;
    const known = this.t(key) !== key;
    return by ? ` · ${known ? this.t(key) : by}` : "";
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
