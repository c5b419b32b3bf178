import { el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { copyText } from "./control-clipboard.js";
import { drawQr } from "./control-qr.js";
import { problemText } from "./control-problem.js";

/** The public page of the show: its address in full, a copy button and a code to scan. */
export class ControlViewerLink extends ControlElement {
  build() {
    this.link = el("a.c-address", { target: "_blank", rel: "noopener" });
    this.copy = el("button.c-button.c-small", {
      type: "button",
      text: this.t("secret.copy"),
      on: { click: () => this.#copy() },
    });
    this.code = el("button.c-button.c-small", {
      type: "button",
      text: this.t("viewer.qr"),
      "aria-expanded": "false",
      on: { click: () => this.#toggle() },
    });
    this.box = el("div.c-qr-box");
    this.append(this.link, el("div.c-bar", {}, this.copy, this.code), this.box);
  }

  /** @param {any} model */
  update({ viewerUrl }) {
    if (this.link.href === viewerUrl) return;
    this.link.href = viewerUrl;
    write(this.link, viewerUrl.replace(/^https?:\/\//, ""));
    this.box.replaceChildren();
  }

  async #copy() {
    const done = await copyText(this.link.href);
    write(this.copy, this.t(done ? "secret.copied" : "secret.copy"));
    setTimeout(() => write(this.copy, this.t("secret.copy")), 2_000);
  }

  async #toggle() {
    const open = this.box.childElementCount > 0;
    this.code.setAttribute("aria-expanded", String(!open));
    this.box.replaceChildren();
    if (open) return;
    try {
      const code = drawQr(await this.ask("qr", { text: this.link.href }), this.t("viewer.qr_label"));
      if (code) this.box.replaceChildren(code);
    } catch (problem) {
      this.box.replaceChildren(el("p.c-wrong", { text: problemText(this.ctx.t, problem) }));
    }
  }
}

customElements.define("control-viewer-link", ControlViewerLink);
