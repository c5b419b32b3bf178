import { el } from "../../shared/dom.js";
import { problemText } from "../element.js";
import { ControlDialog } from "../forms/form.js";
import { drawQr } from "../forms/sharing.js";

/** A one-time login link for the dock in OBS (`dock`) or for another device. Properties: `link`. */
class ControlDeviceDialog extends ControlDialog {
  readOnly = true;
  link = "";
  dock = false;

  build() {
    this.heading = this.t(this.dock ? "device.dock_heading" : "device.heading");
    super.build();
  }

  fields() {
    const secret = this.make("control-secret", { label: this.t("device.link"), value: this.link });
    const code = el("div.c-qr-box", { "aria-live": "polite" });
    secret.addEventListener("reveal", ({ detail }) => this.#code(code, detail));
    const steps = this.t(this.dock ? "device.dock_steps" : "device.steps");
    return [el("p", { text: steps }), secret, code, el("p.c-hint", { text: this.t("device.once") })];
  }

  async #code(box, shown) {
    box.replaceChildren();
    if (!shown || this.dock) return;
    try {
      const svg = drawQr(await this.ask("qr", { text: this.link }), this.t("device.qr"));
      if (svg) box.replaceChildren(svg);
    } catch (problem) {
      box.replaceChildren(el("p.c-wrong", { text: problemText(this.ctx.t, problem) }));
    }
  }
}

customElements.define("control-device-dialog", ControlDeviceDialog);
