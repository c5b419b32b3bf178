import { el, setText } from "../../shared/dom.js";
import { problemText } from "../element.js";
import { ControlDialog, choices, field, fieldError } from "../forms/form.js";
import "../forms/money-field.js";
import { piecesField } from "./pieces-field.js";

const REASONS = ["requested_by_customer", "duplicate", "fraudulent"];
/** So long nobody types before the amount is asked for. */
const REST_MS = 250;

/**
 * Money back: the whole rest, pieces, or an amount. It says what that comes to and asks once more.
 * Property: `order`, as the API tells it; the answer is the order as it is then.
 */
class ControlRefundDialog extends ControlDialog {
  /** @type {any} */
  order = null;
  tone = "danger";
  /** One wish has one key, so that a second try pays nothing twice. */
  #key = crypto.getRandomValues(new Uint32Array(4)).join("-");
  #asked = 0;
  /** @type {any} */
  #amount = null;

  build() {
    this.heading = this.t("orders.refund.heading");
    this.submitText = this.t("orders.refund.submit");
    super.build();
    this.addEventListener("input", () => this.#changed());
    this.#changed();
  }

  fields() {
    const { left, lines } = this.order;
    const most = new Map(left.lines.map(({ sku, quantity }) => [sku, quantity]));
    const options = ["whole", "lines", "amount"].map((value) => ({ value, label: this.t(`orders.refund.${value}`) }));
    this.kind = choices({ name: "kind", legend: this.t("orders.refund.what"), options, value: "whole", onchange: () => this.#changed() });
    this.pieces = piecesField(this.ctx, lines.map((line) => ({ ...line, most: most.get(line.sku) ?? 0 })), 0);
    this.money = this.make("control-money-field", { currency: left.total.currency });
    this.amount = field({ name: "amount", label: this.t("orders.refund.amount_label"), control: this.money });
    this.shipping = el("input", { type: "checkbox" });
    this.shippingTick = el("label.c-tick", this.shipping, el("span", { text: this.t("orders.refund.shipping", { amount: this.ctx.money(left.shipping) }) }));
    this.restock = el("input", { type: "checkbox" });
    this.restockTick = el("label.c-tick", this.restock, el("span", { text: this.t("orders.refund.restock") }));
    this.reason = el("select", ...REASONS.map((value) => el("option", { value, text: this.t(`orders.reason.${value}`) })));
    this.sum = el("p.c-refund-sum", { role: "status" });
    return [
      el("p", { text: this.t("orders.refund.left", { amount: this.ctx.money(left.total) }) }),
      this.kind,
      this.pieces,
      this.shippingTick,
      this.amount,
      this.restockTick,
      field({ name: "reason", label: this.t("orders.refund.reason"), control: this.reason }),
      this.sum,
    ];
  }

  async submit() {
    const wrong = this.#wrong();
    if (wrong) {
      fieldError(this.form, wrong[0], wrong[1]);
      return null;
    }
    const { id } = this.order;
    const answer = await this.ask("refund", { id, body: this.#body(), key: this.#key });
    this.say(this.t("orders.refund.asked", { amount: this.ctx.money(answer.amount) }));
    return answer.order;
  }

  #wrong() {
    const { value } = this.kind;
    if (value === "amount" && !this.money.money) return ["amount", this.money.wrong];
    const nothing = value === "lines" && this.pieces.pieces.length === 0 && !this.shipping.checked;
    return nothing ? ["lines", this.t("orders.pieces_needed")] : null;
  }

  #body() {
    const { value } = this.kind;
    return {
      version: this.order.version,
      reason: this.reason.value,
      restock: value !== "amount" && this.restock.checked,
      ...(value === "lines" && { lines: this.pieces.pieces, shipping: this.shipping.checked }),
      ...(value === "amount" && { amount: this.money.money }),
    };
  }

  #changed() {
    const { value } = this.kind;
    this.pieces.hidden = value !== "lines";
    this.shippingTick.hidden = value !== "lines" || this.order.left.shipping.amount === 0;
    this.amount.hidden = value !== "amount";
    this.restockTick.hidden = value === "amount";
    this.#say(null);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), REST_MS);
  }

  /** What it comes to is the server's sum, to the last cent. */
  async #ask() {
    if (this.#wrong() || !this.isConnected) return;
    const turn = ++this.#asked;
    try {
      const { amount } = await this.ask("refundAmount", { id: this.order.id, body: this.#body() });
      if (turn === this.#asked) this.#say(amount);
    } catch (problem) {
      if (turn === this.#asked) this.refuse(problemText(this.ctx.t, problem));
    }
  }

  #say(amount) {
    this.#amount = amount;
    setText(this.sum, amount ? this.t("orders.refund.sum", { amount: this.ctx.money(amount) }) : "");
    setText(this.go, amount ? this.t("orders.refund.submit_amount", { amount: this.ctx.money(amount) }) : this.submitText);
    this.go.disabled = !amount;
  }
}

customElements.define("control-refund-dialog", ControlRefundDialog);
