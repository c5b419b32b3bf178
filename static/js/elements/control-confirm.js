import { el } from "./control-dom.js";
import { ControlDialog } from "./control-dialog.js";

/**
 * Asks before something that cannot be taken back. Properties: `heading`, `lines` (sentences),
 * `submitText`, `tone`, and `run`, which does it.
 */
export class ControlConfirm extends ControlDialog {
  /** @type {string[]} */
  lines = [];
  /** @type {() => Promise<any>} */
  run = async () => true;

  fields() {
    return this.lines.map((line) => el("p", { text: line }));
  }

  async submit() {
    await this.run();
    return true;
  }
}

customElements.define("control-confirm", ControlConfirm);
