import { Problem } from "../client/api.js";
import { fetchWords } from "../shared/i18n.js";

/**
 * What is fetched when it is first needed: dialogs, and the list of shows. Not the announcement and
 * what only asks back: a host on air goes on typing at once.
 */
const PARTS = {
  "control-add-dialog": () => import("./bag/add-dialog.js"),
  "control-deal-dialog": () => import("./deals/deal-dialog.js"),
  "control-device-dialog": () => import("./access/device-dialog.js"),
  "control-disclosure-dialog": () => import("./show/disclosure-dialog.js"),
  "control-match-dialog": () => import("./shops/match-dialog.js"),
  "control-product-dialog": () => import("./bag/product-dialog.js"),
  "control-shop-dialog": () => import("./shops/shop-dialog.js"),
  "control-shop-new-dialog": () => import("./shops/new-shop-dialog.js"),
  "control-shortcuts-dialog": () => import("./show/shortcuts-dialog.js"),
  "control-shows": () => import("./show/shows.js"),
};
const WORDS = {
  de: () => import("../i18n/control-dialogs/de.js"),
  en: () => import("../i18n/control-dialogs/en.js"),
  es: () => import("../i18n/control-dialogs/es.js"),
  fr: () => import("../i18n/control-dialogs/fr.js"),
  it: () => import("../i18n/control-dialogs/it.js"),
};

/** @param {string} tag @returns {tag is keyof typeof PARTS} */
export function isOnDemand(tag) {
  return tag in PARTS;
}

/**
 * Fetches a part of the panel with its words; the browser keeps both.
 *
 * @param {import("./element.js").Context} ctx @param {keyof typeof PARTS} tag
 * @returns {Promise<void>} rejects with the Problem `not_fetched` where the server is away
 */
export async function fetchPart(ctx, tag) {
  try {
    const [words] = await Promise.all([fetchWords(WORDS, ctx.lang), PARTS[tag]()]);
    ctx.learn(words[ctx.lang]);
  } catch (error) {
    throw new Problem({ code: "not_fetched", detail: String(error) });
  }
}
