import { el } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { moneyText, parseMoney } from "./control-money-parse.js";

/**
 * An amount typed in major units of `currency`. `money` is null while it is empty or unreadable;
 * `wrong` says why in words, for the field around it. Its input bubbles "input" as usual.
 */
export class ControlMoneyField extends ControlElement {
  currency = "EUR";
  /** @type {{amount: number, currency: string}|null} */
  initial = null;
  autofocus = false;

  build() {
    const text = this.initial ? moneyText(this.initial, this.ctx.lang) : "";
    this.input = el("input.v-num", {
      type: "text",
      inputMode: "decimal",
      autocomplete: "off",
      value: text,
      size: 8,
      autofocus: this.autofocus,
    });
    this.append(el("span.c-money-unit", { text: this.currency }), this.input);
  }

  get empty() {
    return !this.input.value.trim();
  }

  get money() {
    const read = parseMoney(this.input.value, this.currency);
    return "money" in read ? read.money : null;
  }

  get wrong() {
    const read = parseMoney(this.input.value, this.currency);
    return "wrong" in read ? this.t(`money.${read.wrong}`, { currency: this.currency }) : "";
  }
}

customElements.define("control-money-field", ControlMoneyField);
