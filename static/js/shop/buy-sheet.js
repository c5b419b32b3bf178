/** Buying beside the show: choose, see what it costs, and pay, without leaving the page before that. */

import { drawing, el, setAttribute, setPicture, setText } from "../shared/dom.js";
import { fetchWords, translator } from "../shared/i18n.js";
import { dealOf, formatMoney, offerOf } from "../shared/offer.js";
import "../shared/timers.js";
import { isGone, nearest, variantOf, variantOfferOf } from "./choice.js";
import { WORDS } from "./drawer.js";
import { readProduct } from "./following.js";

const BEAT_MS = 1_000;

/** @param {{shop: string, show: string, lang: string, now: () => number, opener: any, delivery: string}} how `delivery`: what it costs, in words */
export async function openedSheet(how) {
  return new BuySheet(how, translator(await fetchWords(WORDS, how.lang), how.lang));
}

class BuySheet {
  /** @type {any} what the shop tells of the product */
  #product = null;
  /** @type {any} the chosen variant, null without options */
  #chosen = null;
  #state = () => null;
  #timer = 0;
  #busy = false;

  constructor({ shop, show, lang, now, opener, delivery }, t) {
    Object.assign(this, { shop, show, lang, now, opener, delivery, t });
    this.dialog = el("dialog.your-bag.bag-drawer.buy-sheet", { "aria-labelledby": "buy-title" });
    document.body.append(this.dialog);
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => clearInterval(this.#timer));
  }

  /**
   * @param {string} sku @param {HTMLElement} from gets the focus back
   * @param {any} known the product as the page knows it: one that is not in the shop is sold here too
   * @param {() => any} state of the show
   */
  async open(sku, from, known, state) {
    const told = await this.#read(sku);
    if (!told && (!known || known.price_to)) throw new Error("this product is not told");
    this.#product = told ?? known;
    this.#state = state;
    const { variants } = this.#product;
    this.#chosen = variants ? (variants.find((one) => one.stock !== 0) ?? variants[0]) : null;
    this.dialog.replaceChildren(this.#drawn());
    this.#update();
    this.#timer = setInterval(() => this.#update(), BEAT_MS);
    this.dialog.showModal();
    this.dialog.addEventListener("close", () => from.isConnected && from.querySelector("a")?.focus(), { once: true });
  }

  #read(sku) {
    const path = ["shops", this.shop, "products", sku].map(encodeURIComponent);
    return readProduct(["", "api", "v1", ...path].join("/"));
  }

  #drawn() {
    const { t } = this;
    const { title, image, min_age: age } = this.#product;
    const close = el("button.bag-close", { type: "button", "aria-label": t("close"), on: { click: () => this.dialog.close() } });
    close.append(drawing("m6 6 12 12M18 6 6 18"));
    this.picture = el("span.bag-picture");
    this.#show(image);
    this.price = el("b.buy-sheet-price.v-num");
    this.was = el("s.note.v-num");
    this.note = el("p.note.v-num");
    this.said = el("p.bag-said", { role: "alert", hidden: true });
    this.groups = (this.#product.options ?? []).map((name, index) => this.#group(name, index));
    this.adult = age ? el("input", { type: "checkbox", required: true }) : null;
    this.buy = el("button.bag-buy", { name: "do", value: "buy" });
    this.add = el("button.second", { name: "do", value: "add", text: t("to_bag") });
    const form = el("form.buy-now", this.adult && el("label.bag-age", this.adult, ` ${t("min_age", { n: age })}`), this.buy, this.add);
    form.addEventListener("submit", (event) => this.#submit(event));
    const heading = el("div.buy-sheet-words", el("h1", { id: "buy-title" }, el("bdi", { text: title })), el("p.buy-sheet-prices", this.price, " ", this.was), this.note);
    const delivery = this.delivery && el("p.buy-sheet-delivery.v-num", { text: this.delivery });
    const head = el("div.buy-sheet-head", this.picture, heading, close);
    return el("div.bag-drawer-inner", head, this.said, ...this.groups.map(({ element }) => element), delivery, form);
  }

  #show(image) {
    this.picture.replaceChildren();
    if (!image) return;
    const picture = el("img", { alt: "", width: 160, height: 160 });
    setPicture(picture, image, "88px");
    this.picture.append(picture);
  }

  #group(name, index) {
    const values = [...new Set(this.#product.variants.map((one) => one.values[index]))];
    const chosen = el("bdi");
    const labels = values.map((text) => {
      const input = el("input", { type: "radio", name: `o${index + 1}`, value: text, on: { change: () => this.#choose(index) } });
      const gone = el("span.vh", { text: ` (${this.t("sold_out")})` });
      return { text, input, gone, element: el("label.value", input, el("span", el("bdi", { text }), gone)) };
    });
    const element = el("fieldset.buy-sheet-options", el("legend", `${name} · `, chosen), ...labels.map((one) => one.element));
    return { element, labels, chosen };
  }

  #choose(kept) {
    const wanted = this.groups.map(({ labels }, index) => (labels.find(({ input }) => input.checked) ?? { text: this.#chosen.values[index] }).text);
    const { variants } = this.#product;
    this.#chosen = variantOf(variants, wanted) ?? nearest(variants, wanted, kept);
    if (this.#chosen.image) this.#show(this.#chosen.image);
    this.#update();
  }

  /** The product, its deal and the choice at this moment. */
  #offer() {
    const state = this.#state();
    const deal = state && !state.panic ? dealOf(state.deals, this.#product.sku) : null;
    if (!this.#chosen) return { deal, offer: offerOf(this.#product, deal, this.now()) };
    const told = this.#product.deal?.id === deal?.id ? (this.#product.deal?.prices ?? []) : [];
    const prices = Object.fromEntries(told.map(({ sku, price }) => [sku, price]));
    return { deal, offer: variantOfferOf(this.#product, this.#chosen, deal, this.now(), prices) };
  }

  #update() {
    const { t, lang } = this;
    const { deal, offer } = this.#offer();
    setText(this.price, formatMoney(offer.price, lang));
    this.was.hidden = !offer.was;
    if (offer.was) setText(this.was, formatMoney(offer.was, lang));
    const left = offer.phase === "running" && deal.quantity ? deal.left : offer.few;
    const note = offer.soldOut || left === 0 ? t("sold_out") : left ? t("only_left", { n: left }) : "";
    setText(this.note, [offer.phase === "running" ? t("flash_deal") : "", note].filter(Boolean).join(" · "));
    setText(this.buy, `${t("buy_now")} ${formatMoney(offer.price, lang)}`);
    this.buy.disabled = this.add.disabled = offer.soldOut || left === 0;
    for (const [index, { labels, chosen }] of this.groups.entries()) {
      setText(chosen, this.#chosen.values[index]);
      for (const { text, input, gone, element } of labels) {
        input.checked = text === this.#chosen.values[index];
        const out = isGone(this.#product.variants, this.#chosen.values, index, text);
        setAttribute(element, "data-gone", out ? "" : null);
        gone.hidden = !out;
      }
    }
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    this.#busy = true;
    const { offer } = this.#offer();
    const does = event.submitter?.value ?? "buy";
    const fields = { do: does, sku: this.#chosen?.sku ?? this.#product.sku, price: offer.price.amount, show: this.show };
    try {
      const drawer = await this.opener.drawer();
      const told = await drawer.bag.send({ ...fields, ...(this.adult?.checked && { adult: "yes" }) });
      if (told.pay) return location.assign(told.pay.url);
      if (told.said) return this.#refused(told.said);
      this.dialog.close();
      await drawer.open(null);
    } catch {
      this.#refused(this.t("no_answer"));
    } finally {
      this.#busy = false;
    }
    return undefined;
  }

  #refused(said) {
    this.said.hidden = false;
    setText(this.said, said);
    void this.#again();
  }

  /** What is left, and what it costs, may be another by now. */
  async #again() {
    const told = await this.#read(this.#product.sku);
    if (told) {
      this.#product = told;
      this.#chosen = told.variants?.find((one) => one.sku === this.#chosen?.sku) ?? this.#chosen;
    }
    this.#update();
  }
}
