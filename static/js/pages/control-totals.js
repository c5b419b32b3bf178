/**
 * The host's totals after one event: real orders less reversals, per currency, never a test. The
 * rule of `server/vetrina/domain/show/ticker.py`; a snapshot's totals replace what was added up here.
 *
 * @typedef {{amount: number, currency: string}} Money
 * @typedef {{orders: number, units: number, gross: Money[]}} Totals
 * @param {Totals} totals
 * @param {Record<string, any>} event
 * @returns {Totals}
 */
export function totalsAfter(totals, event) {
  if (event.test) return totals;
  const units = (event.items ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  if (event.type === "purchase_confirmed") return added(totals, 1, units, event.amounts ?? [], 1);
  if (event.type === "purchases_merged") return added(totals, event.count, event.units, event.amounts ?? [], 1);
  if (event.type !== "purchase_reversed") return totals;
  return added(totals, event.complete ? -1 : 0, -units, event.amounts ?? [], -1);
}

/** @param {Totals} totals @param {number} orders @param {number} units @param {Money[]} amounts @param {1|-1} sign */
function added(totals, orders, units, amounts, sign) {
  const gross = new Map(totals.gross.map(({ amount, currency }) => [currency, amount]));
  for (const { amount, currency } of amounts) gross.set(currency, (gross.get(currency) ?? 0) + sign * amount);
  return {
    orders: totals.orders + orders,
    units: totals.units + units,
    gross: [...gross].map(([currency, amount]) => ({ amount, currency })),
  };
}
