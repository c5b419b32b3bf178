import { el, isolate, setOptional, setText } from "../shared/dom.js";
import { KeyedList } from "./parts.js";

/** More different things than this in one order are counted, not listed. */
const LISTED = 2;

/**
 * A purchase in words, as two parts: what stands out, and the rest of the sentence.
 * @param {object} purchase single or merged
 * @param {{t: Function, lang: string}} words
 * @returns {{strong: string, rest: string}} "2 × Moka mug" + ", someone in Italy"
 */
export function purchaseWords(purchase, words) {
  const { t } = words;
  if (purchase.count > 1) {
    const items = itemsOf(purchase.items, words, false);
    const bought = t("bought", { n: purchase.count, items });
    return { strong: t("people", { n: purchase.count }), rest: ` ${bought}` };
  }
  return { strong: itemsOf(purchase.items, words, true), rest: `, ${buyer(purchase, words)}` };
}

function itemsOf(items, { t, lang }, counted) {
  const named = items.slice(0, LISTED).map(({ title, quantity }) => {
    const safe = isolate(title);
    return counted && quantity > 1 ? t("quantity", { n: quantity, title: safe }) : safe;
  });
  const more = items.length - named.length;
  if (more > 0) return t("and_more", { n: more, items: named.join(", ") });
  return new Intl.ListFormat(lang, { type: "conjunction" }).format(named);
}

function buyer({ name, region }, { t, lang }) {
  const place = regionName(region, lang);
  if (name && place) return t("name_in", { name: isolate(name), region: place });
  if (name) return isolate(name);
  return place ? t("someone_in", { region: place }) : t("someone");
}

/** @returns {string | null} "Italy" for "IT"; null for what is not a region */
function regionName(region, lang) {
  if (!region) return null;
  try {
    return new Intl.DisplayNames(lang, { type: "region", fallback: "none" }).of(region) ?? null;
  } catch {
    return null;
  }
}

/** How long ago, in steps that do not flicker: ten seconds, minutes, hours. */
function agoWords(ms, t) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 10) return t("ago_now");
  if (seconds < 60) return t("ago_s", { n: Math.floor(seconds / 10) * 10 });
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? t("ago_min", { n: minutes }) : t("ago_h", { n: Math.floor(minutes / 60) });
}

/** One purchase as a line of text. */
class BoughtLine {
  #strong = el("b");
  #rest = el("span");
  #ago = el("span.ago.v-num");
  #test;

  constructor(words) {
    this.words = words;
    this.#test = el("span.test-mark", words.t("test"));
    this.element = el("li.bought", this.#test, " ", this.#strong, this.#rest, ", ", this.#ago);
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
    setOptional(this.empty, this.#shown.length ? "" : t("nobody_yet"));
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
