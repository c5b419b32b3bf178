import { attribute, el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { ago } from "./control-elapsed.js";
import { icon } from "./control-icons.js";
import { checksOf, healthOf, reasonOf } from "./control-shop-health.js";
import { emphasised } from "./control-shop-steps.js";

const MARKS = { done: "check", todo: "dot", wrong: "remove", note: "warning" };
const TIMES = ["last_delivery_at", "last_verified_at", "last_refused_at"];

/**
 * The way from a new address to a purchase on screen, which turns green as deliveries arrive; below
 * it when the last ones came, and in plain words why one did not count and what to do.
 */
export class ControlShopChecks extends ControlElement {
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
    lines.forEach(([, at], n) => write(values[n], this.t("overlay.ago", { time: ago(this.ctx.t, this.ctx.now() - at) })));
  }

  /** What was signed well and does not count was not refused. */
  #name(time) {
    const uncounted = time === "last_refused_at" && healthOf(this.connection).state === "uncounted";
    return uncounted ? "last_uncounted_at" : time;
  }

  #check(line, { key, state }) {
    const [mark, spoken, words] = line.children;
    if (line.dataset.check !== state) mark.replaceChildren(icon(MARKS[state]));
    attribute(line, "data-check", state);
    attribute(line, "data-key", key);
    attribute(mark, "title", this.t(`shop.state.${state}`));
    write(spoken, `${this.t(`shop.state.${state}`)}: `);
    write(words, this.t(`shop.check.${key}`));
  }

  #explain(connection) {
    const { state } = healthOf(connection);
    const [what, todo] = this.#words(state, connection);
    if (this.why.dataset.shown === what) return;
    this.why.dataset.shown = what;
    this.why.dataset.state = state;
    this.why.hidden = !what;
    this.why.replaceChildren(el("b", { text: what }), el("p", {}, ...emphasised(todo)));
  }

  /** @returns {[string, string]} what happened and what to do about it; empty when all is well */
  #words(state, { last_refusal: why, counted }) {
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
  return el("li", {}, el("span.c-shop-mark", { "aria-hidden": "true" }), el("span.c-hidden"), el("span"));
}

customElements.define("control-shop-checks", ControlShopChecks);
