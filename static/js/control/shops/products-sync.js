import { el, setText } from "../../shared/dom.js";
import { ControlElement, ago } from "../element.js";

/**
 * The products of a shop: bring them in now, keep them in step, and how that fares. It needs the key
 * with which the server may ask the shop. Properties: `shop` (the connection's id) and its `kind`.
 */
class ControlShopSync extends ControlElement {
  shop = "";
  kind = "shopify";

  build() {
    this.state = el("p.c-soft", { role: "status" });
    this.failure = el("p.c-wrong", { role: "status", hidden: true });
    this.problems = el("ul.c-soft", { hidden: true });
    this.now = this.#button("now", () => this.#begin(this.now, Boolean(this.sync?.keep)));
    this.keep = this.#button("keep", () => this.#begin(this.keep, true));
    this.stop = this.#button("stop", () => this.#ask(this.stop, "stopSync", {}));
    const buttons = el("div.c-bar-start", this.now, this.keep, this.stop);
    const hint = el("p.c-hint", { text: this.t(`shop.sync.hint.${this.kind}`) });
    const body = el("div.c-more-body", hint, this.state, this.failure, this.problems, buttons);
    this.append(el("details.c-more", el("summary", { text: this.t("shop.sync.heading") }), body));
  }

  /** @param {any} connection */
  update({ sync, poll }) {
    this.sync = sync ?? null;
    this.poll = poll ?? null;
    const running = sync?.status === "running";
    this.now.hidden = !poll || running;
    this.keep.hidden = !poll || running || Boolean(sync?.keep);
    this.stop.hidden = !sync?.keep && !running;
    this.failure.hidden = sync?.status !== "failed";
    if (sync?.failure) setText(this.failure, this.t("shop.sync.failed", { why: sync.failure }));
    this.#leftOut(sync);
    this.tick();
  }

  tick() {
    setText(this.state, this.#words());
    this.state.hidden = !this.state.textContent;
  }

  #words() {
    const { sync, poll } = this;
    if (!sync) return this.t(poll ? "shop.sync.never" : "shop.sync.no_key");
    if (sync.status === "running") return this.t("shop.sync.running", { n: sync.products });
    if (sync.status === "failed") return "";
    const time = ago(this.ctx.t, this.ctx.now() - sync.last_success_at);
    const done = this.t("shop.sync.done", { n: sync.products, time });
    return sync.keep ? `${done} ${this.t("shop.sync.kept")}` : done;
  }

  /** What the shop has and the catalogue could not take, with the reasons. */
  #leftOut(sync) {
    const lines = sync?.problems ?? [];
    const shown = JSON.stringify(lines);
    this.problems.hidden = lines.length === 0;
    if (this.problems.dataset.shown === shown) return;
    this.problems.dataset.shown = shown;
    const first = el("li", { text: this.t("shop.sync.left_out", { n: sync?.left_out ?? 0 }) });
    const rest = lines.map(({ title, message }) => el("li", { text: `${title}: ${message}` }));
    this.problems.replaceChildren(first, ...rest);
  }

  #button(key, click) {
    return el("button.c-button.c-small", { type: "button", text: this.t(`shop.sync.${key}`), on: { click } });
  }

  #begin(button, keep) {
    return this.#ask(button, "beginSync", { keep });
  }

  async #ask(button, action, options) {
    const { ok } = await this.act(button, action, { id: this.shop, ...options });
    if (ok) this.dispatchEvent(new Event("changed"));
  }
}

customElements.define("control-shop-sync", ControlShopSync);
