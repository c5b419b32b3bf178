/** What an overlay's address asks for: its options, its safe area, its look. */

import { ROOT } from "../client/reconnect.js";

/**
 * What the address of an overlay says: `/overlay/{key}[/{widget}]?…`. Wrong values count as absent,
 * because a stream must not stop over a typing error.
 */

const WIDGETS = Object.freeze(["pin", "deal", "ticker", "announcement", "disclosure", "qr"]);

/** Other names under which people ask for the same thing. @type {Record<string, string>} */
const ALIASES = {
  alert: "announcement",
  "pinned-product": "pin",
  "flash-deal": "deal",
  "purchase-ticker": "ticker",
};
const LAYOUTS = ["16x9", "9x16", "1x1"];
const SAFE = ["none", "tv", "tiktok", "reels", "shorts"];
const MOTIONS = ["full", "reduced", "off"];
const THEMES = ["paper", "notte"];
/** @type {Record<string, string>} */
const ALIGN = { start: "start", end: "end", left: "start", right: "end" };

/**
 * @param {{pathname: string, search: string}} address
 * @returns {Options}
 */
export function readOptions({ pathname, search }) {
  const query = new URLSearchParams(search);
  const [, key = "", widget = ""] = /^\/overlay\/([^/]+)(?:\/([^/]+))?/.exec(pathname.slice(ROOT.length)) ?? [];
  /** @param {string} name @param {number} otherwise @param {[number, number]} range */
  const number = (name, otherwise, range) => clamped(query.get(name), otherwise, range);
  return Object.freeze({
    key: decodeURIComponent(key),
    widgets: chosen(widget || query.get("only"), query.get("hide")),
    layout: oneOf(query.get("layout"), LAYOUTS, "auto"),
    safe: oneOf(query.get("safe"), SAFE, "auto"),
    theme: oneOf(query.get("theme"), THEMES, null),
    accent: color(query.get("accent")),
    scale: number("scale", 1, [0.5, 2]),
    align: ALIGN[query.get("align") ?? ""] ?? "start",
    lang: language(query.get("lang")),
    motion: /** @type {any} */ (oneOf(query.get("motion"), MOTIONS, "full")),
    sound: query.get("sound") === "on",
    label: (query.get("label") ?? "").slice(0, 40) || undefined,
    preview: query.get("preview") === "1",
    debug: query.get("debug") === "1",
    delay: number("delay", 0, [0, 120_000]),
    showtime: number("showtime", 4_500, [4_000, 60_000]),
    cooldown: number("cooldown", 500, [0, 60_000]),
    maxqueue: number("maxqueue", 20, [1, 100]),
  });
}

/**
 * @typedef {{key: string, widgets: ReadonlySet<string>, layout: string, safe: string, theme: string|null,
 *   accent: string|null, scale: number, align: string, lang: string|null,
 *   motion: import("./motion.js").Motion, sound: boolean, label: string|undefined, preview: boolean,
 *   debug: boolean, delay: number, showtime: number, cooldown: number, maxqueue: number}} Options
 */

/** @param {string|null} only @param {string|null} hide @returns {ReadonlySet<string>} */
function chosen(only, hide) {
  const asked = names(only);
  const hidden = names(hide);
  // A pin comes with its code unless that is hidden; the code alone is the exception.
  if (asked.includes("pin")) asked.push("qr");
  return new Set((asked.length > 0 ? asked : WIDGETS).filter((name) => !hidden.includes(name)));
}

/** @param {string|null} list */
function names(list) {
  return (list ?? "")
    .split(",")
    .map((name) => ALIASES[name.trim()] ?? name.trim())
    .filter((name) => WIDGETS.includes(name));
}

/** @template T @param {string|null} value @param {string[]} allowed @param {T} otherwise */
function oneOf(value, allowed, otherwise) {
  return value !== null && allowed.includes(value) ? value : otherwise;
}

/** @param {string|null} text @param {number} otherwise @param {[number, number]} range */
function clamped(text, otherwise, [low, high]) {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
}

/** @param {string|null} text @returns {string|null} "#d92b16" of "d92b16" or "#d92" */
function color(text) {
  const [, hex = ""] = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text ?? "") ?? [];
  if (!hex) return null;
  return `#${hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex}`.toLowerCase();
}

/** @param {string|null} tag @returns {string|null} */
function language(tag) {
  if (!tag || tag === "auto") return null;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return null;
  }
}

/**
 * How far cards stay from the edges, in pixels of the layout's own canvas (1920 × 1080, 1080 × 1920,
 * 1080 × 1080): [top, right, bottom, left]. The apps draw their buttons, chat and captions there.
 * These values move with the apps, so they are data and nothing else depends on them.
 */

/** @typedef {readonly [number, number, number, number]} Insets */

/** @type {Readonly<Record<string, Readonly<Record<string, Insets>>>>} */
const SAFE_AREAS = Object.freeze({
  auto: { "16x9": [72, 72, 72, 72], "9x16": [262, 202, 440, 48], "1x1": [54, 54, 54, 54] },
  none: { "16x9": [24, 24, 24, 24], "9x16": [24, 24, 24, 24], "1x1": [24, 24, 24, 24] },
  tv: { "16x9": [54, 96, 54, 96], "9x16": [96, 54, 96, 54], "1x1": [54, 54, 54, 54] },
  tiktok: { "16x9": [72, 72, 72, 72], "9x16": [262, 202, 440, 48], "1x1": [54, 54, 54, 54] },
  reels: { "16x9": [72, 72, 72, 72], "9x16": [270, 150, 460, 48], "1x1": [54, 54, 54, 54] },
  shorts: { "16x9": [72, 72, 72, 72], "9x16": [240, 180, 460, 48], "1x1": [54, 54, 54, 54] },
});

const SIDES = ["top", "right", "bottom", "left"];

/** @param {number} width @param {number} height @returns {"16x9"|"9x16"|"1x1"} */
export function layoutFor(width, height) {
  const ratio = width / Math.max(1, height);
  if (ratio > 1.25) return "16x9";
  return ratio < 0.8 ? "9x16" : "1x1";
}

/**
 * Keep the stage in the layout that fits the window, and inside its safe area.
 *
 * @param {HTMLElement} stage
 * @param {{layout: string, safe: string}} options
 * @returns {string} the layout
 */
export function fitStage(stage, { layout, safe }) {
  const chosen = layout === "auto" ? layoutFor(innerWidth, innerHeight) : layout;
  if (stage.dataset.layout === chosen) return chosen;
  stage.dataset.layout = chosen;
  SAFE_AREAS[safe][chosen].forEach((inset, index) => {
    stage.style.setProperty(`--v-safe-${SIDES[index]}`, `calc(${inset} * var(--v-u) / var(--v-scale, 1))`);
  });
  return chosen;
}

/**
 * The look that the address asks for, as a style sheet in a cascade layer above the themes and below
 * every plain rule: whatever a streamer writes into OBS's Custom CSS wins over it, whenever it comes.
 *
 * @param {{theme: string|null, accent: string|null, scale: number}} options
 */
export function applyLook({ theme, accent, scale }) {
  if (theme) document.documentElement.dataset.theme = theme;
  const rules = [`--v-scale: ${scale};`];
  if (accent) rules.push(`--v-accent: ${accent};`, `--v-accent-ink: ${inkOn(accent)};`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer v-address { :root { ${rules.join(" ")} } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** @param {string} color "#rrggbb" @returns {string} the ink, light or dark, that is easier to read on it */
export function inkOn(color) {
  const light = luminance(color);
  const onLight = 1.05 / (light + 0.05);
  const onDark = (light + 0.05) / 0.056;
  return onLight >= onDark ? "#fff8f3" : "#17130e";
}

/** @param {string} color @returns {number} relative luminance, 0 to 1 */
function luminance(color) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
