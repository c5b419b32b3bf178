import { el, setText } from "../../shared/dom.js";
import { ControlElement } from "../element.js";
import { choices, field } from "../forms/form.js";
import "../forms/money-field.js";

/** @typedef {{amount: number, currency: string}} Money */
/** @typedef {import("./deal-dialog.js").Check} Check */

/**
 * `percent` off, a half minor unit rounded up: what the server will charge.
 *
 * @param {Money} price @param {number} percent @returns {Money}
 */
export function discounted({ amount, currency }, percent) {
  return { amount: Math.floor((amount * (100 - percent) * 2 + 100) / 200), currency };
}

/**
 * What is said of a deal whose variants have different prices: each has its own comparison, which the
 * server makes, and there is none that holds for all.
 *
 * @template {{was: Money|null, percent: number|null, checks: Check[]}} Told
 * @param {{price_to?: Money}} product @param {Told} told @returns {Told}
 */
export function saidOfEach(product, told) {
  if (!product.price_to) return told;
  const checks = told.checks.filter(({ key }) => key !== "deal.check.thirty_days");
  const each = /** @type {Check} */ ({ level: "note", key: "deal.check.each" });
  return { ...told, was: null, percent: null, checks: checks.map((one) => (one.key === "deal.check.no_prior" ? each : one)) };
}

/**
 * A deal's price, or the percentage it takes off: only that where the product's variants have
 * different prices. `money` is the lowest price that comes of it, null while it cannot be read.
 */
class ControlDealPrice extends ControlElement {
  /** @type {{price: Money, price_to?: Money}} */
  product;

  build() {
    const many = Boolean(this.product.price_to);
    this.by = choices({
      name: "by",
      legend: this.t("deal.by"),
      options: ["price", "percent"].map((value) => ({ value, label: this.t(`deal.by.${value}`) })),
      value: many ? "percent" : "price",
      onchange: () => this.#follow(true),
    });
    this.by.hidden = many;
    this.amount = this.make("control-money-field", { currency: this.product.price.currency, autofocus: !many });
    this.percent = el("input.v-num", { type: "number", min: "1", max: "99", inputMode: "numeric", autofocus: many });
    this.percent.addEventListener("input", () => this.#tell());
    const hint = this.t("deal.usual_price", { price: this.#usual });
    this.boxes = {
      price: field({ name: "price", label: this.t("deal.price"), control: this.amount, hint }),
      percent: field({ name: "percent", label: this.t("deal.percent"), control: this.percent, hint }),
    };
    this.append(this.by, this.boxes.price, this.boxes.percent);
    this.#follow(false);
  }

  /** What the command says. */
  get terms() {
    return this.#isPercent ? { percent: this.#off } : { price: this.amount.money };
  }

  get money() {
    if (!this.#isPercent) return this.amount.money;
    return this.#off && discounted(this.product.price, this.#off);
  }

  get empty() {
    return this.#isPercent ? this.percent.value === "" && !this.percent.validity.badInput : this.amount.empty;
  }

  get wrong() {
    return this.#isPercent ? this.t("deal.percent_wrong") : this.amount.wrong;
  }

  get #isPercent() {
    return this.by.value === "percent";
  }

  get #off() {
    const percent = this.percent.valueAsNumber;
    return Number.isInteger(percent) && percent >= 1 && percent <= 99 ? percent : null;
  }

  get #usual() {
    return this.ctx.price({ price: this.product.price, priceTo: this.product.price_to });
  }

  /** @param {boolean} chosen by hand: go on in the field */
  #follow(chosen) {
    this.boxes.price.hidden = this.#isPercent;
    this.boxes.percent.hidden = !this.#isPercent;
    if (chosen) (this.#isPercent ? this.percent : this.amount.input).focus();
  }

  #tell() {
    const price = this.money;
    const usual = this.#usual;
    const gives = price && this.t("deal.percent_gives", { price: this.ctx.price({ price, priceTo: this.product.price_to }), usual });
    setText(this.boxes.percent.querySelector(".c-hint"), gives || this.t("deal.usual_price", { price: usual }));
  }
}

customElements.define("control-deal-price", ControlDealPrice);
