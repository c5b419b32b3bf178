import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, ago, icon, problemText } from "../element.js";
import { ControlDialog } from "../forms/form.js";
import "../forms/sharing.js";
import "./credentials.js";
import "./products-sync.js";
import { checksOf, healthOf, isPartlyRead, nameOf, reasonOf } from "./purchases.js";

/**
 * What each shop system needs of a seller. `secret`: who makes it, the shop ("theirs") or we ("ours");
 * `early`: it is known before the shop is told our address. `steps`: how many there are in the
 * catalogue, as `shop.step.<kind>.<n>`; `poll`: what it takes to ask the shop for what it missed;
 * `sync`: its products can be read, too.
 *
 * @typedef {{secret: "theirs"|"ours", steps: number, early?: boolean, poll?: string[], sync?: boolean}} Kind
 * @type {Record<string, Kind>}
 */
export const KINDS = {
  shopify: { secret: "theirs", steps: 4, poll: ["address", "key"], sync: true },
  woocommerce: { secret: "ours", steps: 4, poll: ["address", "key", "secret"], sync: true },
  stripe: { secret: "theirs", steps: 4, poll: ["key"] },
  fourthwall: { secret: "theirs", steps: 3 },
  tiktok: { secret: "theirs", steps: 3, early: true },
  generic: { secret: "ours", steps: 3 },
};

const PRIVATE = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])|\.(local|lan|test)$/;

/**
 * Whether a shop on the internet can deliver to an address: shops insist on https, and a name of the
 * local network means nothing to them.
 *
 * @param {string} address
 */
export function isReachable(address) {
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" && hostname.includes(".") && !PRIVATE.test(hostname);
}

/**
 * What to do in the shop's own admin, step by step. What stands between asterisks in the catalogue is
 * a name on its screens.
 *
 * @param {(key: string) => string} t @param {string} kind
 */
function shopSteps(t, kind) {
  const steps = Array.from({ length: KINDS[kind].steps }, (_, n) => t(`shop.step.${kind}.${n + 1}`));
  return el("ol.c-steps", ...steps.map((step) => el("li", ...emphasised(step))));
}

/** @param {string} text "Open *Settings*." @returns {Node[]} */
function emphasised(text) {
  return text.split("*").map((part, n) => (n % 2 ? el("b", { text: part }) : document.createTextNode(part)));
}

const MARKS = { done: "check", todo: "dot", wrong: "remove", note: "warning" };
const TIMES = ["last_delivery_at", "last_verified_at", "last_refused_at"];

/**
 * The way from a new address to a purchase on screen, which turns green as deliveries arrive; below
 * it when the last ones came, and in plain words why one did not count and what to do.
 */
class ControlShopChecks extends ControlElement {
  kind = "generic";

  build() {
    this.list = el("ul.c-shop-checks", { "aria-live": "polite" });
    this.why = el("div.c-shop-why", { role: "status", hidden: true });
    this.times = el("dl.c-shop-times");
    this.append(this.list, this.why, this.times);
  }

  /** @param {any} connection */
  update(connection) {
    this.connection = connection;
    const checks = checksOf(connection);
    if (this.list.children.length === 0) this.list.append(...checks.map(newLine));
    checks.forEach((check, n) => this.#check(this.list.children[n], check));
    this.#explain(connection);
    this.tick();
  }

  tick() {
    if (!this.connection) return;
    const lines = TIMES.map((name) => [name, this.connection[name]]).filter(([, at]) => at);
    const shown = lines.map(([name]) => name).join();
    if (this.times.dataset.shown !== shown) {
      this.times.dataset.shown = shown;
      this.times.replaceChildren(...lines.flatMap(([name]) => [el("dt", { text: this.t(`shop.${this.#name(name)}`) }), el("dd.v-num")]));
    }
    const values = this.times.querySelectorAll("dd");
    lines.forEach(([, at], n) => setText(values[n], this.t("overlay.ago", { time: ago(this.ctx.t, this.ctx.now() - at) })));
  }

  /** What was signed well and does not count was not refused. */
  #name(time) {
    const uncounted = time === "last_refused_at" && healthOf(this.connection).state === "uncounted";
    return uncounted ? "last_uncounted_at" : time;
  }

  #check(line, { key, state }) {
    const [mark, spoken, words] = line.children;
    if (line.dataset.check !== state) mark.replaceChildren(icon(MARKS[state]));
    setAttribute(line, "data-check", state);
    setAttribute(line, "data-key", key);
    setAttribute(mark, "title", this.t(`shop.state.${state}`));
    setText(spoken, `${this.t(`shop.state.${state}`)}: `);
    setText(words, this.t(`shop.check.${key}`));
  }

  #explain(connection) {
    const { state } = healthOf(connection);
    const [what, todo] = this.#words(state, connection);
    if (this.why.dataset.shown === what) return;
    this.why.dataset.shown = what;
    this.why.dataset.state = state;
    this.why.hidden = !what;
    this.why.replaceChildren(el("b", { text: what }), el("p", ...emphasised(todo)));
  }

  /** @returns {[string, string]} what happened and what to do about it; empty when all is well */
  #words(state, connection) {
    const { last_refusal: why, last_refusal_detail: fields, counted } = connection;
    if (isPartlyRead(connection)) return [this.t("shop.why.partly_read", { fields }), this.t("shop.todo.partly_read")];
    if (state === "verified") return counted ? ["", ""] : [this.t("shop.why.ready"), this.t("shop.todo.ready")];
    if (state !== "refused" && state !== "uncounted") return ["", ""];
    const reason = reasonOf(why);
    if (!reason) return [this.t("shop.why.other", { why }), this.t("shop.todo.other")];
    return [this.t(`shop.why.${reason}`), this.#todo(reason)];
  }

  /** Some shops hide their secret in a place of their own. */
  #todo(reason) {
    const own = `shop.todo.${reason}.${this.kind}`;
    const text = this.t(own);
    return text === own ? this.t(`shop.todo.${reason}`) : text;
  }
}

function newLine() {
  return el("li", el("span.c-shop-mark", { "aria-hidden": "true" }), el("span.c-hidden"), el("span"));
}

customElements.define("control-shop-checks", ControlShopChecks);

const EVERY_MS = 3_000;

/**
 * One shop's connection: what to do in the shop, its secret, and whether it works. It asks every few
 * seconds, as long as somebody can see it. Properties: `connection`, `fresh` (a secret of ours that
 * was just made).
 */
class ControlShopDialog extends ControlDialog {
  readOnly = true;
  /** @type {any} */
  connection;
  /** @type {string|null} */
  fresh = null;
  #timer = 0;
  #asked = 0;

  build() {
    this.name = nameOf(this.ctx.t, this.connection);
    this.heading = this.t("shop.heading", { name: this.name });
    super.build();
    this.dialog.classList.add("c-dialog-wide");
    this.#tools();
    this.#draw(this.connection);
  }

  listen(signal) {
    super.listen();
    const tick = () => [this.checks, this.poll, this.sync].forEach((part) => part?.tick());
    const second = setInterval(tick, 1_000);
    signal.addEventListener("abort", () => [clearTimeout(this.#timer), clearInterval(second)]);
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    this.#look();
  }

  fields() {
    const { id, kind, url } = this.connection;
    const address = this.make("control-secret", { label: this.t("connections.address"), value: url, plain: true });
    const far = el("p.c-hint.c-attention", { text: this.t("shop.unreachable"), hidden: isReachable(url) });
    this.secret = this.make("control-shop-secret", { shop: id, kind, fresh: this.fresh });
    this.secret.addEventListener("changed", () => this.#look());
    this.poll = KINDS[kind].poll ? this.make("control-shop-poll", { shop: id, kind }) : null;
    this.sync = KINDS[kind].sync ? this.make("control-shop-sync", { shop: id, kind }) : null;
    for (const part of [this.poll, this.sync]) part?.addEventListener("changed", () => this.#look());
    this.checks = this.make("control-shop-checks", { kind });
    this.test = el("span.c-tag.c-tag-test", { text: this.t("connections.test"), hidden: true });
    const todo = el(
      "section",
      el("div.c-field", el("span.c-label", { text: this.t("connections.address") }), address, far),
      shopSteps(this.ctx.t, kind),
      this.secret,
      ...[this.poll, this.sync].filter(Boolean),
    );
    const state = el("section.c-shop-state", el("h3", this.t("shop.works"), this.test), this.checks);
    return [el("div.c-shop-columns", todo, state)];
  }

  /** What else can be done with it, beside the button that closes. */
  #tools() {
    const { id } = this.connection;
    this.match = el("button.c-button", { type: "button", on: { click: () => this.act(this.match, "openMatches", { id }) } });
    const remove = el("button.c-link", { type: "button", text: this.t("connections.delete") });
    remove.addEventListener("click", () => this.#remove(remove));
    this.form.querySelector(".c-dialog-buttons").prepend(remove, this.match);
  }

  async #remove(button) {
    const { answer } = await this.act(button, "deleteConnection", { id: this.connection.id, name: this.name });
    if (answer) this.close();
  }

  async #look() {
    clearTimeout(this.#timer);
    if (document.visibilityState !== "visible") return;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const known = await this.ask("connections");
      if (asked !== this.#asked || !this.isConnected) return;
      const found = known.find(({ id }) => id === this.connection.id);
      this.refuse(found ? "" : this.t("shop.gone"));
      if (!found) return;
      this.#draw(found);
    } catch (problem) {
      if (!this.isConnected) return;
      this.refuse(this.t("shop.old_news", { why: problemText(this.ctx.t, problem) }));
    }
    if (asked === this.#asked) this.#timer = setTimeout(() => this.#look(), EVERY_MS);
  }

  #draw(connection) {
    this.connection = connection;
    this.checks.update(connection);
    this.secret.update(connection);
    this.poll?.update(connection);
    this.sync?.update(connection);
    this.test.hidden = !healthOf(connection).test;
    this.match.hidden = connection.unmatched === 0 && connection.last_verified_at === null;
    setText(this.match, connection.unmatched ? this.t("connections.match", { n: connection.unmatched }) : this.t("connections.products"));
  }
}

customElements.define("control-shop-dialog", ControlShopDialog);
