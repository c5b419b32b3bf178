import { el, setOptional, setText } from "../../static/js/shared/dom.js";
import { StageGraphic } from "../../static/js/stage/graphic.js";
import { StageCode, StagePicture, StagePrice, setTitle } from "../../static/js/stage/parts.js";

/** How long a pin is new: it is large then, and its QR code large enough for a phone on a sofa. */
export const FRESH_MS = 10_000;
/** Fewer than this many left is worth a word. */
const FEW = 10;
/** A title of more characters gets a wider card. */
const LONG_CHARS = 60;

/**
 * The product that is being shown: picture, number, title, price and the way to buy it.
 *
 * For the first seconds after `pinned_at` (or after play, where it is not given) the card is large;
 * then it settles. `compact` is the small form for a second and third pin.
 */
export default class PinnedProduct extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #picture = new StagePicture("v-pin__picture");
  #number = el("b.v-pin__number.v-num");
  #title = el("div.v-pin__title");
  #price = new StagePrice("v-pin__price");
  #left = el("span.v-pin__left.v-num");
  #soldOut = el("span.v-pin__sold-out");
  #numberLabel = el("span");
  /** A card that is nothing but the code shows the call number where there is none. */
  #code = new StageCode("v-pin__code", (shown) => this.card.toggleAttribute("data-no-code", !shown));
  #body = el("div.v-pin__body");
  #shownAt = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #settling;

  build() {
    this.#title.dir = "auto";
    const label = el("div.v-pin__label", this.#numberLabel, this.#number, this.#left);
    const text = el("div.v-pin__text", label, this.#title, this.#price.element, this.#soldOut);
    this.#body.append(this.#picture.element, text, this.#code.element);
    return el("section.v-card.v-pin", el("div.v-awning"), this.#body);
  }

  async dispose() {
    clearTimeout(this.#settling);
    return super.dispose();
  }

  async playAction(/** @type {any} */ params) {
    if (!this.shown) this.#shownAt = this.now();
    return super.playAction(params);
  }

  /** @param {Record<string, any>} before @param {boolean} still */
  render(before, still) {
    const { data, t } = this;
    const another = before.number !== data.number || before.title !== data.title;
    if (another && before.title && this.shown) this.#shownAt = this.now();
    this.card.toggleAttribute("data-compact", Boolean(data.compact));
    this.card.toggleAttribute("data-qr-only", Boolean(data.qr_only));
    this.#picture.update(data.image);
    this.#describe();
    const { qr, stock, compact } = data;
    this.#code.update(stock === 0 || compact ? null : (qr ?? null), t("scan"));
    this.#settle(still);
    if (another && !still) this.entrance.refresh(this.#body, this.allowed);
  }

  #describe() {
    const { data, t } = this;
    const soldOut = data.stock === 0;
    setText(this.#numberLabel, t("number"));
    setText(this.#number, String(data.number ?? ""));
    setTitle(this.#title, data.title ?? "");
    this.card.toggleAttribute("data-long", (data.title ?? "").length > LONG_CHARS);
    this.#price.update(data, this);
    const few = Number.isInteger(data.stock) && data.stock > 0 && data.stock <= FEW;
    setOptional(this.#left, few ? t("left", { n: data.stock }) : null);
    setOptional(this.#soldOut, soldOut ? t("sold_out") : null);
    this.card.toggleAttribute("data-sold-out", soldOut);
  }

  /** @param {boolean} still */
  #settle(still) {
    clearTimeout(this.#settling);
    const left = (this.data.pinned_at ?? this.#shownAt) + FRESH_MS - this.now();
    const fresh = left > 0 && !this.data.compact && this.data.stock !== 0;
    if (fresh) this.#settling = setTimeout(() => this.#settle(false), Math.min(left, FRESH_MS));
    if (fresh === this.card.hasAttribute("data-fresh")) return;
    const change = () => this.card.toggleAttribute("data-fresh", fresh);
    if (still || !this.shown) change();
    else this.entrance.resize(this.card, this.allowed, change);
  }
}
