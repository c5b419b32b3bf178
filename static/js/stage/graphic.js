import { dir, fetchWords, persistently, pickLanguage, translator } from "../shared/i18n.js";
import { Entrance, allowedMotion, pictureComes } from "./parts.js";

/** @type {Map<string, Promise<void>>} by address */
const loading = new Map();

/**
 * Make sure that a style sheet is in the document, once. A page may link it itself, also under an
 * address with a hash in it.
 *
 * @param {URL} address
 * @returns {Promise<void>} settles when it applies, or cannot be had
 */
function needStyle(address) {
  const known = loading.get(address.pathname);
  if (known) return known;
  const promise = linked(address) ? Promise.resolve() : link(address);
  loading.set(address.pathname, promise);
  return promise;
}

/** @param {URL} address */
function linked({ pathname }) {
  const stem = pathname.replace(/css$/, "");
  return document.querySelector(`link[rel="stylesheet"][href*="${CSS.escape(stem)}"]`) !== null;
}

/** @param {URL} address @returns {Promise<void>} */
function link({ href }) {
  return new Promise((resolve) => {
    const element = document.createElement("link");
    element.rel = "stylesheet";
    element.href = href;
    element.onload = element.onerror = () => resolve();
    document.head.append(element);
  });
}

const SHARED = ["tokens", "stage"].map((name) => new URL(`../../css/${name}.css`, import.meta.url));

const WORDS = {
  de: () => import("../i18n/overlay/de.js"),
  en: () => import("../i18n/overlay/en.js"),
  es: () => import("../i18n/overlay/es.js"),
  fr: () => import("../i18n/overlay/fr.js"),
  it: () => import("../i18n/overlay/it.js"),
};

/** @type {import("../shared/i18n.js").Catalogue} words that came with the page */
const brought = {};

/** @param {string} lang @param {Record<string, import("../shared/i18n.js").Entry>} words */
export function bringWords(lang, words) {
  brought[pickLanguage(WORDS, lang)] = words;
}

/**
 * The overlay's words in one language. Nobody sits before an overlay, so it tries until it has them.
 *
 * @param {string} lang
 */
export async function overlayWords(lang) {
  const known = pickLanguage(WORDS, lang) in brought ? brought : null;
  return translator(known ?? (await persistently(() => fetchWords(WORDS, lang), Infinity)), lang);
}

/** The answer of an OGraf method that did what it was asked. */
export const DONE = Object.freeze({ statusCode: 200 });

/**
 * What the six graphics share: the OGraf life cycle around one card.
 *
 * A graphic gives `static style` (the address of its style sheet), `build()` → the card, and
 * `render(before)`, which writes `this.data` into it without waiting for anything. It knows no
 * network and no show: the same element runs on our stage and in other OGraf hosts.
 *
 * `data` is merged field by field on update; null means "not given". Calls may overlap. A card that
 * is not shown is not in the document.
 */
export class StageGraphic extends HTMLElement {
  /** @type {URL} */
  static style;

  /** @type {Record<string, any>} */
  data = {};
  /** @type {import("./parts.js").Motion} how much may move, beside the system's setting */
  motion = "full";
  /** Server time in ms; a host without a clock of its own gives `data.clock_offset` at most. */
  now = () => Date.now() + (this.data.clock_offset ?? 0);
  /** Whether the page itself brings the styles, as our own does in one sheet. */
  styled = false;
  /** Made by load(). @type {HTMLElement} */
  card = /** @type {any} */ (undefined);
  /** A word of the catalogue in `data.lang`. */
  t = translator({ en: {} }, "en");

  entrance = new Entrance();
  #shown = false;
  #lang = "";

  get shown() {
    return this.#shown;
  }

  get language() {
    return this.data.lang || document.documentElement.lang || "en";
  }

  /** For dates and names beside our words: the language, or the words' own where scripts would mix. */
  get locale() {
    return dir(this.language) === dir(this.t.lang) ? this.language : this.t.lang;
  }

  /** @returns {import("./parts.js").Motion} */
  get allowed() {
    return allowedMotion(this.motion);
  }

  /** @param {{data?: Record<string, any>}} [params] */
  async load({ data = {} } = {}) {
    const { style } = /** @type {typeof StageGraphic} */ (this.constructor);
    this.card ??= this.build();
    const styles = this.styled ? [] : [...SHARED, style];
    await Promise.all([...styles.map(needStyle), this.#take(data)]);
    return DONE;
  }

  async dispose() {
    this.#shown = false;
    this.card?.remove();
    this.replaceChildren();
    return DONE;
  }

  /** @param {{delta?: number, goto?: number, skipAnimation?: boolean}} [params] one step: shown */
  async playAction({ delta = 1, goto, skipAnimation = false } = {}) {
    const step = Number.isInteger(goto) ? Number(goto) : (this.#shown ? 0 : -1) + delta;
    if (step !== 0) return { ...(await this.stopAction({ skipAnimation })), currentStep: undefined };
    if (!this.#shown) await this.#enter(skipAnimation);
    return { ...DONE, currentStep: 0 };
  }

  /** @param {{skipAnimation?: boolean}} [params] */
  async stopAction({ skipAnimation = false } = {}) {
    if (!this.#shown && !this.card?.isConnected) return DONE;
    this.#shown = false;
    const left = await this.entrance.leave(this.card, skipAnimation ? "off" : this.allowed);
    if (left && !this.#shown) this.card.remove();
    return DONE;
  }

  /** @param {{data?: Record<string, any>, skipAnimation?: boolean}} [params] */
  async updateAction({ data = {}, skipAnimation = false } = {}) {
    await this.#take(data, skipAnimation);
    return DONE;
  }

  /** @param {{id?: string}} [params] */
  async customAction({ id = "" } = {}) {
    return { statusCode: 404, statusMessage: `This graphic has no action "${id}".` };
  }

  /** @returns {HTMLElement} the card, without data */
  build() {
    throw new Error("A graphic needs build().");
  }

  /** @param {Record<string, any>} _before the data before this change @param {boolean} _still without motion */
  render(_before, _still) {}

  /** @param {Record<string, any>} data @param {boolean} [still] @returns {Promise<void>|null} while words come */
  #take(data, still = false) {
    const before = this.data;
    this.data = { ...before, ...data };
    this.render(before, still || !this.#shown);
    return this.language === this.#lang ? null : this.#speak(this.language);
  }

  /** @param {string} lang */
  async #speak(lang) {
    this.#lang = lang;
    const t = await overlayWords(lang);
    if (lang !== this.#lang) return;
    this.t = t;
    this.card.lang = lang;
    this.card.dir = dir(lang);
    this.render(this.data, true);
  }

  /** @param {boolean} skip */
  async #enter(skip) {
    this.#shown = true;
    if (!this.card.isConnected) this.append(this.card);
    this.render(this.data, true);
    await this.entrance.arrive(this.card, skip ? "off" : this.allowed);
  }
}

/** One graphic on the stage, driven through its OGraf methods like in any other host. */
export class Slot {
  /** What it is about to show. @type {Record<string, any>|null} */
  #next = null;
  /** Settles when what it was told is on the stage; null when it is. @type {Promise<unknown>|null} */
  waiting = null;

  /**
   * @param {StageGraphic} graphic
   * @param {HTMLElement} place
   * @param {{lang: string, motion: any, now: () => number}} context
   */
  constructor(graphic, place, context) {
    this.graphic = graphic;
    this.lang = context.lang;
    graphic.styled = true;
    graphic.motion = context.motion;
    graphic.now = context.now;
    place.append(graphic);
  }

  load() {
    return this.graphic.load({ data: { lang: this.lang } });
  }

  get shown() {
    return this.graphic.shown;
  }

  /** @param {Record<string, any>} data what it shows, as soon as its picture is there; it arrives if it was not there */
  show(data) {
    this.#next = data;
    if (this.waiting) return;
    const { data: before, shown } = this.graphic;
    const picture = shown && before.image === data.image ? null : pictureComes(data.image);
    if (!picture) return this.#apply();
    this.waiting = picture.then(() => {
      this.waiting = null;
      this.#apply();
    });
  }

  #apply() {
    const data = this.#next;
    this.#next = null;
    if (!data) return;
    void this.graphic.updateAction({ data });
    void this.graphic.playAction({ goto: 0 });
  }

  /** @param {boolean} [atOnce] without a way out */
  hide(atOnce = false) {
    this.#next = null;
    void this.graphic.stopAction({ skipAnimation: atOnce });
  }
}
