import { setText } from "./viewer-node.js";

/** The small line that says the page waits for the server. Without one, it takes no room. */
export class Banner {
  /**
   * @param {HTMLElement} root with `[data-part]` text and reload
   * @param {{t: Function}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.text = root.querySelector('[data-part="text"]');
    this.reload = root.querySelector('[data-part="reload"]');
    this.reload.addEventListener("click", () => location.reload());
  }

  /** @param {"" | "connecting" | "reconnecting" | "reconnecting_stale" | "stopped"} what */
  update(what) {
    this.root.hidden = !what;
    setText(this.text, what ? this.words.t(what) : "");
    this.reload.hidden = what !== "stopped";
  }
}
