import { el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { icon } from "./control-icons.js";
import { copyText } from "./control-clipboard.js";
import { drawQr } from "./control-qr.js";
import { problemText } from "./control-problem.js";
import "./control-secret.js";

const SHAPES = [
  { key: "wide", ratio: "16:9", width: 1920, height: 1080, label: "main" },
  { key: "tall", ratio: "9:16", width: 1080, height: 1920, label: "vertical" },
];

/**
 * The overlay's address for OBS: dragged in, copied, or scanned with a second computer. The key in
 * it is known only to the browser that made it; another one makes a new link.
 */
export class ControlOverlayLink extends ControlElement {
  build() {
    this.make_ = el("button.c-button", {
      type: "button",
      text: this.t("overlays.new_link"),
      on: { click: () => this.act(this.make_, "newOverlayLink") },
    });
    this.note = el("p.c-hint", { text: this.t("overlays.link_hint") });
    this.box = el("div.c-link-box", { hidden: true });
    this.append(this.box, this.note, this.make_);
  }

  /** @param {any} model */
  update({ overlayLink, state }) {
    this.make_.hidden = Boolean(overlayLink);
    this.note.hidden = Boolean(overlayLink);
    this.show = state.show.title;
    if (overlayLink === this.link) return;
    this.link = overlayLink;
    this.box.hidden = !overlayLink;
    this.box.replaceChildren(...(overlayLink ? this.#parts(overlayLink) : []));
  }

  #parts(link) {
    const copy = el("button.c-button", { type: "button", text: this.t("overlays.copy") });
    copy.addEventListener("click", () => this.#copy(copy, link));
    const more = el("details.c-more", {}, el("summary", { text: this.t("overlays.more") }), this.#more(link));
    const drags = SHAPES.map((shape) => this.#drag(shape, link));
    const hint = el("p.c-hint", { text: this.t("overlays.drag_hint") });
    return [el("div.c-drags", {}, copy, ...drags), hint, more];
  }

  #more(link) {
    const secret = this.make("control-secret", { label: this.t("overlays.link"), value: link });
    const code = el("div.c-qr-box", { "aria-live": "polite" });
    secret.addEventListener("reveal", ({ detail }) => this.#code(code, detail ? link : null));
    const again = el("button.c-button.c-small", {
      type: "button",
      text: this.t("overlays.new_link"),
      on: { click: () => this.act(again, "newOverlayLink") },
    });
    return el("div.c-more-body", {}, el("p.c-hint", { text: this.t("overlays.secret_hint") }), secret, code, again);
  }

  /** OBS takes the `layer-` parameters out of a dropped address and makes the source with them. */
  #drag({ key, ratio, width, height, label }, link) {
    const address = new URL(link);
    address.searchParams.set("label", label);
    address.searchParams.set("layer-name", `Vetrina ${ratio} · ${label}`);
    address.searchParams.set("layer-width", String(width));
    address.searchParams.set("layer-height", String(height));
    const start = (event) => {
      event.dataTransfer.effectAllowed = "copyLink";
      event.dataTransfer.setData("text/uri-list", address.href);
      event.dataTransfer.setData("text/plain", address.href);
    };
    const click = () => this.say(this.t("overlays.drag_hint"), "note");
    const words = el("span", { text: this.t("overlays.drag", { ratio }) });
    return el(
      "button.c-button.c-drag",
      { type: "button", draggable: true, data: { shape: key }, on: { dragstart: start, click } },
      icon("drag"),
      words,
    );
  }

  async #copy(button, link) {
    const done = await copyText(link);
    if (!done) return this.say(this.t("secret.copy_failed"), "refused");
    write(button, this.t("secret.copied"));
    setTimeout(() => write(button, this.t("overlays.copy")), 2_000);
  }

  async #code(box, link) {
    box.replaceChildren();
    if (!link) return;
    box.dataset.wanted = "true";
    try {
      const svg = await this.ask("qr", { text: link });
      const code = drawQr(svg, this.t("overlays.qr"));
      if (code) box.replaceChildren(code, el("p.c-hint", { text: this.t("overlays.qr_hint") }));
    } catch (problem) {
      box.replaceChildren(el("p.c-wrong", { text: problemText(this.ctx.t, problem) }));
    }
  }
}

customElements.define("control-overlay-link", ControlOverlayLink);
