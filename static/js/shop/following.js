/** The show that is on, as a page of the shop follows it; and what products cost without it. */

import { LiveConnection } from "../client/connection.js";
import { ROOT } from "../client/reconnect.js";
import { dealOf } from "../shared/offer.js";
import { Freshness } from "../shared/timers.js";

const BEAT_MS = 1_000;

/**
 * Sends "change" whenever something may look different. Whoever reads here does not watch the show,
 * and says so, so that nobody is counted who only shops.
 */
export class Following extends EventTarget {
  /** @type {LiveConnection|null} null while no show is on */
  connection = null;
  #freshness = new Freshness();

  /** @param {{show?: string, start?: any, products: Record<string, any>}} data of the page */
  constructor({ show, start, products }) {
    super();
    this.products = products;
    if (!show) return;
    const hello = { role: "viewer", show, watching: false };
    this.connection = new LiveConnection({ hello: /** @type {any} */ (hello) });
    this.connection.resumeFrom(start);
  }

  start() {
    addEventListener("online", () => this.#tell());
    addEventListener("offline", () => this.#tell());
    const { connection } = this;
    if (!connection) return this.#tell();
    connection.addEventListener("state", ({ detail }) => this.#happened(detail.events));
    connection.addEventListener("signal", () => this.#tell());
    connection.addEventListener("status", ({ detail }) => {
      this.#freshness.changed(detail.status);
      this.#tell();
    });
    addEventListener("pageshow", () => connection.wake());
    document.addEventListener("visibilitychange", () => document.hidden || connection.wake());
    setInterval(() => this.#tell(), BEAT_MS);
    connection.start();
    return this.#tell();
  }

  /** Server time in ms, as well as it is known here. */
  now() {
    return this.connection?.serverNow() ?? Date.now();
  }

  get state() {
    const state = this.connection?.state;
    return state && !state.panic && state.show.status !== "ended" ? state : null;
  }

  /** @param {string} sku @returns {any} the product's deal, or null */
  deal(sku) {
    return this.state ? dealOf(this.state.deals, sku) : null;
  }

  /** @param {string} sku */
  pinned(sku) {
    return Boolean(this.state?.pins.some((pin) => pin.product.sku === sku));
  }

  /** @returns {"" | "offline" | "reconnecting"} */
  get trouble() {
    if (!navigator.onLine) return "offline";
    return this.connection && this.#freshness.banner(this.connection.heardAt) ? "reconnecting" : "";
  }

  /** @param {any[]} events facts of products, which no state of a show holds */
  #happened(events) {
    for (const event of events) {
      if (event.type === "stock_changed") this.#stock(event);
      if (event.type === "bag_changed") {
        for (const product of event.products) this.#edited(product);
      }
    }
    this.dispatchEvent(new CustomEvent("events", { detail: events }));
    this.#tell();
  }

  #stock({ sku, quantity, variant, variant_quantity }) {
    const product = this.products[sku];
    if (!product) return;
    product.stock = quantity;
    const choice = product.variants?.find((one) => one.sku === variant);
    if (choice) choice.stock = variant_quantity ?? null;
  }

  #edited({ sku, title, price, price_to = null, prior_price, stock }) {
    const product = this.products[sku];
    if (product) Object.assign(product, { title, price, price_to, prior_price, stock });
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/** The product as the server tells it now, with what each variant costs; null where it cannot be read. */
export async function readProduct(address) {
  try {
    const answer = await fetch(ROOT + address, { cache: "no-cache" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
