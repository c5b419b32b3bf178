import { ROOT } from "./reconnect.js";

/** An answer that was not a success: RFC 9457 problem details, or no answer at all. */
export class Problem extends Error {
  /**
   * @param {{status?: number, code?: string, title?: string, detail?: string,
   *   errors?: Array<{field: string, message: string}>}} details
   *   `status` 0 and `code` "offline" when the server was not reached
   */
  constructor({ status = 0, code = "offline", title = "", detail = "", errors = [] }) {
    super(detail || title || code);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
  }
}

const BASE = `${ROOT}/api/v1`;

/**
 * The HTTP interface. Paths are below `/api/v1`: `api.post("/shows", {…})`.
 * Every call resolves to the parsed JSON (null when there is none) or throws a {@link Problem}.
 */
export class Api {
  #key;
  #fetch;

  /** @param {{key?: string|null, fetch?: typeof fetch}} options `key` is sent as a bearer token */
  constructor({ key = null, fetch: fetcher = (...args) => fetch(...args) } = {}) {
    this.#key = key;
    this.#fetch = fetcher;
  }

  /** @param {string} path */
  get(path) {
    return this.#call("GET", path);
  }

  /**
   * A page of the catalogue. A search looks at a part of it at once: it goes on until something is found.
   *
   * @param {{text?: string, after?: string|null}} [wanted]
   * @returns {Promise<{products: any[], next?: string}>}
   */
  async products({ text = "", after = null } = {}) {
    for (let next = after; ; ) {
      const query = new URLSearchParams({ limit: "100", ...(text && { q: text }), ...(next && { after: next }) });
      const page = await this.get(`/products?${query}`);
      if (page.products.length > 0 || !page.next) return page;
      next = page.next;
    }
  }

  /**
   * All that is known of a product. Its SKU is a part of the address, which a slash would end: then what
   * the list says of it, and what else there is stays as it is.
   *
   * @param {string} sku @returns {Promise<any>}
   */
  async product(sku) {
    if (!sku.includes("/")) return this.get(`/products/${encodeURIComponent(sku)}`);
    const { products } = await this.products({ text: sku });
    const found = products.find((product) => product.sku === sku);
    if (!found) throw new Problem({ status: 404, code: "unknown_sku" });
    return found;
  }

  /** @param {{sku: string}} product @returns {Promise<any>} as the server keeps it */
  async saveProduct(product) {
    if (!product.sku.includes("/")) return this.put(`/products/${encodeURIComponent(product.sku)}`, product);
    return (await this.post("/products", product)).products[0];
  }

  /**
   * @param {string} path
   * @param {unknown} [body] JSON, or a Blob or a form that is sent as it is
   * @param {{idempotencyKey?: string}} [options] give the key of the first try to repeat a call safely
   */
  post(path, body, { idempotencyKey = newIdempotencyKey() } = {}) {
    return this.#call("POST", path, body, { "Idempotency-Key": idempotencyKey });
  }

  /** @param {string} path @param {unknown} [body] */
  put(path, body) {
    return this.#call("PUT", path, body);
  }

  /** @param {string} path @param {unknown} body what is left out of it stays */
  patch(path, body) {
    return this.#call("PATCH", path, body);
  }

  /** @param {string} path */
  delete(path) {
    return this.#call("DELETE", path);
  }

  /**
   * @param {string} method @param {string} path @param {unknown} [body]
   * @param {Record<string, string>} [extra]
   */
  async #call(method, path, body, extra = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...extra };
    if (this.#key) headers.Authorization = `Bearer ${this.#key}`;
    const form = body instanceof FormData;
    const raw = form || body instanceof Blob;
    if (body !== undefined && !form) headers["Content-Type"] = raw && body.type ? body.type : "application/json";
    const init = { method, headers, body: raw || body === undefined ? body : JSON.stringify(body) };
    let response;
    try {
      response = await this.#fetch(path.startsWith(BASE) ? path : BASE + path, init);
    } catch (error) {
      throw new Problem({ detail: error instanceof Error ? error.message : String(error) });
    }
    const answer = await parsed(response);
    if (!response.ok) throw problemOf(response, answer);
    return answer;
  }
}

/** @param {Response} response @returns {Promise<any>} null when the body is empty or not JSON */
async function parsed(response) {
  try {
    const text = await response.text();
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** @param {Response} response @param {any} answer */
function problemOf(response, answer) {
  const details = answer !== null && typeof answer === "object" ? answer : {};
  return new Problem({ title: response.statusText, code: `http_${response.status}`, ...details, status: response.status });
}

/** 128 random bits; `crypto.randomUUID` is missing on plain-HTTP LAN addresses. */
function newIdempotencyKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
