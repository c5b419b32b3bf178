import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, icon, problemText } from "../element.js";

/**
 * The picture of a product: chosen, dropped or pasted, sent at once, and shown as the server keeps
 * it. `value` is the picture's address or null; `busy` while one is under way.
 */
class ControlImageField extends ControlElement {
  /** @type {string|null} */
  value = null;
  busy = false;

  build() {
    this.picture = el("img", { alt: "", hidden: true });
    this.note = el("span.c-drop-note");
    this.file = el("input", {
      type: "file",
      accept: "image/*",
      on: { change: () => this.#take(this.file.files) },
    });
    this.clear = el("button.c-button.c-small", {
      type: "button",
      text: this.t("image.remove"),
      on: { click: () => this.#show(null) },
    });
    const drop = el("label.c-drop", icon("image"), this.picture, this.note, this.file);
    drop.addEventListener("dragover", (event) => this.#over(event, drop, true));
    drop.addEventListener("dragleave", (event) => this.#over(event, drop, false));
    drop.addEventListener("drop", (event) => {
      this.#over(event, drop, false);
      this.#take(event.dataTransfer?.files);
    });
    this.addEventListener("paste", (event) => this.#take(event.clipboardData?.files));
    this.wrong = el("p.c-wrong", { role: "alert", hidden: true });
    this.append(drop, this.clear, this.wrong);
    this.#show(this.value);
  }

  #over(event, drop, on) {
    event.preventDefault();
    drop.toggleAttribute("data-over", on);
  }

  async #take(files) {
    const file = files?.[0];
    if (!file || this.busy) return;
    this.#working(true);
    try {
      const { url } = await this.ask("uploadImage", { file });
      this.#show(url);
    } catch (problem) {
      setText(this.wrong, problemText(this.ctx.t, problem));
      this.wrong.hidden = false;
    } finally {
      this.#working(false);
      this.file.value = "";
    }
  }

  #working(busy) {
    this.busy = busy;
    setAttribute(this, "aria-busy", busy ? "true" : null);
    if (busy) this.wrong.hidden = true;
    this.#words();
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string|null} url */
  #show(url) {
    this.value = url;
    this.picture.hidden = !url;
    if (url) this.picture.src = url;
    this.clear.hidden = !url;
    this.#words();
  }

  #words() {
    if (this.busy) setText(this.note, this.t("image.sending"));
    else setText(this.note, this.value ? "" : this.t("image.drop"));
  }
}

customElements.define("control-image-field", ControlImageField);
