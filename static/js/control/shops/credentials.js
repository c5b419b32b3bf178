import { el, setText } from "../../shared/dom.js";
import { ControlElement, ago, fieldErrors, problemText } from "../element.js";
import { clearErrors, field, fieldError } from "../forms/form.js";
import "../forms/sharing.js";
import { KINDS } from "./shop-dialog.js";

/**
 * A connection's secret: pasted where the shop makes it, shown once where we do, and replaced without
 * losing a delivery: first one more, then away with the old one. Properties: `shop` (its id), `kind`, `fresh`
 * (ours, as long as it may be shown).
 */
class ControlShopSecret extends ControlElement {
  shop = "";
  kind = "generic";
  /** @type {string|null} */
  fresh = null;

  build() {
    this.ours = KINDS[this.kind].secret === "ours";
    this.given = el("p.c-shop-given", { role: "status" });
    this.shown = el("div.c-made", { hidden: true });
    this.box = this.#pasteBox();
    this.replace = el("button.c-button.c-small", {
      type: "button",
      text: this.t(this.ours ? "shop.secret.renew" : "shop.secret.replace"),
      on: { click: () => this.#replace() },
    });
    this.drop = el("button.c-button.c-small", {
      type: "button",
      text: this.t("shop.secret.drop"),
      on: { click: () => this.#drop() },
    });
    const buttons = el("div.c-bar-start", this.replace, this.drop);
    this.append(this.given, this.shown, ...(this.ours ? [] : [this.box]), buttons);
    this.#show(this.fresh);
  }

  /** @param {any} connection */
  update({ secrets }) {
    if (this.secrets === undefined || secrets === 0) this.box.hidden = secrets > 0;
    this.secrets = secrets;
    this.given.hidden = secrets === 0 || (secrets === 1 && !this.shown.hidden);
    setText(this.given, this.t(secrets > 1 ? "shop.secret.two" : "shop.secret.given", { n: secrets }));
    this.replace.hidden = secrets === 0 || secrets > 1 || !this.box.hidden || !this.shown.hidden;
    this.drop.hidden = secrets < 2;
  }

  /** Saves what is in the field, if anything is. */
  async save() {
    const secret = this.input.value.trim();
    if (this.box.hidden || this.button.getAttribute("aria-busy") === "true") return;
    if (!secret) return void fieldError(this, "secret", this.t("shop.secret.needed"));
    await this.#add(this.button, { secret });
  }

  #pasteBox() {
    const enter = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.save();
    };
    this.input = el("input", { type: "password", autocomplete: "off", spellcheck: false, on: { keydown: enter } });
    this.button = el("button.c-button", {
      type: "button",
      text: this.t("shop.secret.save"),
      on: { click: () => this.save() },
    });
    const label = this.t(`shop.secret.${this.kind}`);
    const control = el("div.c-paste", this.input, this.button);
    return el("div", { hidden: true }, field({ name: "secret", label, control }));
  }

  #replace() {
    if (this.ours) return this.#add(this.replace, {});
    this.box.hidden = false;
    this.replace.hidden = true;
    return this.input.focus();
  }

  async #add(button, options) {
    fieldError(this, "secret", "");
    button.setAttribute("aria-busy", "true");
    try {
      const { secret, secrets } = await this.ask("addSecret", { id: this.shop, ...options });
      this.input.value = "";
      this.box.hidden = true;
      if (this.ours) this.#show(secret);
      this.update({ secrets });
      this.#changed();
    } catch (problem) {
      const text = fieldErrors(problem).get("secret") ?? problemText(this.ctx.t, problem);
      if (this.box.hidden) this.say(text, "refused");
      else fieldError(this, "secret", text);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async #drop() {
    const { ok } = await this.act(this.drop, "dropSecrets", { id: this.shop });
    if (!ok) return;
    this.#show(null);
    this.update({ secrets: 1 });
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }

  #show(secret) {
    this.shown.hidden = !secret;
    if (!secret) return this.shown.replaceChildren();
    const label = this.t("connections.secret");
    const value = this.make("control-secret", { label, value: secret });
    const hint = el("p.c-hint", { text: this.t("shop.secret.once") });
    return this.shown.replaceChildren(el("span.c-label", { text: label }), value, hint);
  }
}

customElements.define("control-shop-secret", ControlShopSecret);

/**
 * For shops that do not deliver again: a key with which the server asks for what it missed, and how
 * that fares. Properties: `shop` (the connection's id) and its `kind`.
 */
class ControlShopPoll extends ControlElement {
  shop = "";
  kind = "woocommerce";
  /** @type {Map<string, HTMLInputElement>} */
  #inputs = new Map();

  build() {
    this.state = el("p.c-soft", { role: "status" });
    this.failure = el("p.c-wrong", { role: "status", hidden: true });
    this.keys = el("div.c-fields", ...KINDS[this.kind].poll.map((name) => this.#field(name)));
    this.save = this.#button("shop.poll.save", () => this.#put());
    this.now = this.#button("shop.poll.now", () => this.#ask(this.now, "askPoll"));
    this.drop = this.#button("shop.poll.drop", () => this.#ask(this.drop, "dropPoll"));
    const buttons = el("div.c-bar-start", this.save, this.now, this.drop);
    const hint = el("p.c-hint", { text: this.t(`shop.poll.hint.${this.kind}`) });
    const body = el("div.c-more-body", hint, this.state, this.failure, this.keys, buttons);
    this.append(el("details.c-more", el("summary", { text: this.t("shop.poll.heading") }), body));
  }

  /** @param {any} connection */
  update({ poll }) {
    this.poll = poll ?? null;
    this.save.hidden = this.keys.hidden = Boolean(poll);
    this.now.hidden = this.drop.hidden = this.state.hidden = !poll;
    // A failure stays until a later round went through.
    const failed = poll?.last_failure && poll.last_failed_at >= (poll.last_success_at ?? 0);
    this.failure.hidden = !failed;
    if (failed) setText(this.failure, this.t("shop.poll.failed", { why: poll.last_failure }));
    this.tick();
  }

  tick() {
    if (!this.poll) return;
    const { last_success_at: at, found } = this.poll;
    const time = at === null ? "" : ago(this.ctx.t, this.ctx.now() - at);
    setText(this.state, at === null ? this.t("shop.poll.waiting") : this.t("shop.poll.asked", { time, n: found }));
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
