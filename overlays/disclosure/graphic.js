import { el, setText } from "../../static/js/stage/dom.js";
import { StageGraphic } from "../../static/js/stage/graphic.js";

/** @type {Record<string, string>} words for a brand that is named */
const WITH_BRAND = { paid_partnership: "paid_partnership_with" };

/** Says that this is advertising, and of which kind. A `label` of the seller replaces our words. */
export default class Disclosure extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #text = el("span", "v-disclosure__text");

  build() {
    this.#text.dir = "auto";
    return el("section", "v-card v-disclosure", this.#text);
  }

  render() {
    setText(this.#text, this.#words());
  }

  #words() {
    const { data, t } = this;
    const type = data.type ?? "own_brand";
    const label = data.label || t(type);
    if (!data.brand) return label;
    if (!data.label && WITH_BRAND[type]) return t(WITH_BRAND[type], { brand: data.brand });
    return t("with_brand", { label, brand: data.brand });
  }
}
