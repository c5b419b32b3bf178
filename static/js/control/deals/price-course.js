/** What a product was offered for lately: what it says of a deal, and its course as a drawing. */

import { el } from "../../shared/dom.js";

const SVG = "http://www.w3.org/2000/svg";
export const DAY_MS = 86_400_000;
export const WINDOW_MS = 30 * DAY_MS;
/** A deal of minutes would not be seen among 30 days. */
const LEAST_MS = WINDOW_MS / 100;
const [WIDTH, HEIGHT, EDGE] = [300, 44, 4];

/**
 * @typedef {{amount: number, currency: string}} Money
 * @typedef {{kind: "price"|"deal", price: Money, starts_at: number, ends_at: number|null}} Offered
 * @typedef {{prices: Offered[], lowest: Offered|null}} History as the server tells it
 * @typedef {{from: number, until: number, amount: number}} Step
 */

/**
 * Whether the screen will say less than the price suggests, because the product was cheaper lately.
 *
 * @param {Money} own @param {Money} price of the deal
 * @param {Offered|null|undefined} lowest @param {number|null} percent what the screen will say
 * @returns {{level: "warn", key: string, values: Record<string, any>}|null}
 */
export function cheaper(own, price, lowest, percent) {
  if (!lowest || lowest.ends_at === null || lowest.price.currency !== own.currency) return null;
  if (lowest.price.amount >= own.amount || price.amount >= own.amount) return null;
  const hoped = Math.floor(((own.amount - price.amount) * 100) / own.amount);
  if (hoped <= (percent ?? 0)) return null;
  const values = { day: lowest.ends_at - 1, hoped, ...(percent && { percent }) };
  return { level: "warn", key: percent ? "deal.check.cheaper" : "deal.check.cheaper_none", values };
}

/**
 * The price at each time of the last 30 days: a deal's while it ran, else the product's own. Nothing
 * where nobody knows.
 *
 * @param {Offered[]} prices @param {number} now
 * @returns {Step[]}
 */
export function course(prices, now) {
  const currency = prices.at(-1)?.price.currency;
  const spans = prices
    .filter(({ price }) => price.currency === currency)
    .map((one) => span(one, now))
    .filter(({ from, until }) => from < until);
  const times = [...new Set(spans.flatMap(({ from, until }) => [from, until]))].sort((a, b) => a - b);
  /** @type {Step[]} */
  const steps = [];
  for (const [n, from] of times.slice(0, -1).entries()) {
    const amounts = spans.filter((one) => one.from <= from && from < one.until).map(({ amount }) => amount);
    if (amounts.length === 0) continue;
    const step = { from, until: times[n + 1], amount: Math.min(...amounts) };
    const last = steps.at(-1);
    if (last?.until === from && last.amount === step.amount) last.until = step.until;
    else steps.push(step);
  }
  return steps;
}

/** @param {Offered} one @param {number} now @returns {Step} within the 30 days */
function span({ kind, price, starts_at, ends_at }, now) {
  const until = Math.min(ends_at ?? now, now);
  const least = kind === "deal" && until > now - WINDOW_MS ? until - LEAST_MS : until;
  return { from: Math.max(Math.min(starts_at, least), now - WINDOW_MS), until, amount: price.amount };
}

/**
 * @param {Step[]} steps @param {number} now
 * @returns {string} an SVG path, from left to right
 */
export function pathOf(steps, now) {
  const amounts = steps.map(({ amount }) => amount);
  const [low, high] = [Math.min(...amounts), Math.max(...amounts)];
  const x = (ms) => round(((ms - now + WINDOW_MS) * WIDTH) / WINDOW_MS);
  const y = (amount) => round(EDGE + ((high - amount) * (HEIGHT - 2 * EDGE)) / (high - low || 1));
  return steps
    .map(({ from, until, amount }, n) => {
      const start = steps[n - 1]?.until === from ? "V" : `M${x(from)},`;
      return `${start}${y(amount)}H${x(until)}`;
    })
    .join("");
}

const round = (number) => Math.round(number * 10) / 10;

/**
 * The course as a small drawing with words; nothing where the price has always been the same.
 *
 * @param {import("../element.js").Context} ctx @param {History} history
 * @returns {HTMLElement|null}
 */
export function courseFigure(ctx, { prices }) {
  const now = ctx.now();
  const steps = course(prices, now);
  const amounts = steps.map(({ amount }) => amount);
  const [low, high] = [Math.min(...amounts), Math.max(...amounts)];
  if (steps.length < 2 || low === high) return null;
  const { currency } = prices[prices.length - 1].price;
  const range = { low: ctx.money({ amount: low, currency }), high: ctx.money({ amount: high, currency }) };
  return el(
    "figure.c-course",
    el("figcaption", el("span", { text: ctx.t("deal.course") }), el("span.v-num", { text: ctx.t("deal.course.range", range) })),
    picture(pathOf(steps, now), ctx.t("deal.course.name", range)),
  );
}

/** @param {string} path @param {string} name */
function picture(path, name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
