/** An order in words: what it is called, how it stands, what happened to it. */

import { el } from "../../shared/dom.js";
import { nameOf as shopName } from "../shops/purchases.js";

/** What a seller looks for first. The words of the API in the order of the list's filter. */
export const STATUSES = ["open", "partly_shipped", "shipped", "delivered", "returned", "paid", "partly_refunded", "refunded", "awaiting", "disputed"];

/** What is told of an order's past; what only programs need is left away. */
const TOLD = new Set([
  "payment_started", "paid", "payment_failed", "expired", "given_back", "paid_in_vain", "refund_asked", "refunded",
  "refund_failed", "dispute_opened", "dispute_closed", "shipped", "delivered", "returned", "withdrawal_asked",
]);

/** @typedef {import("../element.js").Context} Context */

/** @param {Context} ctx @param {any} order "Order 1042", or what its shop is called */
export function nameOf({ t }, { number, source }) {
  return number === null ? sourceName(t, source) : t("orders.number", { number: String(number) });
}

/** @param {any} t @param {{kind: string, name: string}} source a connection that was removed has no name any more */
export function sourceName(t, source) {
  return source.kind === "unknown" ? t("orders.unknown_shop") : shopName(t, source);
}

/**
 * How an order stands: money, parcels, a dispute, and what wants somebody.
 *
 * @param {Context} ctx @param {any} order @returns {HTMLElement[]}
 */
export function chips({ t }, order) {
  const chip = (text, tone = "") => el("span.c-tag", { text, data: { tone } });
  const parts = [order.money !== "none" && chip(t(`orders.status.${order.money}`), order.money === "awaiting" ? "wait" : "")];
  if (order.order === "cancelled") parts.push(chip(t("orders.status.cancelled")));
  else if (order.fulfilment) parts.push(chip(t(`orders.status.${order.fulfilment}`), order.fulfilment === "open" ? "wait" : "done"));
  for (const code of order.attention) parts.push(chip(t(`orders.attention.${code}`), "now"));
  if (order.dispute === "won" || order.dispute === "lost") parts.push(chip(t(`orders.dispute.${order.dispute}`)));
  if (order.test) parts.push(el("span.c-tag.c-tag-test", { text: t("purchases.test") }));
  return parts.filter(Boolean);
}

/**
 * What happened, in a sentence each, the first thing first.
 *
 * @param {Context} ctx @param {any[]} history @returns {{at: number, text: string, by: string|null}[]}
 */
export function told(ctx, history) {
  return history.filter(({ type }) => TOLD.has(type)).map((fact) => ({ at: fact.at, text: sentence(ctx, fact), by: fact.by }));
}

/** @param {Context} ctx @param {any} fact */
function sentence({ t, money }, { type, amount, why, won, pieces, carrier }) {
  const values = { amount: amount ? money(amount) : "", n: pieces ?? 0, carrier: carrier ?? "" };
  if (type === "dispute_closed") return t(won ? "orders.fact.dispute_won" : "orders.fact.dispute_lost", values);
  if (type === "paid_in_vain") return [t("orders.fact.paid_in_vain", values), t(`orders.vain.${why}`)].join(" ");
  return t(`orders.fact.${type}`, values);
}

/** @param {any} line "Shirt · M / Olive" */
export function titleOf({ title, choice }) {
  return [title, choice].filter(Boolean).join(" · ");
}
