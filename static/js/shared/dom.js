/**
 * Builds nodes from plain values. Data only ever becomes text, a property or an attribute; nothing
 * here parses markup, so a product title can hold what it likes.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * `el("button.primary", { on: { click }, text: "Pin" })`: names after a dot are classes, `on` holds
 * listeners, `data` the dataset; a key the node knows is set as a property, any other as an attribute.
 * Nodes and strings are children; `null`, `undefined` and `false` are left away.
 *
 * @param {string} spec tag and classes
 * @param {...(Node|string|Record<string, any>|null|undefined|false)} parts
 * @returns {any}
 */
export function el(spec, ...parts) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.filter(Boolean).join(" ");
  for (const part of parts) {
    if (typeof part === "string" || part instanceof Node) node.append(part);
    else for (const [key, value] of Object.entries(part || {})) assign(node, key, value);
  }
  return node;
}

/** @param {any} node @param {string} key @param {any} value */
function assign(node, key, value) {
  if (key === "on") {
    for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
  } else if (key === "data") Object.assign(node.dataset, value);
  else if (key === "class") node.classList.add(...(value ?? "").split(" ").filter(Boolean));
  else if (key === "text") node.textContent = value;
  else if (key in node) node[key] = value;
  else setAttribute(node, key, value);
}

/**
 * Sets or removes an attribute only where it changes, so that nothing repaints for nothing.
 *
 * @param {Element} node @param {string} name @param {string|number|boolean|null|undefined} value
 */
export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value === true ? "" : value)) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Writes text only where it differs: an untouched node keeps its selection, costs no layout, and a
 * screen reader's live region stays quiet.
 *
 * @param {Node} node @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Text and presence in one: null or "" hides the node. @param {HTMLElement} node @param {string|null|undefined} text */
export function setOptional(node, text) {
  node.hidden = !text;
  setText(node, text ?? "");
}

/** Keeps a foreign name or title from turning the direction of the sentence around it. @param {string} text */
export function isolate(text) {
  return `\u2068${text}\u2069`;
}

/**
 * @param {string} path drawn as a stroke on a square grid @param {string} [className] @param {number} [grid]
 * @returns {SVGSVGElement} decorative: hidden from screen readers
 */
export function drawing(path, className = "", grid = 24) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${grid} ${grid}`);
  if (className) svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const UPLOADED = /^(.*\/media\/[0-9a-f]{32})\.webp$/;
/** The server's `SIZES`: px of the shorter side. */
const SIZES = [160, 320, 640];

/**
 * Shows a picture in the smallest of its sizes that fills its place; one of another server as it is.
 *
 * @param {HTMLImageElement} image @param {string} address @param {string} sizes as in HTML: "52px"
 */
export function setPicture(image, address, sizes) {
  const [, stem] = UPLOADED.exec(address) ?? [];
  image.sizes = stem ? sizes : "";
  image.srcset = stem ? SIZES.map((size) => `${stem}-${size}.webp ${size}w`).join(", ") : "";
  image.src = address;
}
