import { EN_FORMS } from "./control/en-forms.js";
import { EN_SHOPS } from "./control/en-shops.js";
import { EN } from "./control/en.js";
import { IT_FORMS } from "./control/it-forms.js";
import { IT_SHOPS } from "./control/it-shops.js";
import { IT } from "./control/it.js";
import { CATALOGUE as OVERLAY } from "./overlay.js";

const BADGES = ["own_brand", "paid_partnership", "paid_partnership_with", "affiliate", "gifted", "with_brand"];

/**
 * The advertising badge in the very words that the overlay shows.
 *
 * @param {"en"|"it"} lang
 */
function badges(lang) {
  return Object.fromEntries(BADGES.map((type) => [`disclosure.type.${type}`, OVERLAY[lang][type]]));
}

/** Everything that the control panel and the dock say. */
export const CATALOGUE = {
  en: { ...EN, ...EN_FORMS, ...EN_SHOPS, ...badges("en") },
  it: { ...IT, ...IT_FORMS, ...IT_SHOPS, ...badges("it") },
};
