import { el } from "../../shared/dom.js";
import { formatDiscount } from "../../shared/offer.js";
import { problemText } from "../element.js";
import { ControlDialog, choices, field, fieldError } from "../forms/form.js";
import "../forms/money-field.js";
import { SELLING_WORDS as WORDS } from "./words.js";

export { WORDS };

const RUNNING = ["rehearsal", "live", "paused"];
/** How long an offer stays on the screens, in seconds; none: as long as the voucher is good. */
const LASTS = ["60", "300", "600", ""];

/**
 * The vouchers of the shop: made, offered in the show, taken off, deleted. `state`: the show as it is
 * now, to know what it offers.
 */
class ControlVouchersDialog extends ControlDialog {
  stays = true;
  /** @type {() => any} */
  state = () => null;

  build() {
    this.heading = this.t("vouchers.heading");
    this.submitText = this.t("vouchers.make");
    super.build();
  }

  listen() {
    super.listen();
    void this.#load();
  }

  fields() {
    const { show } = this.state();
    this.list = el("ul.c-list", { "aria-label": this.t("vouchers.heading") });
    this.empty = el("p.c-soft", { hidden: true, text: this.t("vouchers.none") });
    this.lasts = choices({
      name: "lasts",
      legend: this.t("vouchers.lasts"),
      options: LASTS.map((value) => ({ value, label: value ? this.t("vouchers.minutes", { n: Number(value) / 60 }) : this.t("vouchers.open_end") })),
      value: "300",
    });
    this.lasts.hidden = !RUNNING.includes(show.status);
    return [this.empty, this.list, this.lasts, this.#newOne(show.currency)];
  }

  /** @param {string} currency */
  #newOne(currency) {
    const number = (more) => el("input.v-num", { type: "number", inputMode: "decimal", ...more });
    this.percent = number({ min: "0.01", max: "100", step: "0.01" });
    this.amount = this.make("control-money-field", { currency });
    this.kind = choices({
      name: "kind",
      legend: this.t("vouchers.off"),
      options: ["percent", "amount"].map((value) => ({ value, label: this.t(`vouchers.kind.${value}`) })),
      value: "percent",
      onchange: () => this.#follow(),
    });
    this.least = this.make("control-money-field", { currency });
    this.quantity = number({ min: "1", step: "1" });
    this.until = el("input.v-num", { type: "datetime-local" });
    this.code = el("input", { type: "text", maxLength: 32, autocomplete: "off", spellcheck: false });
    this.byTap = el("input", { type: "checkbox", checked: true });
    this.here = el("input", { type: "checkbox" });
    const part = (name, control, hint) => field({ name, label: this.t(`vouchers.${name}`), control, hint: hint && this.t(hint) });
    this.percentField = part("percent", this.percent);
    this.amountField = part("amount", this.amount);
    const tick = (box, key) => el("label.c-tick", box, el("span", { text: this.t(key) }));
    const row = (...parts) => el("div.c-field-row", ...parts);
    const box = el("fieldset.c-fields", el("legend", { text: this.t("vouchers.new") }), this.kind,
      row(el("div", this.percentField, this.amountField), part("min_spend", this.least)),
      row(part("quantity", this.quantity), part("ends_at", this.until)),
      part("code", this.code, "vouchers.code_hint"),
      tick(this.byTap, "vouchers.by_tap"), tick(this.here, "vouchers.here"));
    this.#follow();
    return box;
  }

  #follow() {
    this.percentField.hidden = this.kind.value !== "percent";
    this.amountField.hidden = this.kind.value === "percent";
  }

  async submit() {
    const percent = this.kind.value === "percent";
    const value = percent ? Number(this.percent.value) : this.amount.money;
    const missing = percent ? (value > 0 ? "" : this.t("vouchers.percent_needed")) : this.amount.wrong;
    fieldError(this.form, percent ? "percent" : "amount", missing);
    if (missing) return null;
    if (!this.least.empty && this.least.wrong) return void fieldError(this.form, "min_spend", this.least.wrong) ?? null;
    const body = {
      [percent ? "percent" : "amount"]: value,
      ...(!this.least.empty && { min_spend: this.least.money }),
      ...(this.quantity.value && { quantity: Number(this.quantity.value) }),
      ...(this.until.value && { ends_at: new Date(this.until.value).getTime() }),
      ...(this.code.value.trim() && { code: this.code.value.trim() }),
      ...(this.here.checked && { show: this.state().show.slug }),
      by_tap: this.byTap.checked,
    };
    await this.ask("call", { method: "post", path: "/vouchers", body });
    for (const input of [this.percent, this.quantity, this.until, this.code, this.amount.input, this.least.input]) input.value = "";
    await this.#load();
    return null;
  }

  async #load() {
    const { vouchers } = await this.#tried(() => this.ask("call", { method: "get", path: "/vouchers?limit=100" })) ?? { vouchers: [] };
    this.empty.hidden = vouchers.length > 0;
    this.list.replaceChildren(...vouchers.map((one) => this.#row(one)));
  }

  /** @param {any} voucher */
  #row(voucher) {
    const { show, vouchers: offers = [] } = this.state();
    const offer = offers.find(({ alias }) => alias === voucher.alias);
    const off = voucher.percent ? formatDiscount(voucher.percent, this.ctx.lang) : `\u2212${this.ctx.money(voucher.amount)}`;
    const facts = el("div.c-list-facts", el("b", { text: `${off} ${voucher.code}` }), el("span.c-soft", { text: this.#terms(voucher, offer) }));
    const buttons = [
      offer && this.#button("vouchers.close", () => this.#command({ type: "close_voucher", voucher: offer.id })),
      !offer && RUNNING.includes(show.status) && this.#button("vouchers.offer", () => this.#offer(voucher)),
      this.#button("vouchers.delete", () => this.ask("call", { method: "delete", path: `/vouchers/${encodeURIComponent(voucher.code)}` }), true),
    ];
    return el("li.c-list-row", facts, el("div.c-list-buttons", ...buttons.filter(Boolean)));
  }

  /** @param {any} voucher @param {any} offer */
  #terms({ quantity, left, used, claims, by_tap: byTap, min_spend: least, ends_at: endsAt }, offer) {
    return [
      offer && this.t("vouchers.offered"),
      quantity && this.t("vouchers.left", { left, n: quantity }),
      byTap && this.t("vouchers.claims", { n: claims }),
      this.t("vouchers.used", { n: used }),
      least && this.t("vouchers.from", { price: this.ctx.money(least) }),
      endsAt && this.t("vouchers.until", { time: this.ctx.dayTime(endsAt) }),
    ].filter(Boolean).join(" · ");
  }

  #offer({ code }) {
    const lasts = this.lasts.value;
    return this.#command({ type: "offer_voucher", voucher: code, ...(lasts && { duration_s: Number(lasts) }) });
  }

  #command(command) {
    return this.ask("command", { command });
  }

  /** @param {string} key @param {() => Promise<any>} run @param {boolean} [twice] asks again first */
  #button(key, run, twice = false) {
    let sure = !twice;
    const button = el("button.c-button.c-small", { type: "button", text: this.t(key) });
    button.addEventListener("click", async () => {
      if (!sure) {
        sure = true;
        button.textContent = this.t("vouchers.really");
        return;
      }
      button.disabled = true;
      await this.#tried(run);
      await this.#load();
    });
    return button;
  }

  /** @template T @param {() => Promise<T>} run @returns {Promise<T|undefined>} */
  async #tried(run) {
    this.refuse("");
    try {
      return await run();
    } catch (problem) {
      this.refuse(problemText(this.ctx.t, problem));
    }
  }
}

customElements.define("control-vouchers-dialog", ControlVouchersDialog);
