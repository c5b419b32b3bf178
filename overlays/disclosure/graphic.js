import { el, setText } from "../../static/js/shared/dom.js";
import { disclosureText } from "../../static/js/shared/offer.js";
import { StageGraphic } from "../../static/js/stage/graphic.js";

/** Says that this is advertising, and of which kind. A `label` of the seller replaces our words. */
export default class Disclosure extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #text = el("span.v-disclosure__text");

  build() {
    this.#text.dir = "auto";
    return el("section.v-card.v-disclosure", this.#text);
  }

  render() {
    const { type, label, brand } = this.data;
    setText(this.#text, disclosureText({ type: type ?? "own_brand", label, brand }, this.t));
  }
}
