/**
 * @typedef {object} RowModel
 * @property {string} key
 * @property {number} number call number
 * @property {object} product
 * @property {object | null} deal
 * @property {boolean} stale
 */

/**
 * The bag as rows, each with the deal that runs on it.
 * @param {object[]} bag BagItems in the host's order
 * @param {object[]} deals of the public state
 * @param {boolean} stale
 * @returns {RowModel[]}
 */
export function rowsOf(bag, deals, stale) {
  return bag.map((item) => ({
    key: item.sku,
    number: item.number,
    product: item,
    deal: deals.find((deal) => deal.product.sku === item.sku) ?? null,
    stale,
  }));
}

/** Rows whose call number starts with the text, or whose title or SKU contains it. */
export function findRows(rows, text) {
  const wanted = plain(text);
  if (!wanted) return rows;
  const digits = wanted.replace(/\D/g, "");
  return rows.filter(
    ({ number, product }) =>
      (digits && String(number).startsWith(digits) && /^[^\d]*\d+$/.test(wanted)) ||
      plain(`${product.title} ${product.sku}`).includes(wanted),
  );
}

/** Without case and accents: "caffe" finds "Caffè". */
function plain(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().trim();
}
