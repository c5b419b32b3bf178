import { setText } from "./viewer-node.js";

/** One message in ten seconds is what a listener can follow beside a show. */
export const PAUSE_MS = 10_000;
/** Of what has gathered, only this much is said in one message. */
const AT_ONCE = 3;

/**
 * The page's one voice: the polite status region, which stands in the page before it has anything to
 * say. Whatever happens within ten seconds is gathered by topic, the newest of a topic wins, and one
 * message says it all. A message may be a function: it is asked for its words when it is spoken, so
 * that "30 seconds" is not said when 22 are left.
 */
export class Announcer {
  /** @type {Map<string, {rank: number, message: string | (() => string)}>} */
  #waiting = new Map();
  #timer = 0;
  #spokenAt = -Infinity;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
  }

  /**
   * @param {string} topic
   * @param {string | (() => string)} message empty words are not said
   * @param {number} rank 0 goes first: ends and states before news
   */
  say(topic, message, rank = 1) {
    this.#waiting.delete(topic);
    this.#waiting.set(topic, { rank, message });
    if (this.#timer) return;
    const wait = Math.max(50, this.#spokenAt + PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => this.#speak(), wait);
  }

  /** Drop a topic that is no longer worth saying. */
  forget(topic) {
    this.#waiting.delete(topic);
  }

  #speak() {
    this.#timer = 0;
    const ordered = [...this.#waiting.values()].sort((a, b) => a.rank - b.rank).slice(0, AT_ONCE);
    this.#waiting.clear();
    const words = ordered.map(({ message }) => (typeof message === "function" ? message() : message));
    const text = words.filter(Boolean).join(" ");
    if (!text) return;
    this.#spokenAt = performance.now();
    setText(this.region, text);
  }
}
