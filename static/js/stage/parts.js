/** What the graphics' cards are made of: their ways in and out, pictures, prices. */

import { drawing, el, setOptional, setPicture, setText } from "../shared/dom.js";
import { formatDiscount, formatMoney, fromText, wasHigher } from "../shared/offer.js";

/** @typedef {"full"|"reduced"|"off"} Motion how much may move: everything, opacity only, nothing */

const RISE = "--v-rise";

/** @param {Motion} wanted @returns {Motion} what the system setting leaves of it */
export function allowedMotion(wanted) {
  if (document.hidden) return "off";
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return reduced && wanted === "full" ? "reduced" : wanted;
}

/**
 * A card's ways in, out and from one size to another. Calls may overlap: the newest one decides and
 * every promise settles. Durations and distances are read from the CSS each time, so late CSS counts.
 */
export class Entrance {
  #call = 0;
  /** @type {Animation|null} */
  #animation = null;

  /** @param {HTMLElement} card @param {Motion} motion */
  arrive(card, motion) {
    const from = this.#animation ? getComputedStyle(card).opacity : "0";
    const [low, high] = heights(card, motion);
    return this.#run(card, motion, [{ opacity: from, ...low }, { opacity: "1", ...high }], "in");
  }

  /**
   * @param {HTMLElement} card
   * @param {Motion} motion
   * @returns {Promise<boolean>} false: it was called back meanwhile
   */
  leave(card, motion) {
    const from = { opacity: getComputedStyle(card).opacity };
    return this.#run(card, motion, [from, { opacity: "0" }], "out");
  }

  /** Let new content of a card that stays fade in. */
  /** @param {HTMLElement} part @param {Motion} motion */
  refresh(part, motion) {
    if (motion === "off") return;
    part.animate([{ opacity: 0 }, { opacity: 1 }], timing(part, "in"));
  }

  /** Change the layout at once, and let the eye follow from the old box to the new one. */
  /** @param {HTMLElement} card @param {Motion} motion @param {() => void} change */
  resize(card, motion, change) {
    const before = card.getBoundingClientRect();
    change();
    if (motion === "off") return;
    const after = card.getBoundingClientRect();
    if (!before.width || !after.width) return;
    const scale = `scale(${before.width / after.width}, ${before.height / after.height})`;
    const move = `translate(${before.left - after.left}px, ${before.top - after.top}px) ${scale}`;
    const frames = motion === "full"
      ? [{ transformOrigin: "0 0", transform: move }, { transformOrigin: "0 0", transform: "none" }]
      : [{ opacity: 0 }, { opacity: 1 }];
    card.animate(frames, timing(card, "in"));
  }

  /** @param {HTMLElement} card @param {Motion} motion @param {Keyframe[]} frames @param {"in"|"out"} way */
  async #run(card, motion, frames, way) {
    this.#call += 1;
    const call = this.#call;
    this.#rest();
    if (motion === "off") return true;
    const animation = card.animate(frames, { ...timing(card, way), fill: "forwards" });
    this.#animation = animation;
    await over(animation);
    if (call !== this.#call) return false;
    if (way === "in") this.#rest();
    return true;
  }

  /** A card that has left stays transparent until its next arrival, or it would flash before it goes. */
  #rest() {
    this.#animation?.cancel();
    this.#animation = null;
  }
}

/** Where it rises from, and to. */
/** @param {HTMLElement} card @param {Motion} motion @returns {[Keyframe, Keyframe]} */
function heights(card, motion) {
  if (motion !== "full") return [{}, {}];
  const rise = getComputedStyle(card).getPropertyValue(RISE) || "12px";
  return [{ transform: `translateY(${rise})` }, { transform: "none" }];
}

/** @param {HTMLElement} element @param {"in"|"out"} way */
function timing(element, way) {
  const style = getComputedStyle(element);
  return {
    duration: milliseconds(style.getPropertyValue(`--v-${way}`), way === "in" ? 240 : 160),
    easing: style.getPropertyValue(`--v-ease-${way}`).trim() || "ease-out",
  };
}

/** @param {string} text a CSS time @param {number} otherwise */
function milliseconds(text, otherwise) {
  const value = Number.parseFloat(text);
  if (!Number.isFinite(value)) return otherwise;
  return text.trim().endsWith("ms") ? value : value * 1000;
}

/** A hidden page stops its animations, so the promise of `finished` alone may never settle. */
/** @param {Animation} animation */
function over(animation) {
  const length = Number(animation.effect?.getComputedTiming().endTime ?? 0);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, length + 100);
    const done = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
    animation.finished.then(done, done);
  });
}

const BAG = "M6 8h12l-1 12H7L6 8Zm3 0V7a3 3 0 0 1 6 0v1";
/** The largest picture of a card, 288 px of a canvas 1080 px high or wide. */
const WIDE = "27vmin";
/** So many pictures are loaded before they are needed, one after the other, and so many are kept. */
const AHEAD = 24;
const KEPT = 40;
/** A card waits so long for its picture, then it comes without. */
const WAIT_MS = 400;

/** @type {Map<string, {ready: boolean, loaded: Promise<unknown>, image: HTMLImageElement}>} by address, newest last */
const pictures = new Map();

/** @param {string} address */
function fetched(address) {
  const known = pictures.get(address);
  pictures.delete(address);
  const picture = known ?? fetchPicture(address);
  pictures.set(address, picture);
  for (const [oldest] of pictures) if (pictures.size > KEPT) pictures.delete(oldest);
  return picture;
}

/** One that cannot be had is asked for again the next time. @param {string} address */
function fetchPicture(address) {
  const image = pictureOf(address);
  const picture = { ready: false, image, loaded: Promise.resolve() };
  picture.loaded = new Promise((resolve) => {
    image.onload = () => resolve((picture.ready = true));
    image.onerror = () => resolve(pictures.delete(address));
  });
  return picture;
}

/** Decoded before its frame is drawn: a card never comes with a hole. @param {string} address */
function pictureOf(address) {
  const image = /** @type {HTMLImageElement} */ (el("img", { alt: "", decoding: "sync" }));
  setPicture(image, address, WIDE);
  return image;
}

/** Loads what may be pinned next. @param {(string|null|undefined)[]} addresses */
export async function loadAhead(addresses) {
  const wanted = new Set(addresses.filter(Boolean));
  for (const address of [...wanted].slice(0, AHEAD)) await fetched(/** @type {string} */ (address)).loaded;
}

/**
 * @param {string|null|undefined} address
 * @returns {Promise<unknown>|null} settles when the picture is there, cannot be had or has been waited for
 *   long enough; null where there is nothing to wait for
 */
export function pictureComes(address) {
  const picture = address ? fetched(address) : null;
  if (!picture || picture.ready) return null;
  return Promise.race([picture.loaded, new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
}

/**
 * A product's picture. A drawn shopping bag stands in its place until it is there, and stays where it
 * cannot be loaded, so a card never shows a broken image. Without a picture there is no place for one.
 */
export class StagePicture {
  #address = "";

  /** @param {string} className */
  constructor(className) {
    this.element = el(`div.v-picture.${className}`, { hidden: true }, drawing(BAG, "v-blank"));
  }

  /** @param {string|null|undefined} address */
  update(address) {
    const wanted = address ?? "";
    if (wanted === this.#address) return;
    this.#address = wanted;
    this.element.hidden = !wanted;
    this.element.querySelector("img")?.remove();
    if (wanted) this.#show(wanted);
  }

  /** @param {string} address */
  #show(address) {
    const picture = fetched(address);
    const show = () => {
      if (picture.ready && this.#address === address) this.element.append(pictureOf(address));
    };
    if (picture.ready) show();
    else void picture.loaded.then(show);
  }
}

/** A product's QR code and what it is for. It is not there while it has no address or does not load. */
export class StageCode {
  #image = /** @type {HTMLImageElement} */ (el("img.v-code__image", { alt: "" }));
  #scan = el("span.v-code__scan");
  #told;

  /** @param {string} className @param {(shown: boolean) => void} [told] what else depends on it */
  constructor(className, told = () => {}) {
    this.#told = told;
    this.#image.onerror = () => this.#show(false);
    this.element = el(`div.v-code.${className}`, this.#image, this.#scan);
  }

  /** @param {string|null} address @param {string} scan */
  update(address, scan) {
    setText(this.#scan, scan);
    if (!address) this.#image.removeAttribute("src");
    else if (this.#image.getAttribute("src") === address) return;
    else this.#image.src = address;
    this.#show(Boolean(address));
  }

  /** @param {boolean} shown */
  #show(shown) {
    this.element.hidden = !shown;
    this.#told(shown);
  }
}

/** Longer titles are set smaller, so that all of them is read: nothing is cut off. */
const SHORT_CHARS = 36;
const SMALLEST = 0.6;

/** @param {HTMLElement} element @param {string} title */
export function setTitle(element, title) {
  setText(element, title);
  const fit = Math.max(SMALLEST, Math.min(1, Math.sqrt(SHORT_CHARS / Math.max(1, title.length))));
  element.style.setProperty("--v-fit", fit.toFixed(2));
}

/** @typedef {import("../shared/offer.js").Money} Money */

/** A price with more characters is set smaller, so that it stays on its line. */
const ROOMY_CHARS = 10;

/**
 * A price, "from" where variants differ, and beside it what it was before and by how much it fell: only where the seller declared
 * the earlier price and it is really higher. The percentage is the deal's own and never computed here.
 */
export class StagePrice {
  #from = el("small.v-price__from");
  #amount = el("span");
  #now = el("bdi.v-price__now.v-num", this.#from, this.#amount);
  #was = el("s.v-price__was.v-num");
  #percent = el("bdi.v-price__percent.v-num");

  /** @param {string} className */
  constructor(className) {
    this.element = el(`div.v-price.${className}`, this.#now, this.#was, this.#percent);
  }

  /**
   * @param {{price?: Money|null, price_to?: Money|null, was?: Money|null, percent?: number|null}} data
   * @param {{language: string, locale: string, t: (key: string, values?: Record<string, any>) => string}} speech
   */
  update({ price, price_to: priceTo, was, percent }, { language, locale, t }) {
    const fell = wasHigher(price, was);
    const from = fromText(priceTo, t);
    const text = price ? formatMoney(price, language) : "";
    setOptional(this.#from, from);
    setText(this.#amount, text);
    setOptional(this.#was, fell ? formatMoney(/** @type {Money} */ (was), language) : null);
    setOptional(this.#percent, (fell || priceTo) && percent ? formatDiscount(percent, locale) : null);
    this.element.hidden = !price;
    this.element.style.setProperty("--v-chars", String(text.length));
    this.element.style.setProperty("--v-fit", fit(text.length));
    this.element.style.setProperty("--v-fit-line", fit(text.length + from.length / 2));
  }
}

/** @param {number} chars @returns {string} how much smaller a price of so many characters is set */
function fit(chars) {
  return Math.max(0.5, Math.min(1, ROOMY_CHARS / chars)).toFixed(2);
}
