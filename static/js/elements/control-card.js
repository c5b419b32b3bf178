import { el } from "./control-dom.js";

/**
 * A card of the side column with a title and its parts.
 *
 * @param {string} heading @param {Node[]} parts
 */
export function card(heading, parts) {
  return el("section.c-card", {}, el("h2", { text: heading }), ...parts);
}

/**
 * A card that is closed until it is needed; `opened` is called each time it opens, to fetch.
 *
 * @param {string} heading @param {Node[]} parts @param {() => void} [opened]
 */
export function closedCard(heading, parts, opened) {
  const box = el(
    "details.c-card",
    { on: { toggle: () => box.open && opened?.() } },
    el("summary", {}, el("h2", { text: heading })),
    ...parts,
  );
  return box;
}
