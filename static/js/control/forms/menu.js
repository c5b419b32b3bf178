import { el, setText } from "../../shared/dom.js";
import { ControlElement } from "../element.js";
import { icon } from "../pictures.js";

/**
 * A button that opens a short list of things to do. `label` is its text; `items` are
 * `{label, run, href?, on?}`, where `on` marks the one that holds.
 */
class ControlMenu extends ControlElement {
  label = "";
  /** @type {{label: string, run?: () => void, on?: boolean, rule?: boolean}[]} */
  items = [];

  build() {
    this.words = el("span");
    this.button = el(
      "button.c-menu-button",
      { type: "button", "aria-haspopup": "true", "aria-expanded": "false", on: { click: () => this.#toggle() } },
      this.words,
      icon("down"),
    );
    this.list = el("div.c-menu-list", { role: "menu", hidden: true });
    this.append(this.button, this.list);
    this.addEventListener("keydown", (event) => this.#keys(event));
    this.name(this.label);
  }

  listen(signal) {
    const outside = (event) => {
      if (!this.contains(event.target)) this.#open(false);
    };
    document.addEventListener("pointerdown", outside, { signal });
  }

  /** @param {string} label */
  name(label) {
    setText(this.words, label);
  }

  #toggle() {
    this.#open(this.list.hidden);
  }

  #open(open) {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.list.replaceChildren(...this.items.map((item) => this.#item(item)));
    this.list.querySelector("button")?.focus();
  }

  #item({ label, run, on, rule }) {
    const click = () => {
      this.#open(false);
      this.button.focus();
      run?.();
    };
    return el("button", {
      type: "button",
      role: "menuitem",
      text: label,
      class: rule ? "c-rule" : "",
      "aria-current": on ? "true" : null,
      on: { click },
    });
  }

  #keys(event) {
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      this.#open(false);
      this.button.focus();
    } else if (step) {
      const all = [...this.list.children];
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("control-menu", ControlMenu);
