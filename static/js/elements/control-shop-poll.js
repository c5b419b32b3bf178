import { el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { ago } from "./control-elapsed.js";
import { clearErrors, field, fieldError } from "./control-field.js";
import { fieldErrors, problemText } from "./control-problem.js";
import { KINDS } from "./control-shop-kinds.js";

/**
 * For shops that do not deliver again: a key with which the server asks for what it missed, and how
 * that fares. Properties: `shop` (the connection's id) and its `kind`.
 */
export class ControlShopPoll extends ControlElement {
  shop = "";
  kind = "woocommerce";
  /** @type {Map<string, HTMLInputElement>} */
  #inputs = new Map();

  build() {
    this.state = el("p.c-soft", { role: "status" });
    this.failure = el("p.c-wrong", { role: "status", hidden: true });
    this.keys = el("div.c-fields", {}, ...KINDS[this.kind].poll.map((name) => this.#field(name)));
    this.save = this.#button("shop.poll.save", () => this.#put());
    this.now = this.#button("shop.poll.now", () => this.#ask(this.now, "askPoll"));
    this.drop = this.#button("shop.poll.drop", () => this.#ask(this.drop, "dropPoll"));
    const buttons = el("div.c-bar-start", {}, this.save, this.now, this.drop);
    const hint = el("p.c-hint", { text: this.t(`shop.poll.hint.${this.kind}`) });
    const body = el("div.c-more-body", {}, hint, this.state, this.failure, this.keys, buttons);
    this.append(el("details.c-more", {}, el("summary", { text: this.t("shop.poll.heading") }), body));
  }

  /** @param {any} connection */
  update({ poll }) {
    this.poll = poll ?? null;
    this.save.hidden = this.keys.hidden = Boolean(poll);
    this.now.hidden = this.drop.hidden = this.state.hidden = !poll;
    // A failure stays until a later round went through.
    const failed = poll?.last_failure && poll.last_failed_at >= (poll.last_success_at ?? 0);
    this.failure.hidden = !failed;
    if (failed) write(this.failure, this.t("shop.poll.failed", { why: poll.last_failure }));
    this.tick();
  }

  tick() {
    if (!this.poll) return;
    const { last_success_at: at, found } = this.poll;
    const time = at === null ? "" : ago(this.ctx.t, this.ctx.now() - at);
    write(this.state, at === null ? this.t("shop.poll.waiting") : this.t("shop.poll.asked", { time, n: found }));
  }

  #field(name) {
    const type = name === "address" ? "url" : "password";
    const input = el("input", { type, autocomplete: "off", spellcheck: false, placeholder: name === "address" ? "https://" : "" });
    this.#inputs.set(name, input);
    return field({ name: `poll-${name}`, label: this.t(`shop.poll.${this.kind}.${name}`), control: input });
  }

  #button(key, click) {
    return el("button.c-button.c-small", { type: "button", text: this.t(key), on: { click } });
  }

  async #put() {
    if (this.save.getAttribute("aria-busy") === "true") return;
    clearErrors(this);
    const given = [...this.#inputs].map(([name, input]) => [name, input.value.trim()]);
    const empty = given.filter(([, value]) => !value);
    for (const [name] of empty) fieldError(this, `poll-${name}`, this.t("shop.poll.needed"));
    if (empty.length) return;
    this.save.setAttribute("aria-busy", "true");
    try {
      await this.ask("putPoll", { id: this.shop, access: Object.fromEntries(given) });
      for (const input of this.#inputs.values()) input.value = "";
      this.dispatchEvent(new Event("changed"));
    } catch (problem) {
      const placed = [...fieldErrors(problem)].filter(([name, text]) => fieldError(this, `poll-${name}`, text));
      if (!placed.length) this.say(problemText(this.ctx.t, problem), "refused");
    } finally {
      this.save.removeAttribute("aria-busy");
    }
  }

  async #ask(button, action) {
    const { ok } = await this.act(button, action, { id: this.shop });
    if (ok) this.dispatchEvent(new Event("changed"));
  }
}

customElements.define("control-shop-poll", ControlShopPoll);
