import { dir, translator } from "../live/words.js";
import { CATALOGUE } from "../words/overlay.js";
import { Entrance, allowedMotion } from "./stage-motion.js";
import { needStyle } from "./stage-style.js";

const SHARED = ["tokens", "stage"].map((name) => new URL(`../../css/${name}.css`, import.meta.url));

/** The answer of an OGraf method that did what it was asked. */
export const DONE = Object.freeze({ statusCode: 200 });

/**
 * What the five graphics share: the OGraf life cycle around one card.
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
  /** @type {import("./stage-motion.js").Motion} how much may move, beside the system's setting */
  motion = "full";
  /** Server time in ms; a host without a clock of its own gives `data.clock_offset` at most. */
  now = () => Date.now() + (this.data.clock_offset ?? 0);
  /** Made by load(). @type {HTMLElement} */
  card = /** @type {any} */ (undefined);
  /** A word of the catalogue in `data.lang`. */
  t = translator(CATALOGUE, "en");

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

  /** @returns {import("./stage-motion.js").Motion} */
  get allowed() {
    return allowedMotion(this.motion);
  }

  /** @param {{data?: Record<string, any>}} [params] */
  async load({ data = {} } = {}) {
    const { style } = /** @type {typeof StageGraphic} */ (this.constructor);
    this.card ??= this.build();
    await Promise.all([...SHARED, style].map(needStyle));
    this.#take(data);
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
    this.#take(data, skipAnimation);
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

  /** @param {Record<string, any>} data @param {boolean} [still] */
  #take(data, still = false) {
    const before = this.data;
    this.data = { ...before, ...data };
    this.#speak();
    this.render(before, still || !this.#shown);
  }

  #speak() {
    const lang = this.language;
    if (lang === this.#lang) return;
    this.#lang = lang;
    this.t = translator(CATALOGUE, lang);
    this.card.lang = lang;
    this.card.dir = dir(lang);
  }

  /** @param {boolean} skip */
  async #enter(skip) {
    this.#shown = true;
    if (!this.card.isConnected) this.append(this.card);
    this.render(this.data, true);
    await this.entrance.arrive(this.card, skip ? "off" : this.allowed);
  }
}
