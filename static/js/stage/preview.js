import { el, setText } from "../shared/dom.js";
import { dir } from "../shared/i18n.js";

const KEPT = 8;

/** Words about the connection, over a checkerboard: only with `preview=1`, never on a stream. */
export class StatusChip {
  #chip = el("p.v-chip");
  #t;

  /** @param {(key: string) => string} t @param {string} lang */
  constructor(t, lang) {
    this.#t = t;
    this.#chip.dir = dir(lang);
    this.#chip.setAttribute("role", "status");
    document.documentElement.dataset.preview = "";
    document.body.append(this.#chip);
  }

  /** @param {string} status of the connection @param {any} state */
  update(status, state) {
    const phase = status !== "live" ? status : state?.panic ? "panic" : (state?.show.status ?? "live");
    setText(this.#chip, this.#t(`chip_${phase}`));
  }
}

/** For `debug=1`, when somebody looks for a mistake: position, clock, last events, how long painting took. */
export class DebugPanel {
  #panel = el("pre.v-debug");
  /** @type {string[]} */
  #events = [];
  #paint = "";

  constructor() {
    document.body.append(this.#panel);
  }

  /** @param {any[]} events */
  happened(events) {
    this.#events = [...this.#events, ...events.map(({ seq, type }) => `${seq} ${type}`)].slice(-KEPT);
  }

  /** @param {number} seq @param {number} ms since the event */
  painted(seq, ms) {
    this.#paint = `${seq} after ${ms} ms`;
  }

  /** @param {Record<string, string|number|null>} facts */
  update(facts) {
    const entries = Object.entries({ ...facts, painted: this.#paint });
    const lines = entries.map(([name, value]) => `${name}: ${value}`);
    setText(this.#panel, [...lines, ...this.#events].join("\n"));
  }
}
