import { isolate } from "./viewer-node.js";

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
export function agoWords(ms, t) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 10) return t("ago_now");
  if (seconds < 60) return t("ago_s", { n: Math.floor(seconds / 10) * 10 });
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? t("ago_min", { n: minutes }) : t("ago_h", { n: Math.floor(minutes / 60) });
}
