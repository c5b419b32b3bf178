import { setAttribute, setLine, setText } from "./viewer-node.js";

/**
 * The shop window when there is no product in it: not open yet, empty, paused, or with the shutter
 * down. The drawing is CSS; the words say the same.
 */
export class ShopWindow {
  /**
   * @param {HTMLElement} root with `[data-part]` title and more
   * @param {{t: Function}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.title = root.querySelector('[data-part="title"]');
    this.more = root.querySelector('[data-part="more"]');
  }

  /** @param {"" | "soon" | "empty" | "paused" | "ended" | "panic"} what */
  update(what) {
    this.root.hidden = !what;
    if (!what) return;
    setAttribute(this.root, "data-window", what);
    setText(this.title, this.words.t(`window_${what}`));
    setLine(this.more, this.words.t(`window_${what}_more`));
  }
}

/** What the empty window says; nothing while there is a product to look at. */
export function windowOf({ show, pins, panic }) {
  if (show.status === "ended") return "ended";
  if (panic) return "panic";
  if (pins.length) return "";
  if (show.status === "draft") return "soon";
  return show.status === "paused" ? "paused" : "empty";
}
