import { el } from "../../shared/dom.js";
import { titleOf } from "./order-words.js";

/**
 * So many pieces of each line: for what is given back, sent or came back.
 *
 * @param {import("../element.js").Context} ctx
 * @param {{sku: string, title: string, choice?: string, most: number}[]} lines those without pieces are left away
 * @param {number|null} [initial] of each line; null: all of it
 * @returns {HTMLElement & {pieces: {sku: string, quantity: number}[]}} tells "input" as usual
 */
export function piecesField({ t }, lines, initial = null) {
  const rows = lines.filter(({ most }) => most > 0).map((line) => ({ line, input: number(t, line, initial) }));
  const nodes = rows.map(({ line, input }) => {
    const words = el("span", { text: titleOf(line) });
    return el("label.c-pieces", words, el("span.c-pieces-count", input, el("span.c-soft", { text: t("orders.of", { n: line.most }) })));
  });
  const box = el("div.c-pieces-list", { data: { field: "lines" } }, ...nodes, el("p.c-wrong", { hidden: true }));
  Object.defineProperty(box, "pieces", {
    get: () => rows.map(({ line, input }) => ({ sku: line.sku, quantity: Number(input.value) })).filter(({ quantity }) => quantity > 0),
  });
  return box;
}

/** @param {any} t @param {any} line @param {number|null} initial */
function number(t, { most, ...line }, initial) {
  const value = String(Math.min(most, initial ?? most));
  const label = t("orders.pieces_of", { title: titleOf(line) });
  return el("input.v-num", { type: "number", min: "0", max: String(most), step: "1", value, "aria-label": label });
}
