import { el, setText } from "../../shared/dom.js";
import { dateFormat } from "../../shared/i18n.js";
import { icon } from "../element.js";
import { ControlDialog, choices, field } from "../forms/form.js";
import { saidOfEach } from "./deal-price.js";
import { cheaper, courseFigure } from "./price-course.js";

/**
 * What can be said of a deal before it is sent, with the same rules as the server's: the comparison
 * on screen is the lowest price of the last 30 days (Directive 98/6/EC, Article 6a), never the
 * product's own price alone.
 *
 * @typedef {{amount: number, currency: string}} Money
 * @typedef {{level: "ok"|"note"|"warn"|"stop", key: string, values?: Record<string, any>}} Check
 *   `key` is of the catalogue; a "stop" would be refused
 * @param {{price: Money, prior_price: Money|null, stock: number|null}} product
 * @param {Money|null} price
 * @param {number|null} quantity
 * @param {{deal_discount_min_percent: number, deal_discount_max_percent: number}} limits the server's settings
 * @param {import("./price-course.js").Offered|null} [lowest] of the last 30 days, as the price history has it
 * @returns {{was: Money|null, percent: number|null, checks: Check[]}}
 */
export function checkDeal(product, price, quantity, limits, lowest) {
  if (!price) return { was: null, percent: null, checks: stockChecks(product, quantity) };
  const known = historic(product, lowest);
  const was = comparison(known, price);
  const percent = was && Math.floor(((was.amount - price.amount) * 100) / was.amount);
  const warning = product.prior_price && cheaper(product.price, price, lowest, percent);
  const checks = [...(warning ? [warning] : []), ...priceChecks(known, price, was, limits), ...stockChecks(product, quantity)];
  checks.push({ level: "note", key: "deal.check.thirty_days", values: { price } });
  return { was, percent, checks };
}

/** What is declared, lowered to what the history knows; nothing where nothing is declared. */
function historic(product, lowest) {
  const prior = product.prior_price;
  const lower = prior && lowest && lowest.price.currency === prior.currency && lowest.price.amount < prior.amount;
  return lower ? { ...product, prior_price: lowest.price } : product;
}

/** @param {{price: Money, prior_price: Money|null}} product @param {Money} price @returns {Money|null} */
function comparison(product, price) {
  if (!product.prior_price) return null;
  const lowest = Math.min(product.prior_price.amount, product.price.amount);
  return lowest > price.amount ? { amount: lowest, currency: price.currency } : null;
}

/** @returns {Check[]} */
function priceChecks(product, price, was, limits) {
  if (price.amount >= product.price.amount) {
    return [{ level: "stop", key: "deal.check.not_lower", values: { price: product.price } }];
  }
  const off = ((product.price.amount - price.amount) * 100) / product.price.amount;
  const values = { least: limits.deal_discount_min_percent, most: limits.deal_discount_max_percent };
  if (off < values.least || off > values.most) {
    return [{ level: "stop", key: "deal.check.discount", values }];
  }
  if (was) return [{ level: "ok", key: "deal.check.compared", values: { was } }];
  if (!product.prior_price) return [{ level: "note", key: "deal.check.no_prior" }];
  return [{ level: "note", key: "deal.check.prior_lower", values: { was: product.prior_price } }];
}

/** @returns {Check[]} */
function stockChecks(product, quantity) {
  const { stock } = product;
  if (stock === 0) return [{ level: "stop", key: "deal.check.sold_out" }];
  if (stock === null) return quantity ? [] : [{ level: "note", key: "deal.check.no_limit" }];
  if (quantity && quantity > stock) {
    return [{ level: "stop", key: "deal.check.not_enough", values: { n: stock } }];
  }
  return quantity ? [] : [{ level: "note", key: "deal.check.until_stock", values: { n: stock } }];
}

const PRESETS_S = [60, 300, 600, 1200];
const USUAL_S = 300;
const MARKS = { ok: "check", note: "eye", warn: "warning", stop: "warning" };

/**
 * Starts a flash deal for `product` (an item of the bag) and says beforehand what will be shown.
 * `limits` are the server's.
 */
class ControlDealDialog extends ControlDialog {
  /** @type {any} */
  product;
  /** @type {Record<string, number>} */
  limits;
  /** @type {import("./price-course.js").History|null} */
  #history = null;

  build() {
    this.heading = this.t("deal.new", { title: this.product.title });
    this.submitText = this.t("deal.start");
    super.build();
    this.form.addEventListener("input", () => this.#check());
    this.#check();
  }

  listen() {
    super.listen();
    this.#fetchHistory();
  }

  fields() {
    this.price = this.make("control-deal-price", { product: this.product });
    this.percent = el("output.c-deal-percent.v-num");
    const lasts = presets(this.limits);
    this.duration = choices({
      name: "duration_s",
      legend: this.t("deal.duration"),
      options: lasts.map((seconds) => ({ value: String(seconds), label: this.#lastsText(seconds) })),
      value: String(lasts.includes(USUAL_S) ? USUAL_S : lasts[0]),
    });
    const { deal_lead_min_s: least, deal_lead_max_s: most } = this.limits;
    this.lead = this.#count("deal.lead", "lead_s", this.t("deal.lead_hint", { least, most }));
    this.quantity = this.#count("deal.quantity", "quantity", this.t("deal.quantity_hint"));
    this.perViewer = this.#count("deal.per_viewer", "per_viewer", this.t("deal.per_viewer_hint"));
    this.checks = el("ul.c-checks", { "aria-live": "polite" });
    this.course = el("div", { hidden: true });
    return [this.#priceRow(), this.course, this.duration, this.#numbers(), this.checks];
  }

  async submit() {
    const lead = this.#number(this.lead);
    const command = {
      type: "start_deal",
      sku: this.product.sku,
      ...this.price.terms,
      duration_s: Number(this.duration.value),
      ...(lead && { lead_s: lead }),
      ...(this.#number(this.quantity) && { quantity: this.#number(this.quantity) }),
      ...(this.#number(this.perViewer) && { per_viewer: this.#number(this.perViewer) }),
    };
    return this.ask("command", { command });
  }

  /** Without it the server still decides: only the warning comes late. */
  async #fetchHistory() {
    try {
      this.#history = await this.ask("prices", { sku: this.product.sku });
    } catch {
      return;
    }
    const figure = courseFigure(this.ctx, this.#history);
    if (figure) this.course.replaceChildren(figure);
    this.course.hidden = !figure;
    this.#check();
  }

  #priceRow() {
    return el("div.c-deal-price", this.price, this.percent);
  }

  #numbers() {
    return el("div.c-field-row", this.lead, this.quantity, this.perViewer);
  }

  #count(label, name, hint) {
    const input = el("input.v-num", { type: "number", min: "1", inputMode: "numeric" });
    return field({ name, label: this.t(label), control: input, hint });
  }

  #number(box) {
    const value = box.querySelector("input").valueAsNumber;
    return Number.isInteger(value) && value > 0 ? value : null;
  }

  #check() {
    const price = this.price.money;
    const told = checkDeal(
      this.product,
      price,
      this.#number(this.quantity),
      this.limits,
      this.#history?.lowest,
    );
    const { percent, checks } = saidOfEach(this.product, told);
    setText(this.percent, percent ? `−${this.#percentText(percent)}` : "");
    const lines = price || this.price.empty ? checks : [{ level: "stop", text: this.price.wrong }];
    if (price) lines.push({ level: "note", text: this.#endsText() });
    this.checks.replaceChildren(...lines.map((check) => this.#line(check)));
    this.go.disabled = !price || lines.some(({ level }) => level === "stop");
  }

  #line({ level, key, values = {}, text }) {
    const shown = Object.entries(values).map(([name, value]) => [name, this.#shown(name, value)]);
    const words = text ?? this.t(key, Object.fromEntries(shown));
    return el("li", { data: { level } }, icon(MARKS[level]), el("span", { text: words }));
  }

  #shown(name, value) {
    if (name === "day") return dateFormat(this.ctx.lang, { day: "numeric", month: "short" }).format(value);
    if (name === "percent" || name === "hoped") return this.#percentText(value);
    return typeof value === "object" ? this.ctx.money(value) : value;
  }

  #lastsText(seconds) {
    if (seconds % 60 === 0) return this.t("deal.minutes", { n: seconds / 60 });
    return this.t("ago.seconds", { n: seconds });
  }

  #percentText(percent) {
    return new Intl.NumberFormat(this.ctx.lang, { style: "percent" }).format(percent / 100);
  }

  #endsText() {
    const seconds = (this.#number(this.lead) ?? 0) + Number(this.duration.value);
    return this.t("deal.check.ends", { time: this.ctx.time(this.ctx.now() + seconds * 1000) });
  }
}

/**
 * The usual lengths that the server allows; its shortest and longest where none is.
 *
 * @param {Record<string, number>} limits @returns {number[]} seconds
 */
export function presets({ deal_duration_min_s: least, deal_duration_max_s: most }) {
  const usual = PRESETS_S.filter((seconds) => least <= seconds && seconds <= most);
  return usual.length > 0 ? usual : [...new Set([least, most])];
}

customElements.define("control-deal-dialog", ControlDealDialog);
