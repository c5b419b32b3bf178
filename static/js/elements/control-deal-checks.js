/**
 * What can be said of a deal before it is sent, with the same rules as the server's: the comparison
 * on screen is the lowest price of the last 30 days (Directive 98/6/EC, Article 6a), never the
 * product's own price alone.
 *
 * @typedef {{amount: number, currency: string}} Money
 * @typedef {{level: "ok"|"note"|"stop", key: string, values?: Record<string, any>}} Check
 *   `key` is of the catalogue; a "stop" would be refused
 * @param {{price: Money, prior_price: Money|null, stock: number|null}} product
 * @param {Money|null} price
 * @param {number|null} quantity
 * @param {{deal_discount_min_percent: number, deal_discount_max_percent: number}} limits the server's settings
 * @returns {{was: Money|null, percent: number|null, checks: Check[]}}
 */
export function checkDeal(product, price, quantity, limits) {
  if (!price) return { was: null, percent: null, checks: stockChecks(product, quantity) };
  const was = comparison(product, price);
  const percent = was && Math.floor(((was.amount - price.amount) * 100) / was.amount);
  const checks = [...priceChecks(product, price, was, limits), ...stockChecks(product, quantity)];
  checks.push({ level: "note", key: "deal.check.thirty_days", values: { price } });
  return { was, percent, checks };
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
