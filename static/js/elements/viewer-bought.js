import { KeyedList } from "./viewer-keyed.js";
import { node, setLine, setText } from "./viewer-node.js";
import { agoWords, purchaseWords } from "./viewer-purchase.js";

/** One purchase as a line of text. */
class BoughtLine {
  #strong = node("b");
  #rest = node("span");
  #ago = node("span", "ago v-num");
  #test;

  constructor(words) {
    this.words = words;
    this.#test = node("span", "test-mark", words.t("test"));
    this.element = node("li", "bought", this.#test, " ", this.#strong, this.#rest, ", ", this.#ago);
  }

  update({ purchase, now }) {
    const { strong, rest } = purchaseWords(purchase, this.words);
    setText(this.#strong, strong);
    setText(this.#rest, rest);
    setText(this.#ago, agoWords(now - purchase.occurred_at, this.words.t));
    this.#test.hidden = !purchase.test;
    this.element.toggleAttribute("data-test", purchase.test);
  }
}

/**
 * "Just bought": the newest purchases as text. Pausing freezes the list and its times; what comes
 * meanwhile is counted on the button, and only a taken-back order still leaves the list.
 */
export class JustBought {
  paused = false;
  /** @type {object[]} */
  #newest = [];
  /** @type {object[]} */
  #shown = [];
  #frozenAt = 0;

  /**
   * @param {HTMLElement} root with `[data-part]` toggle, list and empty
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.toggle = part("toggle");
    this.empty = part("empty");
    this.list = new KeyedList(part("list"), () => new BoughtLine(words));
    this.toggle.addEventListener("click", () => this.#flip());
  }

  /** @param {object[] | null} ticker newest first; null while nothing may be shown */
  update(ticker) {
    this.root.hidden = !ticker;
    if (!ticker) return;
    this.#newest = ticker;
    this.#shown = this.paused ? this.#kept() : ticker;
    this.#draw();
  }

  /** Purchases that were taken back wholly: they leave even a paused list. @param {string[]} ids */
  takeBack(ids) {
    this.#shown = this.#shown.filter((purchase) => !ids.includes(purchase.purchase));
  }

  /** A frozen entry whose order shrank is shown as it is now. */
  #kept() {
    const now = new Map(this.#newest.map((purchase) => [purchase.purchase, purchase]));
    return this.#shown.map((purchase) => now.get(purchase.purchase) ?? purchase);
  }

  #flip() {
    this.paused = !this.paused;
    this.#frozenAt = this.words.now();
    this.update(this.#newest);
    const detail = { paused: this.paused };
    this.root.dispatchEvent(new CustomEvent("viewer-pause", { detail, bubbles: true }));
  }

  #draw() {
    const { t } = this.words;
    const now = this.paused ? this.#frozenAt : this.words.now();
    this.list.update(this.#shown.map((purchase) => ({ key: purchase.purchase, purchase, now })));
    setLine(this.empty, this.#shown.length ? "" : t("nobody_yet"));
    const shown = new Set(this.#shown.map((purchase) => purchase.purchase));
    const waiting = this.#newest.filter((purchase) => !shown.has(purchase.purchase)).length;
    setText(this.toggle, this.#label(waiting));
    this.toggle.hidden = !this.paused && this.#newest.length === 0;
  }

  #label(waiting) {
    const { t } = this.words;
    if (!this.paused) return t("pause");
    return waiting ? t("resume_new", { n: waiting }) : t("resume");
  }
}
