/**
 * The disclosure in words. It is text on the page for as long as the page is open, whatever rhythm
 * the overlay has: a page has room for it, and a screen reader cannot catch what comes and goes.
 * @param {{disclosure: object, host: {name: string} | null}} show
 * @param {(key: string, values?: object) => string} t
 * @returns {string} empty where the host has declared that there is nothing to disclose
 */
export function disclosureText({ disclosure, host }, t) {
  const { type, label, brand } = disclosure;
  if (label) return brand ? t("with_brand", { label, brand }) : label;
  if (type === "none") return "";
  if (type !== "own_brand") return brand ? t(`${type}_with`, { brand }) : t(type);
  return host ? t("own_brand", { host: host.name }) : t("own_brand_nobody");
}

/** Whether it is advertising for somebody else, which has to be said before anything is shown. */
export function isAdvertising({ disclosure }) {
  return !["own_brand", "none"].includes(disclosure.type);
}
