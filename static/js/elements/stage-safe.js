/**
 * How far cards stay from the edges, in pixels of the layout's own canvas (1920 × 1080, 1080 × 1920,
 * 1080 × 1080): [top, right, bottom, left]. The apps draw their buttons, chat and captions there.
 * These values move with the apps, so they are data and nothing else depends on them.
 */

/** @typedef {readonly [number, number, number, number]} Insets */

/** @type {Readonly<Record<string, Readonly<Record<string, Insets>>>>} */
export const SAFE_AREAS = Object.freeze({
  auto: { "16x9": [72, 72, 72, 72], "9x16": [262, 202, 440, 48], "1x1": [54, 54, 54, 54] },
  none: { "16x9": [24, 24, 24, 24], "9x16": [24, 24, 24, 24], "1x1": [24, 24, 24, 24] },
  tv: { "16x9": [54, 96, 54, 96], "9x16": [96, 54, 96, 54], "1x1": [54, 54, 54, 54] },
  tiktok: { "16x9": [72, 72, 72, 72], "9x16": [262, 202, 440, 48], "1x1": [54, 54, 54, 54] },
  reels: { "16x9": [72, 72, 72, 72], "9x16": [270, 150, 460, 48], "1x1": [54, 54, 54, 54] },
  shorts: { "16x9": [72, 72, 72, 72], "9x16": [240, 180, 460, 48], "1x1": [54, 54, 54, 54] },
});

const SIDES = ["top", "right", "bottom", "left"];

/** @param {number} width @param {number} height @returns {"16x9"|"9x16"|"1x1"} */
export function layoutFor(width, height) {
  const ratio = width / Math.max(1, height);
  if (ratio > 1.25) return "16x9";
  return ratio < 0.8 ? "9x16" : "1x1";
}

/**
 * Keep the stage in the layout that fits the window, and inside its safe area.
 *
 * @param {HTMLElement} stage
 * @param {{layout: string, safe: string}} options
 * @returns {string} the layout
 */
export function fitStage(stage, { layout, safe }) {
  const chosen = layout === "auto" ? layoutFor(innerWidth, innerHeight) : layout;
  if (stage.dataset.layout === chosen) return chosen;
  stage.dataset.layout = chosen;
  SAFE_AREAS[safe][chosen].forEach((inset, index) => {
    stage.style.setProperty(`--v-safe-${SIDES[index]}`, `calc(${inset} * var(--v-u) / var(--v-scale, 1))`);
  });
  return chosen;
}
