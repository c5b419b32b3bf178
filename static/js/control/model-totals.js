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
  if (event.type === "purchase_added") return added(totals, event.complete ? 1 : 0, units, event.amounts ?? [], 1);
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

/** @param {any[]} events @returns {Map<string, number>} pieces by the name that an item had */
export function soldOf(events) {
  const sold = new Map();
  const items = events.filter(({ type }) => type === "purchase_confirmed").flatMap((event) => event.items);
  for (const { sku, quantity } of items) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  return sold;
}

/** How many purchases' sources are worth remembering: more than the ticker ever shows. */
const MOST = 200;

/**
 * What the server does not say again: of which lost overlays somebody has taken note, and by which
 * connection a purchase came in. Kept for as long as the panel is open.
 */
export class Watch {
  /** @type {Set<string>} overlays whose loss somebody has taken note of */
  #noted = new Set();
  /** @type {ReadonlyMap<string, string>} purchase id → who reported it */
  sources = new Map();

  /**
   * An overlay that was on air when it left is missed until it is back or somebody takes note.
   *
   * @param {any[]} overlays as the server lists them
   * @returns {any[]}
   */
  marked(overlays) {
    return overlays.map((overlay) => {
      if (overlay.connected) this.#noted.delete(overlay.id);
      return this.#noted.has(overlay.id) ? { ...overlay, lost: false } : overlay;
    });
  }

  /** @param {string[]} ids overlays that are gone on purpose */
  takeNote(ids) {
    for (const id of ids) this.#noted.add(id);
  }

  /** @param {any[]} events @returns {boolean} whether something new was learned */
  learn(events) {
    const bought = events.filter(({ type, by }) => type === "purchase_confirmed" && by);
    if (bought.length === 0) return false;
    const known = [...this.sources, ...bought.map(({ purchase, by }) => [purchase, by])];
    this.sources = new Map(known.slice(-MOST));
    return true;
  }
}
