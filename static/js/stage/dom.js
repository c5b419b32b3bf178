/** The few lines every graphic builds its card with. Data only ever goes in as text. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {string} [className]
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function el(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A text in a direction of its own: a price or a title must not reorder the sentence around it. */
/** @param {string} className */
export function isolated(className) {
  return el("bdi", className);
}

/** @param {string} className @param {string} path drawn as a stroke on a 24 × 24 grid */
export function drawing(className, path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Write only what changed: an unchanged card then costs no layout and no frame. */
/** @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Text and presence in one: null or "" hides the node. */
/** @param {HTMLElement} node @param {string|null|undefined} text */
export function setOptional(node, text) {
  node.hidden = !text;
  if (text) setText(node, text);
}
