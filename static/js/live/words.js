/**
 * Words of the interface in the user's language.
 *
 *     const CATALOGUE = { en: { units: { one: "{n} piece", other: "{n} pieces" } } };
 *     const t = translator(CATALOGUE, "it-CH");
 *     t("units", { n: 3 });
 */

/** @typedef {string | Record<string, string>} Entry a text, or its plural forms by Intl.PluralRules */
/** @typedef {Record<string, Record<string, Entry>>} Catalogue language, then key */

const RIGHT_TO_LEFT = new Set(["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"]);

/**
 * @param {Catalogue} catalogue
 * @param {string|readonly string[]} wanted BCP 47 tags, best first
 * @returns {string} the language of the catalogue that fits best; English, else the first, if none
 */
export function pickLanguage(catalogue, wanted) {
  for (const tag of [wanted].flat()) {
    const parts = String(tag).toLowerCase().split(/[-_]/);
    for (let length = parts.length; length > 0; length -= 1) {
      const prefix = parts.slice(0, length).join("-");
      const found = Object.keys(catalogue).find((key) => key.toLowerCase() === prefix);
      if (found) return found;
    }
  }
  return "en" in catalogue ? "en" : Object.keys(catalogue)[0];
}

/**
 * A missing key falls back to English and then to the key itself, so that a hole is seen and harmless.
 *
 * @param {Catalogue} catalogue
 * @param {string|readonly string[]} wanted
 * @returns {((key: string, values?: Record<string, string|number>) => string) & {lang: string}}
 */
export function translator(catalogue, wanted) {
  const lang = pickLanguage(catalogue, wanted);
  const plural = new Intl.PluralRules(lang);
  const number = new Intl.NumberFormat(lang);
  const translate = (/** @type {string} */ key, /** @type {Record<string, string|number>} */ values = {}) => {
    const entry = catalogue[lang]?.[key] ?? catalogue.en?.[key] ?? key;
    const text = typeof entry === "string" ? entry : pluralForm(entry, plural, Number(values.n ?? 0));
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? number.format(value) : String(value);
    });
  };
  return Object.assign(translate, { lang });
}

/** @param {Record<string, string>} forms @param {Intl.PluralRules} plural @param {number} n */
function pluralForm(forms, plural, n) {
  if (n === 0 && forms.zero !== undefined) return forms.zero;
  return forms[plural.select(n)] ?? forms.other ?? "";
}

/** @param {string} lang BCP 47 @returns {"ltr"|"rtl"} */
export function dir(lang) {
  return RIGHT_TO_LEFT.has(lang.toLowerCase().split(/[-_]/)[0]) ? "rtl" : "ltr";
}
