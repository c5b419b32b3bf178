/**
 * Why a socket was closed, and what to do about it. The same table as `server/vetrina/protocol/close_codes.py`;
 * a test holds the two equal. The number's range alone says what a client does:
 *
 *     1001, 1012    restart   the server comes back: wait as long as its `bye` said
 *     4000 - 4099   now       connect again at once, with a little jitter
 *     4100 - 4199   backoff   connect again, later and later
 *     4500 - 4599   stop      trying again will not help
 */

/** @typedef {"restart"|"now"|"backoff"|"stop"} Reaction */
/** @typedef {{name: string, number: number, reason: string}} CloseCode */

/** @type {ReadonlyArray<CloseCode>} */
export const CLOSE_CODES = Object.freeze([
  { name: "going_away", number: 1001, reason: "The server is shutting down." },
  { name: "restart", number: 1012, reason: "The server restarts." },
  { name: "reconnect", number: 4000, reason: "Please connect again." },
  { name: "resync", number: 4001, reason: "The position cannot be kept; a snapshot is needed." },
  { name: "internal_error", number: 4100, reason: "The server failed." },
  { name: "slow", number: 4101, reason: "The client did not read fast enough." },
  { name: "silent", number: 4102, reason: "No heartbeat came." },
  { name: "too_many_frames", number: 4103, reason: "The client sent too many frames." },
  { name: "overloaded", number: 4104, reason: "The server is full." },
  { name: "hello_timeout", number: 4105, reason: "No hello came in time." },
  { name: "bad_key", number: 4500, reason: "The key is unknown or does not fit the role." },
  { name: "bad_frame", number: 4501, reason: "A frame was not understood." },
  { name: "hello_expected", number: 4502, reason: "The first frame must be hello, and only the first." },
  { name: "revoked", number: 4503, reason: "The key was revoked." },
  { name: "unknown_show", number: 4504, reason: "There is no such show." },
  { name: "frame_too_large", number: 4505, reason: "A frame was larger than allowed." },
  { name: "bad_version", number: 4506, reason: "This protocol version is not spoken here." },
]);

const BY_NUMBER = new Map(CLOSE_CODES.map((row) => [row.number, row]));
const BY_NAME = new Map(CLOSE_CODES.map((row) => [row.name, row]));

/**
 * @param {number} number a close code as the browser reports it
 * @returns {Reaction} codes outside the table and its ranges (1006, 1011 …) mean backoff
 */
export function reactionTo(number) {
  if (number === 1001 || number === 1012) return "restart";
  if (number >= 4000 && number <= 4099) return "now";
  if (number >= 4500 && number <= 4599) return "stop";
  return "backoff";
}

/** @param {number} number @returns {string|null} the table's name, or null for a foreign code */
export function nameOf(number) {
  return BY_NUMBER.get(number)?.name ?? null;
}

/** @param {string} name @returns {number|null} */
export function numberOf(name) {
  return BY_NAME.get(name)?.number ?? null;
}
