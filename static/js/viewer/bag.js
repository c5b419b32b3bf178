/** The bag: fetched over HTTP, a few rows on the page, all of them in a sheet. */

import { ROOT } from "../client/reconnect.js";
import { el, setAttribute, setOptional, setText } from "../shared/dom.js";
import { dealOf, fromText, offerOf } from "../shared/offer.js";
import { KeyedList, Picture, Price, aside, offerHere, productPage, safeLink } from "./parts.js";

/** A crowd that hears of the same change does not ask in the same moment. */
const SPREAD_MS = [300, 2_500];
const RETRY_MS = [4_000, 12_000];

/**
 * The bag over HTTP: asked for once, then again when told that it changed, with the ETag of what is
 * held, so that the answer is mostly "not modified". Sends `bag` when there is a new one in `products`.
 */
export class BagSource extends EventTarget {
  /** @type {object[] | null} BagItems, null until the first answer */
  products = null;
  #etag = null;
  #timer = 0;
  #asking = false;
  #again = false;

  #headers;

  /**
   * @param {string} show slug
   * @param {{etag: string, answer: {products: object[]}}} [held] came with the page
   * @param {string|null} [key] of a preview
   */
  constructor(show, held, key = null) {
    super();
    this.#headers = key ? { Authorization: `Bearer ${key}` } : {};
    if (held) {
      this.products = held.answer.products;
      this.#etag = held.etag;
    }
    this.url = `${ROOT}/api/v1/shows/${encodeURIComponent(show)}/bag`;
  }

  /** Ask at once where the page brought no bag: everybody comes at a different moment anyway. */
  start() {
    if (!this.products) this.#ask();
  }

  /** Ask soon; changes that come meanwhile are one question. */
  changed(range = SPREAD_MS) {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    if (this.#timer) return;
    const [least, most] = range;
    this.#timer = setTimeout(() => this.#ask(), least + Math.random() * (most - least));
  }

  /** Facts that need no question: stock and edited products of events. @param {object[]} events */
  apply(events) {
    if (!this.products) return;
    let products = this.products;
    for (const event of events) {
      if (event.type === "stock_changed") {
        products = products.map((item) =>
          item.sku === event.sku ? { ...item, stock: event.quantity } : item,
        );
      } else if (event.type === "bag_changed") products = rearranged(products, event);
    }
    if (products !== this.products) this.#take(products);
  }

  async #ask() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#asking = true;
    this.#again = false;
    const headers = { ...this.#headers, ...(this.#etag && { "If-None-Match": this.#etag }) };
    let failed = false;
    try {
      await this.#read(await fetch(this.url, { headers, cache: "no-store" }));
    } catch {
      failed = true;
    }
    this.#asking = false;
    if (failed) this.changed(RETRY_MS);
    else if (this.#again) this.changed();
  }

  /** @param {Response} response */
  async #read(response) {
    if (response.status === 304 || response.status === 404) return;
    if (!response.ok) throw new Error(`bag: ${response.status}`);
    const { products } = await response.json();
    this.#etag = response.headers.get("ETag");
    this.#take(products);
  }

  #take(products) {
    this.products = products;
    this.dispatchEvent(new CustomEvent("bag"));
  }
}

/** The new order with the products that are held here or came along; the rest is asked for. */
function rearranged(held, { items, products }) {
  const known = new Map([...held, ...products].map((product) => [product.sku, product]));
  return items
    .filter(({ sku }) => known.has(sku))
    .map(({ sku, number }) => ({ ...known.get(sku), number }));
}

/**
 * @typedef {object} RowModel
 * @property {string} key
 * @property {number} number call number
 * @property {object} product
 * @property {object | null} deal
 * @property {boolean} stale
 */

/**
 * The bag as rows, each with the deal that runs on it.
 * @param {object[]} bag BagItems in the host's order
 * @param {object[]} deals of the public state
 * @param {boolean} stale
 * @returns {RowModel[]}
 */
export function rowsOf(bag, deals, stale) {
  return bag.map((item) => ({
    key: item.sku,
    number: item.number,
    product: item,
    deal: dealOf(deals, item.sku),
    stale,
  }));
}

/** Rows whose call number starts with the text, or whose title or SKU contains it. */
function findRows(rows, text) {
  const wanted = plain(text);
  if (!wanted) return rows;
  const digits = wanted.replace(/\D/g, "");
  return rows.filter(
    ({ number, product }) =>
      (digits && String(number).startsWith(digits) && /^[^\d]*\d+$/.test(wanted)) ||
      plain(`${product.title} ${product.sku}`).includes(wanted),
  );
}

/** Without case and accents: "caffe" finds "Caffè". */
function plain(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().trim();
}

/**
 * One product of the bag in one line: picture, name, call number, price. All of it is the link.
 * The same row stands on the page and in the sheet.
 */
class ProductRow {
  #title = el("bdi");
  #number = el("span.v-num");
  #more = el("span.v-num");
  #deal = el("span.row-deal");
  #newTab;
  #sku = "";

  /** @param {{t: Function, lang: string, now: () => number}} words */
  constructor(words) {
    this.words = words;
    this.picture = new Picture("row");
    this.price = new Price("row-price", words.lang);
    this.#newTab = words.shop ? null : aside(` (${words.t("new_tab")})`);
    this.#deal.textContent = words.t("flash_deal");
    const meta = el("span.row-meta", this.#number, this.#more);
    const names = el("span.row-names", el("span.row-title", this.#title), " ", meta);
    const cost = el("span.row-cost", this.#deal, " ", this.price.element);
    this.link = el("a.row-link", this.picture.element, names, " ", cost, this.#newTab);
    if (!words.shop) Object.assign(this.link, { target: "_blank", rel: "noopener" });
    this.element = el("li.row", this.link);
    this.link.addEventListener("click", (event) => {
      this.#tap();
      offerHere(event, words.shop, this.#sku);
    });
  }

  /** @param {{number: number, product: object, deal: object | null, stale: boolean}} model */
  update({ number, product, deal, stale }) {
    const { t, now } = this.words;
    const offer = offerOf(product, deal, now());
    this.#sku = product.sku;
    const { shop } = this.words;
    const address = shop ? productPage(shop, product.sku) : safeLink(product.link);
    setAttribute(this.link, "href", address);
    if (this.#newTab) this.#newTab.hidden = !address;
    setAttribute(this.element, "data-sold-out", offer.soldOut ? "" : null);
    this.picture.update(product.image, "row");
    setText(this.#title, product.title);
    setText(this.#number, t("number_n", { n: number }));
    setOptional(this.#more, this.#moreOf(offer, stale));
    this.#deal.hidden = stale || offer.phase !== "running";
    this.price.update(stale ? null : offer.price, fromText(offer.priceTo, t));
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

/** As many rows as stand on the page itself; the sheet has them all. */
const ON_PAGE = 5;

/** "In this show": the first products of the bag, and the way to all of them. */
export class BagSection {
  /**
   * @param {HTMLElement} root with `[data-part]` list, all and empty
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.all = part("all");
    this.empty = part("empty");
    this.list = new KeyedList(part("list"), () => new ProductRow(words));
  }

  /** @param {RowModel[] | null} rows null: the bag is not known yet */
  update(rows) {
    if (!rows) return;
    const { t } = this.words;
    this.root.hidden = false;
    this.list.update(rows.slice(0, ON_PAGE));
    this.all.hidden = rows.length <= ON_PAGE;
    setText(this.all, t("all_products", { n: rows.length }));
    setOptional(this.empty, rows.length ? "" : t("bag_empty"));
  }
}

/** From this many products on, looking for one by its number beats scrolling. */
const WORTH_SEARCHING = 8;

/** The whole bag in a dialog: from below on a phone, at the side of a wide screen. */
export class BagSheet {
  #rows = [];

  /**
   * @param {HTMLDialogElement} dialog with `[data-part]` title, close, find, list and empty
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(dialog, words) {
    this.dialog = dialog;
    this.words = words;
    const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
    this.title = part("title");
    this.find = part("find");
    this.empty = part("empty");
    this.list = new KeyedList(part("list"), () => new ProductRow(words));
    part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    this.find.addEventListener("input", () => this.#show());
  }

  /** Opens on the whole bag; the browser gives the focus back to the button when it closes. */
  open() {
    if (this.dialog.open) return;
    this.find.value = "";
    this.#show();
    this.dialog.showModal();
  }

  /** @param {RowModel[] | null} rows */
  update(rows) {
    this.#rows = rows ?? [];
    if (this.dialog.open) this.#show();
  }

  #show() {
    const { t } = this.words;
    const found = findRows(this.#rows, this.find.value);
    setText(this.title, t("bag_title", { n: this.#rows.length }));
    const searchable = this.#rows.length >= WORTH_SEARCHING;
    this.find.parentElement.hidden = !searchable;
    this.dialog.toggleAttribute("data-searchable", searchable);
    this.list.update(found);
    const nothing = this.#rows.length ? t("nothing_found") : t("bag_empty");
    setOptional(this.empty, found.length ? "" : nothing);
  }
}
