import { el } from "./control-dom.js";
import { KINDS } from "./control-shop-kinds.js";

/**
 * What to do in the shop's own admin, step by step. What stands between asterisks in the catalogue is
 * a name on its screens.
 *
 * @param {(key: string) => string} t @param {string} kind
 */
export function shopSteps(t, kind) {
  const steps = Array.from({ length: KINDS[kind].steps }, (_, n) => t(`shop.step.${kind}.${n + 1}`));
  return el("ol.c-steps", {}, ...steps.map((step) => el("li", {}, ...emphasised(step))));
}

/** @param {string} text "Open *Settings*." @returns {Node[]} */
export function emphasised(text) {
  return text.split("*").map((part, n) => (n % 2 ? el("b", { text: part }) : document.createTextNode(part)));
}
