import { el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { field, fieldError } from "./control-field.js";
import { problemText } from "./control-problem.js";

/** The door: a control key, or a one-time login link pasted whole. */
export class ControlLogin extends ControlElement {
  /** What went wrong on the way here, a used link for instance. */
  message = "";

  build() {
    this.key = el("input", {
      type: "password",
      autocomplete: "current-password",
      spellcheck: false,
      placeholder: "ctl_…",
      autofocus: true,
    });
    this.go = el("button.c-button.c-primary", { type: "submit", text: this.t("login.submit") });
    this.note = el("p.c-problem", { role: "alert", text: this.message, hidden: !this.message });
    const form = el(
      "form.c-door",
      { noValidate: true, on: { submit: (event) => this.#submit(event) } },
      el("b.c-mark", { text: "Vetrina" }),
      el("h1", { text: this.t("login.heading") }),
      this.note,
      field({ name: "key", label: this.t("login.key"), control: this.key, hint: this.t("login.hint") }),
      this.go,
    );
    this.append(form);
  }

  listen() {
    this.key.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.key.value.trim();
    fieldError(this, "key", text ? "" : this.t("login.key_needed"));
    if (!text || this.go.getAttribute("aria-busy") === "true") return;
    this.go.setAttribute("aria-busy", "true");
    try {
      await this.ask("login", { text });
    } catch (problem) {
      const unknown = problem.status === 401 || problem.status === 403;
      const words = unknown ? this.t("login.refused") : problemText(this.ctx.t, problem);
      fieldError(this, "key", words);
      this.key.select();
    } finally {
      this.go.removeAttribute("aria-busy");
      write(this.note, "");
      this.note.hidden = true;
    }
  }
}

customElements.define("control-login", ControlLogin);
