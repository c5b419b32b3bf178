/**
 * What a product costs at this moment, and what may honestly be said about it: one rule for overlay,
 * phone and panel. Pure. `server/vetrina/domain/show/offer.py` is its twin; both run `tests/fixtures/offer.json`.
 */

/** Below this many pieces the stock is worth a word; above it, saying so would only press. */
const FEW = 10;

/** @typedef {import("./money.js").Money} Money */
/** @typedef {"none"|"announced"|"starting"|"running"|"over"} Phase */

/**
 * A deadline that has passed is over, also while the server cannot be reached; a start that has passed
 * is only believed when the server says so. So no screen promises a price that is not charged.
 *
 * @param {any} deal of the public state, or null @param {number} now server time, ms
 * @returns {Phase} "starting": its time has come, and the server's word has not
 */
function phaseOf(deal, now) {
  if (!deal) return "none";
  if (deal.status === "announced") return now < deal.starts_at ? "announced" : "starting";
  return now < deal.ends_at && deal.left !== 0 ? "running" : "over";
}

/** @param {any[]} deals of the public state @param {string} sku @returns {any} the product's deal, or null */
export function dealOf(deals, sku) {
  return deals.find((deal) => deal.product.sku === sku) ?? null;
}

/**
 * @param {{price: Money, prior_price: Money|null, stock: number|null}} product
 * @param {any} deal the deal of this product in the public state, or null
 * @param {number} now server time, ms
 * @returns {{phase: Phase, price: Money, was: Money|null, percent: number|null, soldOut: boolean, few: number|null}}
 *   `few`: how many are left, where that is worth a word
 */
export function offerOf(product, deal, now) {
  const phase = phaseOf(deal, now);
  const running = phase === "running";
  const price = running ? deal.price : product.price;
  const before = running ? deal.was : product.prior_price;
  const was = wasHigher(price, before) ? before : null;
  const { stock } = product;
  const counted = running && deal.quantity;
  return {
    phase,
    price,
    was,
    percent: running && was ? deal.percent : null,
    soldOut: stock === 0,
    few: stock !== null && stock > 0 && stock <= FEW && !counted ? stock : null,
  };
}

/**
 * A price to strike through exists only where the declared earlier price is really higher.
 *
 * @param {Money|null|undefined} price @param {Money|null|undefined} before
 */
export function wasHigher(price, before) {
  return Boolean(price && before && before.currency === price.currency && before.amount > price.amount);
}
