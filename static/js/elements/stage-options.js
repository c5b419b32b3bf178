/**
 * What the address of an overlay says: `/overlay/{key}[/{widget}]?…`. Wrong values count as absent,
 * because a stream must not stop over a typing error.
 */

export const WIDGETS = Object.freeze(["pin", "deal", "ticker", "announcement", "disclosure", "qr"]);

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
  const [, key = "", widget = ""] = /^\/overlay\/([^/]+)(?:\/([^/]+))?/.exec(pathname) ?? [];
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
 *   motion: import("./stage-motion.js").Motion, sound: boolean, label: string|undefined, preview: boolean,
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
