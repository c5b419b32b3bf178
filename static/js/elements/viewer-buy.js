import { aside, node, setAttribute, setText } from "./viewer-node.js";
import { Price } from "./viewer-price.js";

/**
 * The one obvious button of a card: a real link to the product in its own shop.
 * Says what it costs, that it is sold out, or how to ask where there is no link.
 * Pressing it sends `viewer-tap` with `{sku}` up the page; the link opens without waiting for that.
 */
export class BuyLink {
  #link = node("a", "buy");
  #label = node("span");
  #note = node("p", "buy-note");
  #sku = "";

  /** @param {{t: Function, lang: string}} words */
  constructor(words) {
    this.words = words;
    this.#link.target = "_blank";
    this.#link.rel = "noopener";
    this.price = new Price("", words.lang);
    const space = document.createTextNode(" ");
    this.#link.append(this.#label, space, this.price.element, aside(` (${words.t("new_tab")})`));
    this.element = node("div", "buy-place", this.#link, this.#note);
    this.#link.addEventListener("click", () => this.#tap());
    this.#link.addEventListener("auxclick", (event) => event.button === 1 && this.#tap());
  }

  /**
   * @param {object} offer from offerOf
   * @param {{sku: string, number: number, stale: boolean}} about
   */
  update(offer, { sku, number, stale }) {
    const { t } = this.words;
    this.#sku = sku;
    const open = Boolean(offer.link) && !offer.soldOut;
    this.#link.hidden = !open;
    this.#note.hidden = open;
    if (!open) {
      setText(this.#note, offer.soldOut ? t("sold_out") : t("no_link", { n: number }));
      setAttribute(this.#note, "data-sold-out", offer.soldOut ? "" : null);
      return;
    }
    setAttribute(this.#link, "href", offer.link);
    setText(this.#label, stale ? t("open_shop") : t("buy_for"));
    this.price.update(stale ? null : offer.price);
  }

  #tap() {
    const detail = { sku: this.#sku };
    this.element.dispatchEvent(new CustomEvent("viewer-tap", { detail, bubbles: true }));
  }
}
