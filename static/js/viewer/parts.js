import { formatMoney, spokenMoney } from "../shared/money.js";
import { arrive, node, setText } from "./dom.js";

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
    let place = this.root.firstElementChild;
    for (const model of models) {
      const view = this.#views.get(model.key) ?? this.#add(model.key);
      view.update(model);
      if (view.element === place) place = place.nextElementSibling;
      else this.#put(view.element, place);
    }
    this.#settled = true;
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
  #seen = node("bdi");
  #said = node("span", "vh");

  /** @param {string} className @param {string} lang @param {string} [tag] */
  constructor(className, lang, tag = "span") {
    this.lang = lang;
    this.#seen.setAttribute("aria-hidden", "true");
    this.element = node(tag, `price v-num ${className}`, this.#seen, this.#said);
  }

  /** @param {{amount: number, currency: string} | null} money null hides it */
  update(money, before = "") {
    this.element.hidden = !money;
    if (!money) return;
    setText(this.#seen, formatMoney(money, this.lang));
    setText(this.#said, `${before} ${spokenMoney(money, this.lang)}`.trim());
  }
}

const SVG = "http://www.w3.org/2000/svg";
const BAG_OUTLINE = "M6 8h12l-1 12H7L6 8Zm3 0V7a3 3 0 0 1 6 0v1";

/** A product's picture on its plate; the drawing of a bag where there is none or it fails to load. */
export class Picture {
  #image = node("img");
  #source = null;

  constructor(className) {
    this.#image.alt = "";
    this.#image.decoding = "async";
    this.#image.addEventListener("error", () => this.#blank(true));
    this.element = node("div", `picture ${className}`, bagDrawing());
    this.#blank(true);
  }

  /** @param {string | null} source */
  update(source) {
    if (source === this.#source) return;
    this.#source = source;
    this.#blank(!source);
    if (source) this.#image.src = source;
  }

  #blank(blank) {
    this.element.toggleAttribute("data-blank", blank);
    if (blank) this.#image.remove();
    else this.element.append(this.#image);
  }
}

/** The outline of a shopping bag, drawn in the current colour. */
export function bagDrawing() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", BAG_OUTLINE);
  svg.append(path);
  return svg;
}
