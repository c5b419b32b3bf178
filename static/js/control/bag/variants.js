/** Options and the variants that come of them: which there are, what they keep when options change. Pure. */

export const OPTIONS = 3;
export const VARIANTS = 100;
const SKU_CHARS = 64;

/** @typedef {{values: string[], sku: string, price: string, prior: string, stock: string, image: string|null}} Row */

/** @param {string} text "S, M, L", or "0,5 l; 1 l" @returns {string[]} each once */
export function valuesOf(text) {
  const parts = text.split(text.includes(";") ? ";" : ",").map((part) => part.trim());
  return [...new Set(parts.filter(Boolean))];
}

/** @param {string[]} values @returns {string} as `valuesOf` reads it */
export function valuesText(values) {
  if (!values.some((value) => value.includes(","))) return values.join(", ");
  return values.length > 1 ? values.join("; ") : `${values[0]};`;
}

/** @param {{values: string[]}[]} variants @returns {string[][]} the values of each option, in order of first appearance */
export function valuesByOption(variants) {
  const lists = /** @type {Set<string>[]} */ ([]);
  for (const { values } of variants) {
    values.forEach((value, index) => (lists[index] ??= new Set()).add(value));
  }
  return lists.map((list) => [...list]);
}

/** @param {string[][]} lists @returns {number} */
export function countOf(lists) {
  return lists.length === 0 ? 0 : lists.reduce((product, list) => product * list.length, 1);
}

/**
 * All combinations, in the order of the values. What was known of one stays: also when a value was
 * renamed, and as far as it can when an option came or went. One that was removed by hand stays away.
 *
 * @param {string[][]} lists the values of each option
 * @param {{rows: Row[], before: string[][], gone: Set<string>, past?: Row[]}} known `past`: rows that went when
 *   a value was taken away, in case it comes back
 * @param {(values: string[]) => string} skuOf for a new one
 * @returns {Row[]}
 */
export function combined(lists, { rows, before, gone, past = [] }, skuOf) {
  if (countOf(lists) === 0) return [];
  const kept = renamed(rows, before, lists, skuOf);
  const used = /** @type {Set<Row>} */ (new Set());
  /** @type {string[][]} */
  const start = [[]];
  const all = lists.reduce((some, list) => some.flatMap((one) => list.map((value) => [...one, value])), start);
  const wanted = all.filter((values) => !gone.has(keyOf(values)));
  return wanted.map((values) => sameRow(values, kept) ?? sameRow(values, past) ?? rowFor(values, kept, used, skuOf));
}

/** @param {string[]} values @returns {string} */
export function keyOf(values) {
  return JSON.stringify(values);
}

/** @param {string[]} values @param {Row[]} rows @param {Set<Row>} used @param {(values: string[]) => string} skuOf @returns {Row} */
function rowFor(values, rows, used, skuOf) {
  const alike = rows.find((row) => within(row.values, values) || within(values, row.values));
  if (alike && alike.values.length !== values.length && !used.has(alike)) {
    used.add(alike);
    return { ...alike, values };
  }
  const { price = "", prior = "" } = alike ?? rows[0] ?? {};
  return { values, sku: skuOf(values), price, prior, stock: "", image: null };
}

/** @param {string[]} values @param {Row[]} rows @returns {Row|undefined} */
function sameRow(values, rows) {
  return rows.find((row) => keyOf(row.values) === keyOf(values));
}

/** @param {string[]} some @param {string[]} all */
function within(some, all) {
  return some.every((value) => all.includes(value));
}

/**
 * A value that stands where another stood, and neither is among the others, is the same one renamed: also
 * while it is typed, so a SKU that was suggested follows it.
 *
 * @param {Row[]} rows @param {string[][]} before @param {string[][]} after
 * @param {(values: string[]) => string} skuOf @returns {Row[]}
 */
function renamed(rows, before, after, skuOf) {
  const names = after.map((list, option) => {
    const old = before[option] ?? [];
    const changed = old.map((value, index) => [value, list[index]]);
    return new Map(changed.filter(([was, is]) => is && !list.includes(was) && !old.includes(is)));
  });
  return rows.map((row) => {
    const values = row.values.map((value, option) => names[option]?.get(value) ?? value);
    return { ...row, values, sku: row.sku === skuOf(row.values) ? skuOf(values) : row.sku };
  });
}

/** @param {string} sku of the product @param {string[]} values @returns {string} "TEE-M-BLACK"; "" where the product has none yet */
export function suggestedSku(sku, values) {
  if (!sku) return "";
  const parts = values.map((value) => value.trim().toUpperCase().replace(/[^\p{L}\p{N}.]+/gu, "-"));
  return [sku, ...parts].join("-").slice(0, SKU_CHARS).replace(/-+$/, "");
}

/** @param {string} html of a description @returns {string} as it is read: paragraphs with an empty line between */
export function plainText(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const line of body.querySelectorAll("br")) line.replaceWith("\n");
  for (const block of body.querySelectorAll("li, tr, div")) block.append("\n");
  for (const block of body.querySelectorAll("p, h1, h2, h3, h4, h5, h6, ul, ol, table")) block.append("\n\n");
  return (body.textContent ?? "").replace(/[^\S\n]*\n[^\S\n]*/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

/** @param {string} text @returns {string} HTML of paragraphs */
export function paragraphs(text) {
  const escaped = text.trim().replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const blocks = escaped.split(/\n{2,}/).filter(Boolean);
  return blocks.map((block) => `<p>${block.replace(/\n/g, "<br>")}</p>`).join("");
}
