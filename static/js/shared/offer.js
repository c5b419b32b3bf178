/** What a product costs at this moment, and what may honestly be said about it. No DOM. */

/** Below this many pieces the stock is worth a word; above it, saying so would only press. */
const FEW = 10;

/** @typedef {"none"|"announced"|"starting"|"running"|"over"} Phase */

/**
 * What is true at the corrected clock, even while the server cannot be reached: a deadline that has
 * passed is over, but a start that has passed is only believed when the server says so.
 * @returns {Phase}
 */
export function phaseOf(deal, now) {
  if (!deal) return "none";
  if (deal.status === "announced") return now < deal.starts_at ? "announced" : "starting";
  return now < deal.ends_at && deal.left !== 0 ? "running" : "over";
}

/**
 * @param {object} product
 * @param {object | null} deal the deal of this product in the public state
 * @param {number} now server time, ms
 */
export function offerOf(product, deal, now) {
  const phase = phaseOf(deal, now);
  const running = phase === "running";
  const price = running ? deal.price : product.price;
  const was = comparable(running ? deal.was : product.prior_price, price);
  return {
    phase,
    price,
    was,
    percent: running && was ? deal.percent : null,
    soldOut: product.stock === 0,
    few: product.stock > 0 && product.stock <= FEW && !(running && deal.quantity) ? product.stock : null,
    link: safeLink(product.link),
  };
}

/** A price to strike through exists only where the declared earlier price is really higher. */
function comparable(before, price) {
  if (!before || before.currency !== price.currency) return null;
  return before.amount > price.amount ? before : null;
}

/** Only addresses of the web: whatever else stands in a link field is treated as no link. */
export function safeLink(link) {
  if (!link) return null;
  try {
    const url = new URL(link, document.baseURI);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
