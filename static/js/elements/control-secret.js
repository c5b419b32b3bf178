import { el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { icon } from "./control-icons.js";
import { copyText } from "./control-clipboard.js";

const SHOWN_MS = 30_000;

/**
 * Something that must not be seen on a stream: dots until somebody asks, and dots again after half a
 * minute. It lives in an input's value, so it is in no text and no attribute of the page. Copying
 * needs no revealing. `reveal` events (detail: shown) let others follow, a QR code for instance.
 */
export class ControlSecret extends ControlElement {
  label = "";
  value = "";
  /** Nothing to hide: only a field with a copy button. */
  plain = false;

  build() {
    this.input = el("input.c-secret-value", {
      type: "password",
      readOnly: true,
      autocomplete: "off",
      spellcheck: false,
      "aria-label": this.label,
      on: { focus: () => this.input.select() },
    });
    this.input.value = this.value;
    this.eye = el("button.c-icon-button", { type: "button", on: { click: () => this.show(!this.shown) } }, icon("eye"));
    this.copy = el("button.c-button.c-small", {
      type: "button",
      text: this.t("secret.copy"),
      on: { click: () => this.#copy() },
    });
    this.append(this.input, this.eye, this.copy);
    this.eye.hidden = this.plain;
    this.show(this.plain);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  /** @param {boolean} shown */
  show(shown) {
    clearTimeout(this.timer);
    this.shown = shown;
    this.input.type = shown ? "text" : "password";
    this.eye.setAttribute("aria-pressed", String(shown));
    this.eye.setAttribute("aria-label", this.t(shown ? "secret.hide" : "secret.reveal"));
    this.eye.title = this.t(shown ? "secret.hide" : "secret.reveal");
    if (shown && !this.plain) this.timer = setTimeout(() => this.show(false), SHOWN_MS);
    this.dispatchEvent(new CustomEvent("reveal", { detail: shown }));
  }

  async #copy() {
    const done = await copyText(this.value);
    write(this.copy, this.t(done ? "secret.copied" : "secret.copy"));
    if (!done) this.say(this.t("secret.copy_failed"), "refused");
    setTimeout(() => write(this.copy, this.t("secret.copy")), 2_000);
  }
}

customElements.define("control-secret", ControlSecret);
