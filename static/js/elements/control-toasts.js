import { el } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { icon } from "./control-icons.js";

const STAYS_MS = { done: 4_000, note: 6_000, refused: 9_000 };

/**
 * Short answers at the foot of the panel: what was done, what was refused and why. A toast with an
 * action (Undo) stays exactly as long as the action is possible. At most three at a time.
 */
export class ControlToasts extends ControlElement {
  build() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
  }

  /**
   * @param {{text: string, tone?: "done"|"note"|"refused", action?: {label: string, run: () => void},
   *   stays?: number, tag?: string}} toast  one with the same `tag` is replaced
   */
  show({ text, tone = "done", action, stays = STAYS_MS[tone], tag = "" }) {
    for (const old of [...this.children]) if (tag && old.dataset.tag === tag) old.remove();
    const toast = el("div.c-toast", { data: { tone, tag } }, el("span", { text }));
    const leave = () => toast.remove();
    if (action) toast.append(this.#action(action, leave));
    toast.append(this.#close(leave));
    this.append(toast);
    while (this.children.length > 3) this.firstElementChild?.remove();
    setTimeout(leave, stays);
  }

  #action({ label, run }, leave) {
    const click = () => {
      leave();
      run();
    };
    return el("button.c-button.c-small", { type: "button", text: label, on: { click } });
  }

  #close(leave) {
    const label = this.t("toast.close");
    return el("button.c-icon-button", { type: "button", "aria-label": label, on: { click: leave } }, icon("remove"));
  }
}

customElements.define("control-toasts", ControlToasts);
