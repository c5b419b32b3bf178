/** What cards and rows of the viewer page are made of. */

import { ROOT } from "../client/reconnect.js";
import { drawing, el, setAttribute, setOptional, setPicture, setText } from "../shared/dom.js";
import { formatMoney, spokenMoney } from "../shared/offer.js";

/** Pictures that the server drew, by address, until a list takes them: a second one would flicker. */
const drawn = new Map();

/**
 * Keeps a list on screen in step with a list of models: what stays is changed in place and only
 * moved when its order changed, so focus, scrolling and open menus survive every update.
 * @template {{element: HTMLElement, update: (model: any) => void}} View
 */
export class KeyedList {
  /** @type {Map<string, View>} */
  #views = new Map();
  #settled = false;

  /**
   * @param {HTMLElement} root
   * @param {() => View} make
   */
  constructor(root, make) {
    this.root = root;
    this.make = make;
  }

  /** @param {{key: string}[]} models */
  update(models) {
    const keys = new Set(models.map((model) => model.key));
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
    if (!this.#settled) this.#takeOver();
    let place = this.root.firstElementChild;
    for (const model of models) {
      const view = this.#views.get(model.key) ?? this.#add(model.key);
      view.update(model);
      if (view.element === place) place = place.nextElementSibling;
      else this.#put(view.element, place);
    }
    this.#settled = true;
  }

  /** What the server drew is the same as what stands here a moment later; its pictures stay. */
  #takeOver() {
    for (const image of this.root.querySelectorAll("img")) drawn.set(image.getAttribute("src"), image);
    this.root.replaceChildren();
  }

  #add(key) {
    const view = this.make();
    this.#views.set(key, view);
    return view;
  }

  /** What was there when the page opened does not make an entrance. */
  #put(element, place) {
    const isNew = !element.isConnected;
    this.root.insertBefore(element, place);
    if (isNew && this.#settled) arrive(element);
  }
}

/** An amount of money: digits for the eye, words for a screen reader. */
export class Price {
  #from = el("small.price-from");
  #amount = el("span");
  #seen = el("bdi", this.#from, this.#amount);
  #said = el("span.vh");

  /** @param {string} className @param {string} lang @param {string} [tag] */
  constructor(className, lang, tag = "span") {
    this.lang = lang;
    this.#seen.setAttribute("aria-hidden", "true");
    this.element = el(`${tag}.price.v-num.${className}`, this.#seen, this.#said);
  }

  /** @param {{amount: number, currency: string} | null} money null hides it @param {string} [from] "from " @param {string} [said] "Before: " */
  update(money, from = "", said = "") {
    this.element.hidden = !money;
    if (!money) return;
    setOptional(this.#from, from);
    setText(this.#amount, formatMoney(money, this.lang));
    setText(this.#said, said + from + spokenMoney(money, this.lang));
  }
}

const BAG_OUTLINE = "M6 8h12l-1 12H7L6 8Zm3 0V7a3 3 0 0 1 6 0v1";

/** How wide a picture is in each place, as `sizes` in HTML says it; `viewer-parts.html` says the same. */
const WIDE = { large: "(min-width: 56rem) 400px, 91vw", small: "104px", row: "52px" };

/**
 * A product's picture on its plate; the drawing of a bag where it fails to load. A card whose product
 * has none has no plate either.
 */
export class Picture {
  #image = el("img");
  #source = null;

  /** @param {"card" | "row"} place */
  constructor(place) {
    this.#use(this.#image);
    this.element = el(`div.picture.picture-${place}`, drawing(BAG_OUTLINE));
    this.#blank("none");
  }

  /** @param {string | null} source @param {"large" | "small" | "row"} size */
  update(source, size) {
    if (source === this.#source) return;
    this.#source = source;
    const there = drawn.get(source);
    if (there && drawn.delete(source)) this.#use(there);
    else if (source) this.#load(source, size);
    this.#blank(source ? null : "none");
  }

  /** A new node: the old one would show what it held until the next picture is there. */
  #load(source, size) {
    this.#image.remove();
    this.#use(el("img"));
    this.#image.loading = size === "large" ? "eager" : "lazy";
    setPicture(this.#image, source, WIDE[size]);
  }

  /** @param {HTMLImageElement} image */
  #use(image) {
    this.#image = Object.assign(image, { alt: "", decoding: "async" });
    image.addEventListener("error", () => this.#blank("broken"));
  }

  /** @param {"none" | "broken" | null} blank */
  #blank(blank) {
    setAttribute(this.element, "data-blank", blank);
    if (blank) this.#image.remove();
    else this.element.append(this.#image);
  }
}

/** Text that only screen readers meet. */
export function aside(text) {
  return el("span.vh", text);
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The one way in which things arrive: a short rise and fade; only the fade where motion is unwelcome. */
export function arrive(element) {
  const fade = { opacity: [0, 1] };
  const rise = { transform: ["translateY(12px)", "none"] };
  element.animate(still.matches ? fade : { ...fade, ...rise }, {
    duration: 240,
    easing: "cubic-bezier(0.2, 0.8, 0.2, 1)",
  });
}

/** Only addresses of the web: whatever else stands in a link field is treated as no link. */
export function safeLink(link) {
  if (!link) return null;
  try {
    const url = new URL(link, document.baseURI);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that leads out of the page says so. @param {HTMLAnchorElement} link @param {Function} t */
export function leaving(link, t) {
  link.target = "_blank";
  link.rel = "noopener";
  return aside(` (${t("new_tab")})`);
}

/** Where a product stands in the shop here. @param {string} shop handle @param {string} sku */
export function productPage(shop, sku) {
  return `${ROOT}/shop/${encodeURIComponent(shop)}/products/${encodeURIComponent(sku)}`;
}

/**
 * Where one buys here, a plain press sends `viewer-buy` with `{sku}`; who takes it up prevents the link.
 *
 * @param {MouseEvent} event @param {string|undefined} shop @param {string} sku
 */
export function offerHere(event, shop, sku) {
  if (!shop || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const offer = new CustomEvent("viewer-buy", { detail: { sku }, bubbles: true, cancelable: true });
  if (!event.currentTarget.dispatchEvent(offer)) event.preventDefault();
}
