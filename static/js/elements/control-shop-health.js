/** Reasons that the catalogue has words for, by the name that the server gives them before a colon. */
export const REASONS = [
  "no_secret_yet", "no_signature", "wrong_secret", "too_old", "not_understood",
  "in_test_mode", "not_paid_yet", "no_show_on", "other_news",
];

/**
 * @typedef {{secrets: number, counted: boolean, unmatched: number, last_delivery_at: number|null,
 *   last_verified_at: number|null, last_refused_at: number|null, last_refusal: string|null}} Connection
 * @typedef {{key: string, state: "done"|"todo"|"wrong"|"note"}} Check
 */

/** @param {string|null} refusal in the server's words @returns {string|null} one of REASONS */
export function reasonOf(refusal) {
  const name = (refusal ?? "").split(":")[0].trim().replaceAll(" ", "_");
  return REASONS.includes(name) ? name : null;
}

/**
 * How the newest delivery fared. What was refused at the very moment when it was verified was signed
 * well and counts for nothing.
 *
 * @param {Connection} connection
 * @returns {{state: "no_secret"|"silent"|"refused"|"uncounted"|"verified", at: number|null, test: boolean}}
 */
export function healthOf(connection) {
  const good = connection.last_verified_at ?? 0;
  const bad = connection.last_refused_at ?? 0;
  if (bad > good) return { state: "refused", at: bad, test: false };
  if (good > 0 && bad === good) {
    return { state: "uncounted", at: good, test: reasonOf(connection.last_refusal) === "in_test_mode" };
  }
  if (good > 0) return { state: "verified", at: good, test: false };
  return { state: connection.secrets > 0 ? "silent" : "no_secret", at: null, test: false };
}

/** @param {Connection} connection @returns {"connected"|"waiting"|"lost"|"gone"} the colour of its dot */
export function toneOf(connection) {
  const { state, test } = healthOf(connection);
  if (state === "refused") return "lost";
  if (state === "verified") return "connected";
  if (state === "uncounted") return connection.counted && !test ? "connected" : "waiting";
  return "gone";
}

/** @param {Connection} connection @returns {Check[]} the way from an address to a purchase, in order */
export function checksOf(connection) {
  const { state } = healthOf(connection);
  const done = (/** @type {any} */ yes) => (yes ? "done" : "todo");
  const counted = state === "uncounted" ? "note" : "todo";
  return [
    { key: "address", state: "done" },
    { key: "secret", state: done(connection.secrets > 0) },
    { key: "arrived", state: done(connection.last_delivery_at) },
    { key: "verified", state: state === "refused" ? "wrong" : done(connection.last_verified_at) },
    { key: "counted", state: connection.counted ? "done" : counted },
  ];
}
