import { aside, node, setAttribute, setLine, setText } from "./viewer-node.js";
import { offerOf } from "./viewer-offer.js";
import { Picture } from "./viewer-picture.js";
import { Price } from "./viewer-price.js";

/**
 * One product of the bag in one line: picture, name, call number, price. All of it is the link.
 * The same row stands on the page and in the sheet.
 */
export class ProductRow {
  #title = node("bdi");
  #number = node("span", "v-num");
  #more = node("span", "v-num");
  #deal = node("span", "row-deal");
  #newTab;
  #sku = "";

  /** @param {{t: Function, lang: string, now: () => number}} words */
  constructor(words) {
    this.words = words;
    this.picture = new Picture("picture-row");
    this.price = new Price("row-price", words.lang);
    this.#newTab = aside(` (${words.t("new_tab")})`);
    this.#deal.textContent = words.t("flash_deal");
    const meta = node("span", "row-meta", this.#number, this.#more);
    const names = node("span", "row-names", node("span", "row-title", this.#title), " ", meta);
    const cost = node("span", "row-cost", this.#deal, " ", this.price.element);
    this.link = node("a", "row-link", this.picture.element, names, " ", cost, this.#newTab);
    this.link.target = "_blank";
    this.link.rel = "noopener";
    this.element = node("li", "row", this.link);
    this.link.addEventListener("click", () => this.#tap());
  }

  /** @param {{number: number, product: object, deal: object | null, stale: boolean}} model */
  update({ number, product, deal, stale }) {
    const { t, now } = this.words;
    const offer = offerOf(product, deal, now());
    this.#sku = product.sku;
    setAttribute(this.link, "href", offer.link);
    this.#newTab.hidden = !offer.link;
    setAttribute(this.element, "data-sold-out", offer.soldOut ? "" : null);
    this.picture.update(product.image);
    setText(this.#title, product.title);
    setText(this.#number, t("number_n", { n: number }));
    setLine(this.#more, this.#moreOf(offer, stale));
    this.#deal.hidden = stale || offer.phase !== "running";
    this.price.update(stale ? null : offer.price);
  }

  #moreOf(offer, stale) {
    const { t } = this.words;
    if (offer.soldOut) return ` · ${t("sold_out")}`;
    return offer.few && !stale ? ` · ${t("only_left", { n: offer.few })}` : "";
  }

  #tap() {
    if (!this.link.href) return;
    const detail = { sku: this.#sku };
    this.element.dispatchEvent(new CustomEvent("viewer-tap", { detail, bubbles: true }));
  }
}
