/**
 * Where a client stands in a show's log, `{epoch, seq}`, and what a frame means to one who stands there.
 */

/** @param {any} frame @returns {boolean} whether the frame has what its type needs to be read */
export function reads(frame) {
  switch (frame?.type) {
    case undefined: return false;
    case "welcome": return typeof frame.epoch === "string" && Number.isInteger(frame.seq);
    case "events": return Number.isInteger(frame.seq) && isList(frame.events);
    default: return true;
  }
}

/** @param {any} events */
function isList(events) {
  return Array.isArray(events) && events.every((event) => Number.isInteger(event?.seq));
}

/**
 * What of a frame is new to a client that stands at `seq`. A frame begins with its lowest seq; merged
 * purchases carry the seq of the first one, so if that is known already they cannot be taken apart.
 *
 * @param {number} seq @param {any[]} events in order
 * @returns {any[]|null} null when something is missing
 */
export function nextEvents(seq, events) {
  const known = events.filter((event) => event.seq <= seq);
  const fresh = events.slice(known.length);
  const torn = known.some((event) => event.type === "purchases_merged");
  return torn || fresh[0]?.seq !== seq + 1 ? null : fresh;
}
