/**
 * The advertising badge in words, the same way on every screen. A seller's own label replaces ours.
 *
 * @param {{type: string, label?: string|null, brand?: string|null}} disclosure of the show
 * @param {(key: string, values?: Record<string, any>) => string} t
 * @returns {string} empty where the host has declared that there is nothing to disclose
 */
export function disclosureText({ type, label, brand }, t) {
  if (label) return brand ? t("with_brand", { label, brand }) : label;
  if (type === "none") return "";
  return brand ? t(`${type}_with`, { brand }) : t(type);
}
