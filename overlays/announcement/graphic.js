import { el, setText } from "../../static/js/shared/dom.js";
import { StageGraphic } from "../../static/js/stage/graphic.js";

/** What the host has to say, until it is taken back. */
export default class Announcement extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #text = el("p.v-announcement__text");

  build() {
    this.#text.dir = "auto";
    return el("section.v-card.v-announcement", this.#text);
  }

  /** @param {Record<string, any>} before @param {boolean} still */
  render(before, still) {
    const { text = "" } = this.data;
    setText(this.#text, text ?? "");
    this.card.toggleAttribute("data-long", (text ?? "").length > 70);
    if (before.text && before.text !== text && !still) this.entrance.refresh(this.#text, this.allowed);
  }
}
