/** The words of vouchers, and of the addresses that are told of orders. */
export const SELLING_WORDS = {
  de: () => import("../../i18n/control-selling/de.js"),
  en: () => import("../../i18n/control-selling/en.js"),
  es: () => import("../../i18n/control-selling/es.js"),
  fr: () => import("../../i18n/control-selling/fr.js"),
  it: () => import("../../i18n/control-selling/it.js"),
};
