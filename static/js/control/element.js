/** What every part of the panel is made of: its base, refusals in words, pictures, times. */

import { drawing, el, setPicture } from "../shared/dom.js";
import { dateFormat, translator } from "../shared/i18n.js";
import { formatMoney, priceText } from "../shared/offer.js";

/**
 * A refusal in plain words: the catalogue's sentence for its code, else the server's own.
 *
 * @param {(key: string, values?: Record<string, any>) => string} t
 * @param {any} problem  a Problem of client/api.js
 */
export function problemText(t, problem) {
  const key = `problem.${problem.code}`;
  const text = problem.code ? t(key) : key;
  if (text !== key) return text;
  return problem.detail || problem.title || problem.message || t("problem.unknown");
}

/**
 * The messages of an invalid body by the parts of the field's name: "price.amount" → "price". Those of
 * a variant go by its place: "variants.3.price.amount" → "variants.3.price".
 *
 * @param {any} problem
 * @returns {Map<string, string>}
 */
export function fieldErrors(problem) {
  const byField = new Map();
  for (const { field, message } of problem.errors ?? []) {
    const [variant] = /\bvariants\.\d+\.\w+/.exec(field) ?? [];
    const parts = variant ? [variant] : String(field).split(/[.[\]]+/).filter((part) => part && !/^\d+$/.test(part));
    for (const part of parts) if (!byField.has(part)) byField.set(part, message);
  }
  return byField;
}

/**
 * What every part of the panel may use besides its own data.
 *
 * @typedef {object} Context
 * @property {(key: string, values?: Record<string, any>) => string} t   text from the catalogue
 * @property {string} lang
 * @property {(words: Record<string, any>) => void} learn                    more words, as they come
 * @property {() => number} now                                          server time, ms
 * @property {(money: {amount: number, currency: string}) => string} money
 * @property {(offer: {price: any, priceTo?: any}) => string} price       "from €18.90" where variants differ
 * @property {(n: number) => string} number                              1284 → "1,284"
 * @property {(ms: number) => string} time                               "21:40", local
 * @property {(ms: number) => string} day                                "28 Nov 2025"
 * @property {(ms: number) => string} dayTime                            "28 Nov 2025, 21:40"
 */

/** @param {import("../shared/i18n.js").Catalogue} catalogue of one language, which `learn` adds to @returns {Context} */
export function contextOf(catalogue) {
  const [[lang, known]] = Object.entries(catalogue);
  const words = { ...known };
  const t = translator({ [lang]: words }, lang);
  const clock = dateFormat(t.lang, { hour: "numeric", minute: "2-digit" });
  const days = dateFormat(t.lang, { dateStyle: "medium" });
  const dayTimes = dateFormat(t.lang, { dateStyle: "medium", timeStyle: "short" });
  const number = new Intl.NumberFormat(t.lang);
  return {
    t,
    lang: t.lang,
    learn: (more) => Object.assign(words, more),
    now: () => Date.now(),
    money: (money) => formatMoney(money, t.lang),
    price: (offer) => priceText(offer, t.lang, t),
    number: (n) => number.format(n),
    time: (ms) => clock.format(ms),
    day: (ms) => days.format(ms),
    dayTime: (ms) => dayTimes.format(ms),
  };
}

/**
 * A part of the panel. It draws what `update` hands it and never touches the network: what it wants
 * done it asks for with a bubbling `ask` event, which the page answers with a promise.
 */
export class ControlElement extends HTMLElement {
  /** @type {Context} */
  ctx;
  /** @type {AbortController|null} */
  #lifetime = null;

  connectedCallback() {
    this.#lifetime = new AbortController();
    this.listen(this.#lifetime.signal);
  }

  disconnectedCallback() {
    this.#lifetime?.abort();
  }

  /** Makes the element's own nodes: once, as soon as its properties are set. */
  build() {}

  /** @param {AbortSignal} _signal ends when the element leaves the page: for listeners outside it */
  listen(_signal) {}

  /** @param {string} tag @param {Record<string, any>} [props] @returns {any} a part that shares this context */
  make(tag, props = {}) {
    return make(this.ctx, tag, props);
  }

  /** @param {string} key @param {Record<string, any>} [values] */
  t(key, values) {
    return this.ctx.t(key, values);
  }

  /**
   * @param {string} name  an action of pages/control-actions.js
   * @param {Record<string, any>} [args]
   * @returns {Promise<any>} rejects with the server's Problem
   */
  ask(name, args = {}) {
    const detail = { name, args, answer: null };
    this.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail }));
    return detail.answer ?? Promise.reject(new Error(`expected somebody to answer "${name}"`));
  }

  /**
   * Asks on behalf of a button: it shows at once that it was pressed, a second press waits for the
   * first, and a refusal is told in a toast.
   *
   * @param {HTMLElement} button @param {string} name @param {Record<string, any>} [args]
   * @returns {Promise<{ok: boolean, answer?: any}>}
   */
  async act(button, name, args = {}) {
    if (button.getAttribute("aria-busy") === "true") return { ok: false };
    button.setAttribute("aria-busy", "true");
    try {
      return { ok: true, answer: await this.ask(name, args) };
    } catch (problem) {
      this.say(problemText(this.ctx.t, problem), "refused");
      return { ok: false };
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** @param {string} text @param {"done"|"refused"|"note"} [tone] */
  say(text, tone = "done") {
    this.ask("say", { text, tone });
  }
}

/** @param {Context} ctx @param {string} tag @param {Record<string, any>} [props] @returns {any} */
export function make(ctx, tag, props = {}) {
  const part = Object.assign(document.createElement(tag), { ctx }, props);
  part.build();
  return part;
}

/**
 * A card of the side column with a title and its parts.
 *
 * @param {string} heading @param {Node[]} parts
 */
export function card(heading, parts) {
  return el("section.c-card", el("h2", { text: heading }), ...parts);
}

/**
 * A card that is closed until it is needed; `opened` is called each time it opens, to fetch.
 *
 * @param {string} heading @param {Node[]} parts @param {() => void} [opened]
 */
export function closedCard(heading, parts, opened) {
  const box = el(
    "details.c-card",
    { on: { toggle: () => box.open && opened?.() } },
    el("summary", el("h2", { text: heading })),
    ...parts,
  );
  return box;
}

/**
 * Brings the children of `parent` to exactly `nodes` in that order, moving as few as it can and
 * leaving the focused one in place.
 *
 * @param {Element} parent @param {Element[]} nodes
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  const focused = document.activeElement;
  const kept = nodes.findIndex((node) => node.contains(focused));
  if (kept < 0 || nodes[kept].parentElement !== parent) {
    nodes.forEach((node, index) => place(parent, node, parent.children[index] ?? null));
    return;
  }
  for (const node of nodes.slice(0, kept)) parent.insertBefore(node, nodes[kept]);
  let after = nodes[kept];
  for (const node of nodes.slice(kept + 1)) {
    place(parent, node, after.nextElementSibling);
    after = node;
  }
}

/** @param {Element} parent @param {Element} node @param {Element|null} before */
function place(parent, node, before) {
  if (node !== before) parent.insertBefore(node, before);
}

/** The few line drawings of the panel, one path each on a 20 by 20 grid. */
const PATHS = {
  handle: "M7 5h.01M13 5h.01M7 10h.01M13 10h.01M7 15h.01M13 15h.01",
  edit: "M4 16l.8-3.4L13 4.4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2 4 16z",
  remove: "M5 5l10 10M15 5L5 15",
  check: "M4 10.5l4 4 8-9",
  down: "M5 8l5 5 5-5",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  copy: "M7 7V4.5h8.5V13H13M4.5 7H13v8.5H4.5z",
  warning: "M10 3l8 14H2L10 3zM10 8.5v4M10 14.8v.01",
  drag: "M10 3v14M3 10h14M10 3L8 5M10 3l2 2M10 17l-2-2M10 17l2-2M3 10l2-2M3 10l2 2M17 10l-2-2M17 10l-2 2",
  image: "M3.5 4.5h13v11h-13zM3.5 13l4-4 3.5 3.5 2-2 3.5 3.5M12.5 7.8v.01",
  plus: "M10 4v12M4 10h12",
  dot: "M10 10h.01",
};
/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGSVGElement} decorative: hidden from screen readers
 */
export function icon(name) {
  return drawing(PATHS[name], `c-icon c-icon-${name}`, 20);
}

/**
 * A product's small picture, or its initial where there is none or it does not load.
 *
 * @param {{title: string, image: string|null}} product
 * @returns {HTMLElement}
 */
export function picture(product) {
  const box = el("span.c-picture", { "aria-hidden": "true" });
  showPicture(box, product);
  return box;
}

/**
 * @param {HTMLElement} box made by `picture`
 * @param {{title: string, image: string|null}} product
 */
export function showPicture(box, product) {
  const key = `${product.image ?? ""}|${product.title}`;
  if (box.dataset.shown === key) return;
  box.dataset.shown = key;
  const initial = el("span.c-initial", { text: [...product.title.trim()][0] ?? "" });
  box.replaceChildren(initial);
  if (!product.image) return;
  const image = el("img", { alt: "", loading: "lazy", decoding: "async" });
  setPicture(image, product.image, "52px");
  image.addEventListener("error", () => image.remove(), { once: true });
  image.addEventListener("load", () => initial.remove(), { once: true });
  box.append(image);
}

/**
 * @param {number} ms
 * @returns {string} "00:42:10", for a clock that counts up
 */
export function elapsed(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * How long ago in the two words a narrow column has room for: "12 s", "3 min", "2 h".
 *
 * @param {(key: string, values: {n: number}) => string} t
 * @param {number} ms
 */
export function ago(t, ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t("ago.seconds", { n: seconds });
  if (seconds < 3600) return t("ago.minutes", { n: Math.floor(seconds / 60) });
  return t("ago.hours", { n: Math.floor(seconds / 3600) });
}
