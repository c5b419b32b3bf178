import { LiveConnection } from "../client/connection.js";
import { dir, persistently } from "../shared/i18n.js";
import { bringWords, overlayWords } from "../stage/graphic.js";
import { Delay, Painted, Sight, Trust, readOptions } from "../stage/obs-source.js";
import { loadAhead } from "../stage/parts.js";
import { Stage, applyLook } from "../stage/stage.js";

const FONTS = ['800 40px "Bricolage Grotesque"', '500 28px "Instrument Sans"'];
const FONTS_MS = 1_000;
const DEBUG_MS = 1_000;

const SEEN = "v-overlay-renewed-at";
const PAUSE_MS = 300_000;
const SPREAD_MS = 5_000;
const RETRY_MS = 5_000;

/**
 * Takes a new version of our files when nobody sees it: when nothing is on the screen or the source is
 * not on air, at most once in five minutes, and not all overlays in the same second.
 */
class Renewal {
  #idle;
  #reload;
  #wanted = false;

  /** @param {() => boolean} idle @param {() => void} reload */
  constructor(idle, reload) {
    this.#idle = idle;
    this.#reload = reload;
  }

  want() {
    if (this.#wanted) return;
    this.#wanted = true;
    setTimeout(() => this.#try(), Math.random() * SPREAD_MS);
  }

  #try() {
    const wait = Number(sessionStorage.getItem(SEEN) ?? 0) + PAUSE_MS - Date.now();
    if (wait > 0 || !this.#idle()) {
      setTimeout(() => this.#try(), Math.max(RETRY_MS, wait));
      return;
    }
    sessionStorage.setItem(SEEN, String(Date.now()));
    this.#reload();
  }
}

/** The overlay in OBS: one connection, one stage, and who tells whom what. */
class OverlayPage {
  #options = readOptions(location);
  #lang = this.#options.lang ?? navigator.language;
  #live = new LiveConnection({ hello: helloOf(this.#options) });
  #sight = new Sight();
  #stage;
  #delay = new Delay(this.#options.delay, (state, events, seq) => this.#show(state, events, seq));
  #trust = new Trust(this.#live, (trust) => this.#stage.trust(trust));
  #painted = new Painted((seq) => this.#receipt(seq));
  // Never while the server is away: OBS does not try again when a page fails to load.
  #renewal = new Renewal(() => this.#answered() && this.#unseen(), () => location.reload());
  /** @type {import("../stage/chime.js").Chime|null} */
  #chime = null;
  /** @type {import("../stage/preview.js").StatusChip|null} */
  #chip = null;
  /** @type {import("../stage/preview.js").DebugPanel|null} */
  #debug = null;
  /** @type {string[]} */
  #pictures;
  /** @type {any[]} */
  #lastEvents = [];
  #shownSeq = 0;

  /** @param {Page} page */
  constructor({ lang, words, reachable, pictures }) {
    bringWords(lang, words);
    this.#stage = new Stage(this.#options, { lang: this.#lang, now: () => this.#live.serverNow(), reachable });
    this.#pictures = pictures;
  }

  #answered() {
    return this.#live.status.status === "live";
  }

  #unseen() {
    return this.#stage.empty || !this.#sight.active;
  }

  async open() {
    document.documentElement.lang = this.#lang;
    document.documentElement.dir = dir(this.#lang);
    applyLook(this.#options);
    document.body.append(this.#stage.element);
    // The socket opens while the graphics load; what it brings meanwhile is shown when they are there.
    this.#live.start();
    await Promise.all([this.#stage.load(), this.#loadExtras(), fontsReady()]);
    this.#listen();
    this.#sees();
    this.#statusChanged();
    if (this.#live.state) this.#stateCame({ state: this.#live.state, events: [] });
    void loadAhead(this.#pictures);
  }

  /** What only a link with sound, a preview or somebody who looks for a mistake needs. */
  async #loadExtras() {
    const { sound, preview, debug } = this.#options;
    if (sound) this.#chime = new (await persistently(() => import("../stage/chime.js"), Infinity)).Chime();
    if (!preview && !debug) return;
    const { DebugPanel, StatusChip } = await persistently(() => import("../stage/preview.js"), Infinity);
    if (preview) this.#chip = new StatusChip(await overlayWords(this.#lang), this.#lang);
    if (debug) this.#debug = new DebugPanel();
  }

  #listen() {
    const live = this.#live;
    live.addEventListener("state", (event) => this.#stateCame(/** @type {CustomEvent} */ (event).detail));
    live.addEventListener("signal", () => this.#trust.check());
    live.addEventListener("status", () => this.#statusChanged());
    live.addEventListener("assets", () => this.#renewal.want());
    this.#sight.addEventListener("change", () => this.#sees());
    addEventListener("resize", () => this.#stage.fit());
    if (this.#debug) setInterval(() => this.#report(), DEBUG_MS);
  }

  /** @param {{state: any, events: any[]}} news */
  #stateCame({ state, events }) {
    this.#trust.check();
    this.#lastEvents = events;
    for (const { products } of events) void loadAhead((products ?? []).map((/** @type {any} */ one) => one.image));
    this.#delay.push(state, events, this.#live.position?.seq ?? 0);
    this.#chip?.update(this.#live.status.status, state);
    this.#debug?.happened(events);
  }

  /** @param {any} state @param {any[]} events @param {number|null} seq */
  #show(state, events, seq) {
    const waiting = this.#stage.show(state, events);
    if (seq !== null) this.#rendered(seq, waiting);
    const pinned = events.some((event) => event.type === "product_pinned");
    if (pinned && this.#sight.visible && !state.panic) void this.#chime?.ring();
  }

  /** @param {number} seq @param {Promise<unknown>|null} waiting for what is not in the document yet */
  async #rendered(seq, waiting) {
    this.#shownSeq = seq;
    if (waiting) await waiting;
    if (seq === this.#shownSeq) this.#painted.rendered(seq);
  }

  #statusChanged() {
    const { status } = this.#live.status;
    this.#trust.check();
    if (status === "stopped") this.#stage.end();
    this.#chip?.update(status, this.#live.state);
  }

  #sees() {
    const { visible, active } = this.#sight;
    this.#live.visible({ visible, active });
    this.#stage.trust({ visible });
    if (visible || active) this.#live.wake();
  }

  /** @param {number} seq */
  #receipt(seq) {
    const at = this.#live.serverNow();
    this.#live.painted(seq, at);
    const event = this.#lastEvents.at(-1);
    if (event) this.#debug?.painted(seq, at - event.at);
  }

  #report() {
    const { status, position, heardAt } = this.#live;
    this.#debug?.update({
      status: status.name ? `${status.status} (${status.name})` : status.status,
      position: position ? `${position.epoch} ${position.seq}` : "none",
      heard: heardAt ? `${Date.now() - heardAt} ms ago` : "never",
      clock: `${this.#live.serverNow() - Date.now()} ms`,
      layout: this.#stage.fit(),
      seen: `visible ${this.#sight.visible}, active ${this.#sight.active}`,
    });
  }
}

/** Cards should not change their letters on air; a font that does not come must not stop them. */
function fontsReady() {
  const fonts = FONTS.map((font) => document.fonts.load(font));
  const patience = new Promise((resolve) => setTimeout(resolve, FONTS_MS));
  return Promise.race([Promise.allSettled(fonts), patience]);
}

/**
 * @param {import("../stage/obs-source.js").Options} options
 * @returns {{role: "overlay", key: string, label?: string}}
 */
function helloOf({ key, label }) {
  return { role: "overlay", key, label };
}

/**
 * @typedef {object} Page what the server wrote into it
 * @property {string} lang of the words
 * @property {Record<string, import("../shared/i18n.js").Entry>} words
 * @property {boolean} reachable whether viewers reach this server
 * @property {string[]} pictures of the bag
 */

const page = JSON.parse(document.getElementById("page-data")?.textContent ?? "");
void new OverlayPage(page).open();
