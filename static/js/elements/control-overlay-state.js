const SILENT_MS = 70_000;

/**
 * What one overlay instance is doing, in one word of the catalogue (`overlay.<state>`).
 *
 * @param {{connected: boolean, visible: boolean|null, active: boolean|null, heartbeat_age_ms: number}} overlay
 * @returns {"lost"|"gone"|"silent"|"on_air"|"hidden"|"waiting"|"connected"}
 */
export function overlayState({ connected, visible, active, heartbeat_age_ms: age }) {
  if (!connected) return active ? "lost" : "gone";
  if (age > SILENT_MS) return "silent";
  if (active) return "on_air";
  if (visible === false) return "hidden";
  return active === false ? "waiting" : "connected";
}

/** @param {any[]} overlays @returns {any[]} those that the audience would miss */
export function alarms(overlays) {
  return overlays.filter((overlay) => overlayState(overlay) === "lost");
}
