import Announcement from "../../../overlays/announcement/graphic.js";
import Disclosure from "../../../overlays/disclosure/graphic.js";
import FlashDeal from "../../../overlays/flash-deal/graphic.js";
import PinnedProduct from "../../../overlays/pinned-product/graphic.js";
import PurchaseTicker from "../../../overlays/purchase-ticker/graphic.js";
import Voucher from "../../../overlays/voucher/graphic.js";
import { ROOT } from "../client/reconnect.js";
import { el } from "../shared/dom.js";
import { Slot } from "./graphic.js";
import { AnnouncementLane, DealLane, DisclosureLane, PinLane } from "./lanes.js";
import { TickerLane } from "./ticker.js";
import { VoucherLane } from "./offer-lanes.js";

/** @typedef {import("./obs-source.js").Options} Options */
/**
 * @typedef {{options: Options, lang: string, motion: any, now: () => number,
 *   code: (kind: "pin"|"deal", show: {slug: string}, what: {number: number, product: any}) => string|null}} Context
 *   `code`: the address of a product's QR code, where a card of this kind has room for one
 */
/** @typedef {{update(view: any, events: any[]): void, clear(atOnce?: boolean): void}} Lane */

customElements.define("v-pinned-product", PinnedProduct);
customElements.define("v-flash-deal", FlashDeal);
customElements.define("v-purchase-ticker", PurchaseTicker);
customElements.define("v-announcement", Announcement);
customElements.define("v-disclosure", Disclosure);
customElements.define("v-voucher", Voucher);

const PIN_SLOTS = 3;
const PLACES = ["disclosure", "announcement", "voucher", "deal", "ticker", "pin"];
/** Below this part of its size a card could not be read any more. */
const TIGHTEST = 0.6;

/**
 * The page's six graphics and what each is told. A lane per kind of thing keeps the rules of its
 * kind; the stage only says what is true (`show`), how far it can be trusted and who can see it.
 */
export class Stage {
  /** @type {Lane[]} */
  #lanes = [];
  /** @type {Slot[]} */
  #slots = [];
  #options;
  #context;
  #ended = false;
  #view = { state: /** @type {any} */ (null), stale: false, ticking: true, visible: true };

  /**
   * @param {Options} options
   * @param {{lang: string, now: () => number, reachable: boolean}} context
   *   `reachable`: whether viewers reach this server; where they do not, only links of products have codes
   */
  constructor(options, { lang, now, reachable }) {
    this.#options = options;
    /** @type {Context["code"]} */
    const code = (kind, { slug }, { number, product }) => {
      const leads = reachable || /^https?:/i.test(product.link ?? "");
      return leads && hasCode(options, kind) ? `${ROOT}/qr/${encodeURIComponent(slug)}/${number}.svg` : null;
    };
    this.#context = { options, lang, now, motion: options.motion, code };
    this.element = el("main.v-stage");
    this.element.dataset.align = options.align;
    this.element.dataset.motion = options.motion;
    this.#build();
    const sizes = new ResizeObserver(() => requestAnimationFrame(() => tighten(this.element)));
    for (const place of this.element.children) sizes.observe(place);
  }

  /** Everything that graphics need is there when this settles; from then on they act at once. */
  async load() {
    this.fit();
    await Promise.all(this.#slots.map((slot) => slot.load()));
  }

  fit() {
    return fitStage(this.element, this.#options);
  }

  /** Whether nothing at all is on the screen. */
  get empty() {
    return this.#slots.every((slot) => !slot.shown);
  }

  /**
   * @param {any} state
   * @param {any[]} events what led to it; they are news, not history
   * @returns {Promise<unknown>|null} settles when all of it is in the document: a card may wait for its picture
   */
  show(state, events) {
    this.#view.state = state;
    this.#render(events);
    const waiting = this.#slots.map((slot) => slot.waiting).filter(Boolean);
    return waiting.length > 0 ? Promise.all(waiting) : null;
  }

  /** @param {{stale?: boolean, ticking?: boolean, visible?: boolean}} changes */
  trust(changes) {
    Object.assign(this.#view, changes);
    if (this.#view.state) this.#render([]);
  }

  /** Nothing may stay, and nothing may be seen going. */
  clear() {
    for (const lane of this.#lanes) lane.clear(true);
  }

  /** For good: the key was taken back, or the server will not have us. */
  end() {
    this.#ended = true;
    this.clear();
  }

  /** @param {any[]} events */
  #render(events) {
    if (this.#ended) return;
    if (this.#view.state.panic) return this.clear();
    for (const lane of this.#lanes) lane.update({ ...this.#view }, events);
  }

  #build() {
    const { widgets } = this.#options;
    if (widgets.has("pin") || widgets.has("qr")) this.#buildPins();
    /** @type {[string, string, any][]} */
    const single = [
      ["deal", "v-flash-deal", DealLane],
      ["ticker", "v-purchase-ticker", TickerLane],
      ["announcement", "v-announcement", AnnouncementLane],
      ["voucher", "v-voucher", VoucherLane],
      ["disclosure", "v-disclosure", DisclosureLane],
    ];
    for (const [widget, tag, LaneClass] of single) {
      if (!widgets.has(widget)) continue;
      this.#lanes.push(new LaneClass(this.#slot(tag, this.#place(widget)), this.#context));
    }
  }

  #buildPins() {
    const place = this.#place("pin");
    const slots = Array.from({ length: PIN_SLOTS }, () => this.#slot("v-pinned-product", place));
    this.#lanes.push(new PinLane(slots, this.#context));
  }

  /** @param {string} widget */
  #place(widget) {
    const place = el(`div.v-place.v-place--${widget}`);
    this.element.append(place);
    return place;
  }

  /** @param {string} tag @param {HTMLElement} place */
  #slot(tag, place) {
    const graphic = /** @type {any} */ (document.createElement(tag));
    const slot = new Slot(graphic, place, this.#context);
    this.#slots.push(slot);
    return slot;
  }
}

/**
 * How far cards stay from the edges, in pixels of the layout's own canvas (1920 × 1080, 1080 × 1920,
 * 1080 × 1080): [top, right, bottom, left]. The apps draw their buttons, chat and captions there.
 * These values move with the apps, so they are data and nothing else depends on them.
 */

/** @typedef {readonly [number, number, number, number]} Insets */

/** @type {Readonly<Record<string, Readonly<Record<string, Insets>>>>} */
const SAFE_AREAS = Object.freeze({
  auto: { "16x9": [72, 72, 72, 72], "9x16": [262, 202, 440, 48], "1x1": [54, 54, 54, 54] },
  none: { "16x9": [24, 24, 24, 24], "9x16": [24, 24, 24, 24], "1x1": [24, 24, 24, 24] },
  tv: { "16x9": [54, 96, 54, 96], "9x16": [96, 54, 96, 54], "1x1": [54, 54, 54, 54] },
  tiktok: { "16x9": [72, 72, 72, 72], "9x16": [262, 202, 440, 48], "1x1": [54, 54, 54, 54] },
  reels: { "16x9": [72, 72, 72, 72], "9x16": [270, 150, 460, 48], "1x1": [54, 54, 54, 54] },
  shorts: { "16x9": [72, 72, 72, 72], "9x16": [240, 180, 460, 48], "1x1": [54, 54, 54, 54] },
});

const SIDES = ["top", "right", "bottom", "left"];

/** @param {number} width @param {number} height @returns {"16x9"|"9x16"|"1x1"} */
export function layoutFor(width, height) {
  const ratio = width / Math.max(1, height);
  if (ratio > 1.25) return "16x9";
  return ratio < 0.8 ? "9x16" : "1x1";
}

/** Where a card has room for its code. @type {Record<string, string[]>} */
const WITH_CODE = { pin: ["16x9", "1x1"], deal: ["16x9"] };

/**
 * Whether a card has its code. On a tall canvas only where the address names it: who watches there holds
 * the phone that would scan it, and the title takes the room.
 *
 * @param {{widgets: ReadonlySet<string>, codeAsked: boolean, layout: string}} options
 * @param {"pin"|"deal"} kind
 * @param {number} [width] of the window @param {number} [height]
 */
export function hasCode({ widgets, codeAsked, layout }, kind, width = innerWidth, height = innerHeight) {
  const shown = layout === "auto" ? layoutFor(width, height) : layout;
  const room = WITH_CODE[kind].includes(shown) || (codeAsked && shown === "9x16");
  return widgets.has("qr") && room;
}

/**
 * Keep the stage in the layout that fits the window, and inside its safe area.
 *
 * @param {HTMLElement} stage
 * @param {{layout: string, safe: string}} options
 * @returns {string} the layout
 */
export function fitStage(stage, { layout, safe }) {
  const chosen = layout === "auto" ? layoutFor(innerWidth, innerHeight) : layout;
  if (stage.dataset.layout === chosen) return chosen;
  stage.dataset.layout = chosen;
  SAFE_AREAS[safe][chosen].forEach((inset, index) => {
    stage.style.setProperty(`--v-safe-${SIDES[index]}`, `calc(${inset} * var(--v-u) / var(--v-scale, 1) / var(--v-tight, 1))`);
  });
  return chosen;
}

/** Which places stand below each other, and which beside. @type {Record<string, (high: any) => number>} */
const NEEDED = {
  "16x9": (high) => Math.max(high.disclosure + high.announcement + high.voucher + high.pin, high.deal + high.ticker),
  "1x1": (high) => Math.max(high.disclosure + high.announcement + high.voucher, high.deal) + high.ticker + high.pin,
  "9x16": (high) => high.disclosure + high.deal + high.announcement + high.voucher + high.ticker + high.pin,
};

/**
 * Cards that need more height than there is become smaller together: none leaves the safe area, none
 * covers another, and nothing of the longest title is cut off.
 *
 * @param {HTMLElement} stage
 */
function tighten(stage) {
  stage.style.removeProperty("--v-tight");
  const { rowGap, paddingTop, paddingBottom } = getComputedStyle(stage);
  const [gap, top, bottom] = [rowGap, paddingTop, paddingBottom].map(Number.parseFloat);
  const high = Object.fromEntries(PLACES.map((name) => [name, heightOf(stage.querySelector(`.v-place--${name}`), gap)]));
  const needed = NEEDED[stage.dataset.layout ?? "16x9"](high);
  const tight = (stage.clientHeight - top - bottom + gap) / needed;
  if (tight < 1) stage.style.setProperty("--v-tight", Math.max(TIGHTEST, tight).toFixed(3));
}

/** @param {Element|null} place @param {number} gap below it @returns {number} px; 0 without a card */
function heightOf(place, gap) {
  const cards = /** @type {HTMLElement[]} */ ([...(place?.querySelectorAll(".v-card") ?? [])]);
  if (cards.length === 0) return 0;
  const margin = Number.parseFloat(getComputedStyle(cards[0]).marginTop);
  const top = Math.min(...cards.map((card) => card.offsetTop));
  const bottom = Math.max(...cards.map((card) => card.offsetTop + card.offsetHeight));
  return bottom - top + margin + gap;
}

/**
 * The look that the address asks for, as a style sheet in a cascade layer above the themes and below
 * every plain rule: whatever a streamer writes into OBS's Custom CSS wins over it, whenever it comes.
 *
 * @param {{theme: string|null, accent: string|null, scale: number}} options
 */
export function applyLook({ theme, accent, scale }) {
  if (theme) document.documentElement.dataset.theme = theme;
  const rules = [`--v-scale: ${scale};`];
  if (accent) rules.push(`--v-accent: ${accent};`, `--v-accent-ink: ${inkOn(accent)};`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer v-address { :root { ${rules.join(" ")} } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** @param {string} color "#rrggbb" @returns {string} the ink, light or dark, that is easier to read on it */
export function inkOn(color) {
  const light = luminance(color);
  const onLight = 1.05 / (light + 0.05);
  const onDark = (light + 0.05) / 0.056;
  return onLight >= onDark ? "#fff8f3" : "#17130e";
}

/** @param {string} color @returns {number} relative luminance, 0 to 1 */
function luminance(color) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
