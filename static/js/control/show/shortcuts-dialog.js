import { el } from "../../shared/dom.js";
import { ControlDialog } from "../forms/form.js";

const KEYS = [
  ["N", "next"],
  ["U", "unpin"],
  ["Z", "undo"],
  ["1 … 9", "number"],
  ["A", "announce"],
  ["Esc Esc", "panic"],
  ["Alt ↑ ↓", "move"],
  ["?", "help"],
];

/** The keys that work without touching the mouse. */
class ControlShortcutsDialog extends ControlDialog {
  readOnly = true;

  build() {
    this.heading = this.t("keys_help.heading");
    super.build();
  }

  fields() {
    const rows = KEYS.flatMap(([keys, name]) => [
      el("dt", el("kbd", { text: keys })),
      el("dd", { text: this.t(`keys_help.${name}`) }),
    ]);
    return [el("dl.c-shortcuts", ...rows)];
  }
}

customElements.define("control-shortcuts-dialog", ControlShortcutsDialog);
