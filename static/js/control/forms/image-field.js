import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, icon, problemText } from "../element.js";
import { sendPictures } from "./pictures.js";

/**
 * The picture of a product: chosen, dropped or pasted, sent at once, and shown as the server keeps
 * it. Of several one is chosen. `value` is the picture's address or null; `busy` while some are under way.
 */
class ControlImageField extends ControlElement {
  /** @type {string|null} */
  value = null;
  busy = false;
  /** What was sent, in order; with several of them there are small ones to choose from. @type {string[]} */
  values = [];
  /** What is under way: the first is number 0. */
  #at = { done: 0, of: 1 };

  build() {
    if (this.value && this.values.length === 0) this.values = [this.value];
    this.picture = el("img", { alt: "", hidden: true });
    this.note = el("span.c-drop-note", { role: "status" });
    this.file = el("input", {
      type: "file",
      accept: "image/*,.heic,.heif",
      multiple: true,
      on: { change: () => this.#take(this.file.files) },
    });
    this.clear = el("button.c-button.c-small", {
      type: "button",
      text: this.t("image.remove"),
      on: { click: () => this.#remove() },
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
    this.small = el("div.c-thumbs", { role: "group", "aria-label": this.t("image.several"), hidden: true });
    this.append(drop, this.small, this.clear, this.wrong);
    this.#show(this.value);
  }

  #over(event, drop, on) {
    event.preventDefault();
    drop.toggleAttribute("data-over", on);
  }

  async #take(list) {
    const files = [...(list ?? [])];
    if (files.length === 0 || this.busy) return;
    this.#working(true);
    try {
      this.#came(await sendPictures(files, (file) => this.ask("uploadImage", { file }), (done, of) => this.#progress(done, of)));
    } catch (problem) {
      this.#came(problem.urls ?? []);
      setText(this.wrong, problemText(this.ctx.t, problem));
      this.wrong.hidden = false;
    } finally {
      this.#working(false);
      this.file.value = "";
    }
  }

  #progress(done, of) {
    this.#at = { done, of };
    this.#words();
  }

  /** @param {string[]} urls one picture alone replaces what was there */
  #came(urls) {
    if (urls.length === 0) return;
    this.values = urls.length === 1 && this.values.length < 2 ? urls : [...new Set([...this.values, ...urls])];
    this.#show(urls[0]);
  }

  #remove() {
    this.values = this.values.filter((url) => url !== this.value);
    this.#show(this.values[0] ?? null);
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
    this.#drawSmall();
    this.#words();
  }

  /** The nodes stay while the pictures do: a node that is made anew loses the focus. */
  #drawSmall() {
    const urls = this.values.length > 1 ? this.values : [];
    const drawn = [...this.small.children];
    if (drawn.map((thumb) => thumb.dataset.url).join() !== urls.join()) {
      this.small.replaceChildren(...urls.map((url, index) => this.#thumb(url, index + 1)));
    }
    this.small.hidden = urls.length === 0;
    for (const thumb of this.small.children) setAttribute(thumb, "aria-pressed", String(thumb.dataset.url === this.value));
  }

  #thumb(url, n) {
    return el(
      "button.c-thumb",
      { type: "button", "aria-label": this.t("image.choose", { n }), data: { url }, on: { click: () => this.#show(url) } },
      el("img", { alt: "", src: url }),
    );
  }

  #words() {
    const { done, of } = this.#at;
    if (this.busy && of > 1) setText(this.note, this.t("image.sending_some", { n: Math.min(done + 1, of), of }));
    else if (this.busy) setText(this.note, this.t("image.sending"));
    else setText(this.note, this.value ? "" : this.t("image.drop"));
  }
}

customElements.define("control-image-field", ControlImageField);
