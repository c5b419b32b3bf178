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
    this.list = el("ul.c-shop-checks");
    this.why = el("div.c-shop-why", { role: "status", hidden: true });
    this.times = el("dl.c-shop-times");
    this.append(this.list, this.why, this.times);
  }

  /** @param {any} connection */
  update(connection) {
    this.connection = connection;
    const checks = checksOf(connection);
    if (this.list.children.length === 0) this.list.append(...checks.map(() => el("li", {}, el("span.c-shop-mark"), el("span"))));
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
    const [mark, words] = line.children;
    if (line.dataset.check !== state) mark.replaceChildren(icon(MARKS[state]));
    attribute(line, "data-check", state);
    attribute(line, "data-key", key);
    write(words, this.t(`shop.check.${key}`));
    attribute(mark, "title", this.t(`shop.state.${state}`));
    if (!mark.querySelector(".c-hidden")) mark.append(el("span.c-hidden"));
    write(mark.querySelector(".c-hidden"), `${this.t(`shop.state.${state}`)}: `);
  }

  #explain(connection) {
    const { state } = healthOf(connection);
    const reason = reasonOf(connection.last_refusal);
    const shown = state === "refused" || state === "uncounted" ? `${state} ${reason ?? connection.last_refusal}` : "";
    if (this.why.dataset.shown === shown) return;
    this.why.dataset.shown = shown;
    this.why.dataset.state = state;
    this.why.hidden = !shown;
    if (!shown) return;
    const what = reason ? this.t(`shop.why.${reason}`) : this.t("shop.why.other", { why: connection.last_refusal });
    const todo = reason ? this.#todo(reason) : this.t("shop.todo.other");
    this.why.replaceChildren(el("b", { text: what }), el("p", {}, ...emphasised(todo)));
  }

  /** Some shops hide their secret in a place of their own. */
  #todo(reason) {
    const own = `shop.todo.${reason}.${this.kind}`;
    const text = this.t(own);
    return text === own ? this.t(`shop.todo.${reason}`) : text;
  }
}

customElements.define("control-shop-checks", ControlShopChecks);
