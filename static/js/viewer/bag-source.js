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

  /** @param {string} show slug @param {{etag: string, answer: {products: object[]}}} [held] came with the page */
  constructor(show, held) {
    super();
    if (held) {
      this.products = held.answer.products;
      this.#etag = held.etag;
    }
    this.url = `/api/v1/shows/${encodeURIComponent(show)}/bag`;
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
    const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
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
