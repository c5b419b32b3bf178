import { el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { field, fieldError } from "./control-field.js";
import { fieldErrors, problemText } from "./control-problem.js";
import { KINDS } from "./control-shop-kinds.js";
import "./control-secret.js";

/**
 * A connection's secret: pasted where the shop makes it, shown once where we do, and replaced without
 * losing a delivery: first one more, then away with the old one. Properties: `shop` (its id), `kind`, `fresh`
 * (ours, as long as it may be shown).
 */
export class ControlShopSecret extends ControlElement {
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
    const buttons = el("div.c-bar-start", {}, this.replace, this.drop);
    this.append(this.given, this.shown, ...(this.ours ? [] : [this.box]), buttons);
    this.#show(this.fresh);
  }

  /** @param {any} connection */
  update({ secrets }) {
    if (this.secrets === undefined || secrets === 0) this.box.hidden = secrets > 0;
    this.secrets = secrets;
    this.given.hidden = secrets === 0 || (secrets === 1 && !this.shown.hidden);
    write(this.given, this.t(secrets > 1 ? "shop.secret.two" : "shop.secret.given", { n: secrets }));
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
    const control = el("div.c-paste", {}, this.input, this.button);
    return el("div", { hidden: true }, field({ name: "secret", label, control }));
  }

  #replace() {
    if (this.ours) return this.#add(this.replace, {});
    this.box.hidden = false;
    this.replace.hidden = true;
    return this.input.focus();
  }

  async #add(button, wish) {
    fieldError(this, "secret", "");
    button.setAttribute("aria-busy", "true");
    try {
      const { secret, secrets } = await this.ask("addSecret", { id: this.shop, ...wish });
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
