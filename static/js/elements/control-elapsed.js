/**
 * @param {number} ms
 * @returns {string} "00:42:10", for a clock that counts up
 */
export function elapsed(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * How long ago in the two words a narrow column has room for: "12 s", "3 min", "2 h".
 *
 * @param {(key: string, values: {n: number}) => string} t
 * @param {number} ms
 */
export function ago(t, ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t("ago.seconds", { n: seconds });
  if (seconds < 3600) return t("ago.minutes", { n: Math.floor(seconds / 60) });
  return t("ago.hours", { n: Math.floor(seconds / 3600) });
}
