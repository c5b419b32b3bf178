/** Fields and dialogs. */

import { el, setText } from "../../shared/dom.js";
import { ControlElement, fieldErrors, icon, problemText } from "../element.js";

let count = 0;

/**
 * A labelled control with room for a hint and for what is wrong with it, which leaves as soon as the
 * field is changed. `name` is the field of the API that it fills, so that the server's `errors` find it.
 *
 * @param {{name: string, label: string, control: HTMLElement, hint?: string, wide?: boolean}} options
 * @returns {HTMLElement}
 */
export function field({ name, label, control, hint, wide }) {
  const id = `c-field-${++count}`;
  const help = el("p.c-hint", { id: `${id}-hint`, text: hint ?? "", hidden: !hint });
  const wrong = el("p.c-wrong", { id: `${id}-wrong`, hidden: true });
  const target = control.matches("input,select,textarea") ? control : control.querySelector("input");
  if (target) {
    target.id = id;
    target.setAttribute("aria-describedby", `${help.id} ${wrong.id}`);
  }
  const props = { data: { field: name }, class: wide ? "c-wide" : null, on: { input: () => boxError(box, "") } };
  const box = el("div.c-field", props, el("label", { for: id, text: label }), control, help, wrong);
  return box;
}

/** @param {string} text @returns {string} "shop.example/mug" with the https:// that a browser's address bar leaves away */
export function withScheme(text) {
  const link = text.trim();
  return link === "" || link.startsWith("/") || /^[a-z][a-z\d+.-]*:\/\//i.test(link) ? link : `https://${link}`;
}

/**
 * Says at the field what is wrong with it; an empty message takes it away.
 *
 * @param {Element} root @param {string} name @param {string} message
 * @returns {boolean} whether there is such a field
 */
export function fieldError(root, name, message) {
  const box = root.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (box) boxError(box, message);
  return box !== null;
}

/** What is wrong is never folded away. @param {Element} box @param {string} message */
function boxError(box, message) {
  const fold = message && box.closest("details");
  if (fold) fold.open = true;
  const wrong = /** @type {HTMLElement} */ (box.querySelector(":scope > .c-wrong"));
  setText(wrong, message);
  wrong.hidden = !message;
  const input = box.querySelector("input,select,textarea");
  if (message) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
}

/** @param {Element} root */
export function clearErrors(root) {
  for (const box of root.querySelectorAll("[data-field]")) {
    fieldError(root, /** @type {HTMLElement} */ (box).dataset.field ?? "", "");
  }
}

/**
 * A row of choices of which one holds, as radio buttons that look like one control.
 *
 * @param {{name: string, legend: string, options: {value: string, label: string}[], value: string,
 *   onchange?: () => void}} choice
 * @returns {HTMLElement & {value: string}}
 */
export function choices({ name, legend, options, value, onchange }) {
  const group = `${name}-${++count}`;
  const box = el("fieldset.c-choices", { data: { field: name } }, el("legend", { text: legend }));
  for (const option of options) {
    const input = el("input", {
      type: "radio",
      name: group,
      value: option.value,
      checked: option.value === value,
      on: {
        change: () => {
          boxError(box, "");
          onchange?.();
        },
      },
    });
    box.append(el("label", input, el("span", { text: option.label })));
  }
  box.append(el("p.c-wrong", { hidden: true }));
  Object.defineProperty(box, "value", {
    get: () => box.querySelector("input:checked")?.value ?? "",
    set: (next) => {
      for (const input of box.querySelectorAll("input")) input.checked = input.value === next;
    },
  });
  return box;
}

/**
 * A modal question of our own. A subclass gives `heading`, `submitText` and `fields()`, and answers
 * `submit()`; when that is refused, the dialog stays open and says why beside the field. It leaves
 * the page when it closes: `closed` resolves to what `submit()` returned, or null.
 */
export class ControlDialog extends ControlElement {
  heading = "";
  submitText = "";
  /** Of a second button that submits and then offers the empty fields again; "": there is none. */
  againText = "";
  /** "primary" or "danger" */
  tone = "primary";
  /** Without a submit button: a dialog that only shows. */
  readOnly = false;
  /** It stays open when it was submitted, so there is nothing to cancel. */
  stays = false;
  #result = null;
  #another = false;
  /** @type {(result: any) => void} */
  #resolve = () => {};
  /** @type {Promise<any>} */
  closed = new Promise((resolve) => {
    this.#resolve = resolve;
  });

  build() {
    this.problem = el("p.c-problem", { role: "alert", hidden: true });
    const on = { submit: (event) => this.#submit(event), input: () => this.refuse("") };
    this.form = el("form", { noValidate: true, on });
    this.form.append(this.#head(), el("div.c-dialog-body", ...this.fields()), this.#foot());
    this.dialog = el("dialog.c-dialog", this.form);
    this.dialog.addEventListener("close", () => this.#gone());
    this.dialog.addEventListener("mousedown", (event) => {
      if (event.target === this.dialog) this.close();
    });
    this.append(this.dialog);
    const title = this.form.querySelector("h2");
    title.id = `c-dialog-${Math.random().toString(36).slice(2, 8)}`;
    this.dialog.setAttribute("aria-labelledby", title.id);
  }

  listen() {
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("[autofocus]")?.focus();
  }

  /** @returns {Node[]} */
  fields() {
    return [];
  }

  /** @returns {Promise<any>} */
  async submit() {
    return true;
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  /** @param {string} text an empty one takes the message away */
  refuse(text) {
    setText(this.problem, text);
    this.problem.hidden = !text;
  }

  #head() {
    const close = el("button.c-icon-button", {
      type: "button",
      "aria-label": this.t("dialog.close"),
      on: { click: () => this.close() },
    }, icon("remove"));
    return el("header.c-dialog-head", el("h2", { text: this.heading }), close);
  }

  #foot() {
    const cancel = el("button.c-button", {
      type: "button",
      text: this.t(this.readOnly || this.stays ? "dialog.close" : "dialog.cancel"),
      on: { click: () => this.close() },
    });
    // No submit button: the Enter key takes the first of those, and it is to close the dialog.
    const again = this.againText && el("button.c-button", { type: "button", text: this.againText, on: { click: () => this.#again() } });
    this.go = el(`button.c-button.c-${this.tone}`, { type: "submit", text: this.submitText });
    return el(
      "footer.c-dialog-foot",
      this.problem,
      el("div.c-dialog-buttons", cancel, again || null, !this.readOnly && this.go),
    );
  }

  async #submit(event) {
    event.preventDefault();
    if (this.readOnly || this.go.disabled || this.go.getAttribute("aria-busy") === "true") return;
    const another = this.#another;
    this.#another = false;
    this.go.setAttribute("aria-busy", "true");
    this.refuse("");
    clearErrors(this.form);
    try {
      this.#result = await this.submit();
      if (this.#result === null) return;
      if (another) this.#emptied();
      else this.close();
    } catch (problem) {
      this.#explain(problem);
    } finally {
      this.go.removeAttribute("aria-busy");
    }
  }

  #again() {
    this.#another = true;
    this.form.requestSubmit();
  }

  #emptied() {
    this.form.querySelector(".c-dialog-body").replaceChildren(...this.fields());
    this.form.querySelector("[autofocus]")?.focus();
  }

  #explain(problem) {
    let placed = 0;
    for (const [name, message] of fieldErrors(problem)) {
      if (fieldError(this.form, name, message)) placed += 1;
    }
    if (!placed) this.refuse(problemText(this.ctx.t, problem));
    const wrong = this.form.querySelector('[aria-invalid="true"]');
    wrong?.focus();
  }

  #gone() {
    this.#resolve(this.#result);
    this.remove();
  }
}

/**
 * Asks before something that cannot be taken back. Properties: `heading`, `lines` (sentences),
 * `submitText`, `tone`, `option` (what more may be ticked, "" for nothing), and `run`, which does it.
 */
class ControlConfirm extends ControlDialog {
  /** @type {string[]} */
  lines = [];
  option = "";
  /** @type {(ticked: boolean) => Promise<any>} */
  run = async () => true;

  fields() {
    this.tick = el("input", { type: "checkbox" });
    const option = el("label.c-tick", this.tick, el("span", { text: this.option }));
    return [...this.lines.map((line) => el("p", { text: line })), ...(this.option ? [option] : [])];
  }

  async submit() {
    await this.run(this.tick.checked);
    return true;
  }
}

customElements.define("control-confirm", ControlConfirm);
