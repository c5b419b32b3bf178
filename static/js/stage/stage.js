import Announcement from "../../../overlays/announcement/graphic.js";
import Disclosure from "../../../overlays/disclosure/graphic.js";
import FlashDeal from "../../../overlays/flash-deal/graphic.js";
import PinnedProduct from "../../../overlays/pinned-product/graphic.js";
import PurchaseTicker from "../../../overlays/purchase-ticker/graphic.js";
import { el } from "../shared/dom.js";
import { AnnouncementLane, DealLane, DisclosureLane, PinLane } from "./lanes.js";
import { fitStage } from "./options.js";
import { TickerLane } from "./ticker.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {{options: Options, lang: string, motion: any, now: () => number}} Context */
/** @typedef {{update(view: any, events: any[]): void, clear(atOnce?: boolean): void}} Lane */

customElements.define("v-pinned-product", PinnedProduct);
customElements.define("v-flash-deal", FlashDeal);
customElements.define("v-purchase-ticker", PurchaseTicker);
customElements.define("v-announcement", Announcement);
customElements.define("v-disclosure", Disclosure);

const PIN_SLOTS = 3;

/**
 * The page's five graphics and what each is told. A lane per kind of thing keeps the rules of its
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

  /** @param {Options} options @param {{lang: string, now: () => number}} context */
  constructor(options, { lang, now }) {
    this.#options = options;
    this.#context = { options, lang, now, motion: options.motion };
    this.element = el("main.v-stage");
    this.element.dataset.align = options.align;
    this.element.dataset.motion = options.motion;
    this.#build();
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

  /** @param {any} state @param {any[]} events what led to it; they are news, not history */
  show(state, events) {
    this.#view.state = state;
    this.#render(events);
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

/** @typedef {import("./graphic.js").StageGraphic} Graphic */

/** One graphic on the stage, driven through its OGraf methods like in any other host. */
export class Slot {
  /**
   * @param {Graphic} graphic
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

  /** @param {Record<string, any>} data what it shows from now on; it arrives if it was not there */
  show(data) {
    void this.graphic.updateAction({ data });
    void this.graphic.playAction({ goto: 0 });
  }

  /** @param {boolean} [atOnce] without a way out */
  hide(atOnce = false) {
    void this.graphic.stopAction({ skipAnimation: atOnce });
  }
}
