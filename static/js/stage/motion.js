/** @typedef {"full"|"reduced"|"off"} Motion how much may move: everything, opacity only, nothing */

const RISE = "--v-rise";

/** @param {Motion} wanted @returns {Motion} what the system setting leaves of it */
export function allowedMotion(wanted) {
  if (document.hidden) return "off";
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return reduced && wanted === "full" ? "reduced" : wanted;
}

/**
 * A card's ways in, out and from one size to another. Calls may overlap: the newest one decides and
 * every promise settles. Durations and distances are read from the CSS each time, so late CSS counts.
 */
export class Entrance {
  #call = 0;
  /** @type {Animation|null} */
  #animation = null;

  /** @param {HTMLElement} card @param {Motion} motion */
  arrive(card, motion) {
    const from = this.#animation ? getComputedStyle(card).opacity : "0";
    const [low, high] = heights(card, motion);
    return this.#run(card, motion, [{ opacity: from, ...low }, { opacity: "1", ...high }], "in");
  }

  /**
   * @param {HTMLElement} card
   * @param {Motion} motion
   * @returns {Promise<boolean>} false: it was called back meanwhile
   */
  leave(card, motion) {
    const from = { opacity: getComputedStyle(card).opacity };
    return this.#run(card, motion, [from, { opacity: "0" }], "out");
  }

  /** Let new content of a card that stays fade in. */
  /** @param {HTMLElement} part @param {Motion} motion */
  refresh(part, motion) {
    if (motion === "off") return;
    part.animate([{ opacity: 0 }, { opacity: 1 }], timing(part, "in"));
  }

  /** Change the layout at once, and let the eye follow from the old box to the new one. */
  /** @param {HTMLElement} card @param {Motion} motion @param {() => void} change */
  resize(card, motion, change) {
    const before = card.getBoundingClientRect();
    change();
    if (motion === "off") return;
    const after = card.getBoundingClientRect();
    if (!before.width || !after.width) return;
    const scale = `scale(${before.width / after.width}, ${before.height / after.height})`;
    const move = `translate(${before.left - after.left}px, ${before.top - after.top}px) ${scale}`;
    const frames = motion === "full"
      ? [{ transformOrigin: "0 0", transform: move }, { transformOrigin: "0 0", transform: "none" }]
      : [{ opacity: 0 }, { opacity: 1 }];
    card.animate(frames, timing(card, "in"));
  }

  /** @param {HTMLElement} card @param {Motion} motion @param {Keyframe[]} frames @param {"in"|"out"} way */
  async #run(card, motion, frames, way) {
    this.#call += 1;
    const call = this.#call;
    this.#rest();
    if (motion === "off") return true;
    const animation = card.animate(frames, { ...timing(card, way), fill: "forwards" });
    this.#animation = animation;
    await over(animation);
    if (call !== this.#call) return false;
    if (way === "in") this.#rest();
    return true;
  }

  /** A card that has left stays transparent until its next arrival, or it would flash before it goes. */
  #rest() {
    this.#animation?.cancel();
    this.#animation = null;
  }
}

/** Where it rises from, and to. */
/** @param {HTMLElement} card @param {Motion} motion @returns {[Keyframe, Keyframe]} */
function heights(card, motion) {
  if (motion !== "full") return [{}, {}];
  const rise = getComputedStyle(card).getPropertyValue(RISE) || "12px";
  return [{ transform: `translateY(${rise})` }, { transform: "none" }];
}

/** @param {HTMLElement} element @param {"in"|"out"} way */
function timing(element, way) {
  const style = getComputedStyle(element);
  return {
    duration: milliseconds(style.getPropertyValue(`--v-${way}`), way === "in" ? 240 : 160),
    easing: style.getPropertyValue(`--v-ease-${way}`).trim() || "ease-out",
  };
}

/** @param {string} text a CSS time @param {number} otherwise */
function milliseconds(text, otherwise) {
  const value = Number.parseFloat(text);
  if (!Number.isFinite(value)) return otherwise;
  return text.trim().endsWith("ms") ? value : value * 1000;
}

/** A hidden page stops its animations, so the promise of `finished` alone may never settle. */
/** @param {Animation} animation */
function over(animation) {
  const length = Number(animation.effect?.getComputedTiming().endTime ?? 0);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, length + 100);
    const done = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
    animation.finished.then(done, done);
  });
}
