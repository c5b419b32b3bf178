/**
 * Words of the interface in the user's language. A page fetches the one language that it speaks:
 *
 *     const WORDS = { en: () => import("../i18n/viewer/en.js"), it: () => import("../i18n/viewer/it.js") };
 *     const t = translator(await fetchWords(WORDS, "it-CH"), "it-CH");
 *     t("units", { n: 3 });
 */

/** @typedef {string | Record<string, string>} Entry a text, or its plural forms by Intl.PluralRules */
/** @typedef {Record<string, Record<string, Entry>>} Catalogue language, then key */
/** @typedef {Record<string, () => Promise<{default: Record<string, Entry>}>>} Sources of each language's words */

const PAUSES_MS = [500, 2_000, 5_000];
/** Said where the words themselves could not be fetched. */
const UNFETCHED = {
  en: ["Part of this page could not be fetched.", "Try again"],
  it: ["Una parte di questa pagina non è arrivata.", "Riprova"],
  de: ["Ein Teil dieser Seite konnte nicht geladen werden.", "Erneut versuchen"],
  es: ["No se ha podido cargar una parte de esta página.", "Reintentar"],
  fr: ["Une partie de cette page n’a pas pu être chargée.", "Réessayer"],
};

const RIGHT_TO_LEFT = new Set(["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"]);
const RIGHT_TO_LEFT_SCRIPTS = new Set(["adlm", "arab", "hebr", "nkoo", "syrc", "thaa"]);

/**
 * @param {Record<string, unknown>} catalogue by language
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
 * Dates and times follow the browser's region, not only its language: English words on a computer in
 * Britain or Germany stand beside 28/11 and 21:40.
 *
 * @param {string} lang of the words @param {readonly string[]} preferred tags of the browser, best first
 * @returns {string} the first of them in that language, else the language in their region
 */
export function regionOf(lang, preferred) {
  const locales = preferred.map((tag) => new Intl.Locale(tag)).filter(({ region }) => region);
  const { language } = new Intl.Locale(lang);
  const own = locales.find((locale) => locale.language === language);
  if (own) return own.baseName;
  return locales.length ? `${language}-${locales[0].region}` : lang;
}

/** @param {string} lang of the words @param {Intl.DateTimeFormatOptions} options @returns {Intl.DateTimeFormat} by the device's habit of 12 or 24 hours */
export function dateFormat(lang, options) {
  const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  return new Intl.DateTimeFormat(regionOf(lang, navigator.languages), { ...options, hourCycle });
}

/**
 * Repeats a fetch that failed: soon, then every few seconds.
 *
 * @template T @param {() => Promise<T>} fetchOnce @param {number} [tries] the last failure is thrown
 * @returns {Promise<T>}
 */
export async function persistently(fetchOnce, tries = PAUSES_MS.length) {
  for (let failed = 0; ; failed += 1) {
    try {
      return await fetchOnce();
    } catch (error) {
      if (failed + 1 >= tries) throw error;
      const pause = PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)];
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * @param {Sources} sources @param {string|readonly string[]} wanted
 * @returns {Promise<Catalogue>} the words of the one language that fits best
 */
export async function fetchWords(sources, wanted) {
  const lang = pickLanguage(sources, wanted);
  const words = await sources[lang]();
  return { [lang]: words.default };
}

/** @param {string|readonly string[]} wanted @returns {[string, string]} the sentence, and what its button says */
export function unfetchedText(wanted) {
  return /** @type {any} */ (UNFETCHED)[pickLanguage(/** @type {any} */ (UNFETCHED), wanted)];
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
  const number = new Intl.NumberFormat(lang);
  const translate = (/** @type {string} */ key, /** @type {Record<string, string|number>} */ values = {}) => {
    const spoken = catalogue[lang]?.[key] === undefined ? "en" : lang;
    const entry = catalogue[spoken]?.[key] ?? key;
    const text = typeof entry === "string" ? entry : pluralForm(entry, spoken, Number(values.n ?? 0));
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? number.format(value) : String(value);
    });
  };
  return Object.assign(translate, { lang });
}

/** @param {Record<string, string>} forms @param {string} lang @param {number} n */
function pluralForm(forms, lang, n) {
  if (n === 0 && forms.zero !== undefined) return forms.zero;
  return forms[new Intl.PluralRules(lang).select(n)] ?? forms.other ?? "";
}

/** @param {string} lang BCP 47 @returns {"ltr"|"rtl"} */
export function dir(lang) {
  const [language, ...rest] = lang.toLowerCase().split(/[-_]/);
  const script = rest.find((part) => part.length === 4);
  const rtl = script ? RIGHT_TO_LEFT_SCRIPTS.has(script) : RIGHT_TO_LEFT.has(language);
  return rtl ? "rtl" : "ltr";
}
