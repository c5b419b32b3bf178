/** A product's page while it is open: the choice of a variant, and what the running show changes. */

import { setAttribute, setOptional, setText } from "../shared/dom.js";
import { formatMoney, offerOf } from "../shared/offer.js";
import { isGone, nearest, variantOf, variantOfferOf } from "./choice.js";
import { readProduct } from "./following.js";
import { OfferParts, part, setPrice } from "./offer-parts.js";

export class ProductSheet {
  /** @type {any} the chosen variant; null for a product without options */
  #chosen = null;
  /** @type {{deal: string, prices: Record<string, any>}} of a deal where variants differ */
  #dealt = { deal: "", prices: {} };

  /**
   * @param {HTMLElement} root
   * @param {import("./offer-parts.js").Words} words
   * @param {import("./following.js").Following} following
   * @param {{product: string, chosen: string|null, read: string}} data of the page
   */
  constructor(root, words, following, { product, chosen, read }) {
    Object.assign(this, { root, words, following, sku: product, read });
    this.parts = new OfferParts(root, words);
    this.options = part(root, "options");
    this.groups = [...root.querySelectorAll("fieldset")];
    this.#chosen = this.product.variants?.find((one) => one.sku === chosen) ?? null;
    this.options?.addEventListener("change", ({ target }) => this.#choose(target));
  }

  get product() {
    return this.following.products[this.sku];
  }

  update() {
    const deal = this.following.deal(this.sku);
    const offer = this.#offer(deal);
    this.parts.update(offer, deal);
    this.#deal(offer, deal);
    this.#buy(offer);
    for (const [index, group] of this.groups.entries()) this.#values(group, index);
    const pinned = part(this.root, "pinned");
    if (pinned) pinned.hidden = !this.following.pinned(this.sku);
  }

  #offer(deal) {
    const now = this.following.now();
    if (!this.#chosen) return offerOf(this.product, deal, now);
    if (deal?.price_to && this.#dealt.deal !== deal.id) void this.#readPrices(deal.id);
    const prices = deal && this.#dealt.deal === deal.id ? this.#dealt.prices : {};
    return variantOfferOf(this.product, this.#chosen, deal, now, prices);
  }

  /** Viewers are not sent what each variant costs in a deal: it is asked for once. */
  async #readPrices(id) {
    this.#dealt = { deal: id, prices: {} };
    const told = await readProduct(this.read);
    const prices = told?.deal?.id === id ? told.deal.prices : [];
    for (const { sku, price } of prices ?? []) this.#dealt.prices[sku] = price;
    this.update();
  }

  #deal({ phase, was }, deal) {
    const { t, lang } = this.words;
    const box = part(this.root, "deal-box");
    box.hidden = phase !== "running" && phase !== "announced";
    box.dataset.phase = phase;
    const counted = phase === "running" && deal.quantity && deal.left !== null;
    setOptional(part(box, "left"), counted ? t("of_left", { left: deal.left, n: deal.quantity }) : "");
    const limit = phase === "running" ? deal.per_viewer : null;
    setOptional(part(box, "limit"), limit ? t("per_viewer", { n: limit }) : "");
    setOptional(part(this.root, "lowest"), was ? t("lowest_30", { price: formatMoney(was, lang) }) : "");
  }

  #buy(offer) {
    const buy = part(this.root, "buy");
    const form = /** @type {any} */ (part(this.root, "buy-form"));
    const can = (form || buy.hasAttribute("href")) && !offer.soldOut;
    buy.hidden = !can;
    part(this.root, "sold-out").hidden = !offer.soldOut;
    setPrice(buy.querySelector(".buy-price"), offer.price, this.words.lang);
    if (!form) return;
    part(form, "add").hidden = !can;
    form.elements.sku.value = this.#chosen?.sku ?? this.sku;
    form.elements.price.value = offer.price.amount;
  }

  #values(group, index) {
    const { values } = this.#chosen;
    for (const label of group.querySelectorAll(".value")) {
      const input = label.querySelector("input");
      input.checked = input.value === values[index];
      const gone = isGone(this.product.variants, values, index, input.value);
      setAttribute(label, "data-gone", gone ? "" : null);
      part(label, "gone").hidden = !gone;
    }
    setText(group.querySelector("[data-part=chosen] bdi"), values[index]);
  }

  #choose(input) {
    const kept = this.groups.indexOf(input.closest("fieldset"));
    const wanted = this.groups.map((group) => group.querySelector("input:checked").value);
    const { variants } = this.product;
    this.#chosen = variantOf(variants, wanted) ?? nearest(variants, wanted, kept);
    const address = new URL(location.href);
    for (const index of this.groups.keys()) address.searchParams.delete(`o${index + 1}`);
    address.searchParams.set("variant", this.#chosen.sku);
    history.replaceState(history.state, "", address);
    this.root.dispatchEvent(new CustomEvent("shop-chosen", { detail: this.#chosen, bubbles: true }));
    this.#look();
    this.update();
  }

  /** The picture of the choice comes into sight. */
  #look() {
    const { image } = this.#chosen;
    const gallery = this.root.querySelector(".gallery");
    const picture = [...gallery.children].find((one) => image && one.dataset.url.endsWith(image));
    if (!picture) return;
    gallery.scrollTo({ left: picture.offsetLeft - gallery.offsetLeft });
    if (getComputedStyle(gallery).flexWrap === "wrap") gallery.prepend(picture);
  }
}
