import { el } from "../../shared/dom.js";
import { ControlDialog } from "../forms/form.js";
import { linkCode } from "../forms/sharing.js";

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
    const code = await linkCode(this, this.link, this.t("device.qr"));
    if (code) box.replaceChildren(code);
  }
}

customElements.define("control-device-dialog", ControlDeviceDialog);
