/**
 * Builds the panel's nodes from plain values. Data only ever becomes text, a property or an
 * attribute; nothing here parses markup, so a product title can hold what it likes.
 */

/**
 * `el("button.primary", {on: {click}, text: "Pin"})`: names after a dot are classes, `on` holds
 * listeners, `data` the dataset; a key the node knows is set as a property, any other as an attribute.
 * `null`, `undefined` and `false` leave an attribute away, `true` writes it empty.
 *
 * @param {string} spec tag and classes
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {any}
 */
export function el(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) assign(node, key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
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
  else attribute(node, key, value);
}

/**
 * Sets or removes an attribute only where it changes, so that nothing repaints for nothing.
 *
 * @param {Element} node @param {string} name @param {string|number|boolean|null|undefined} value
 */
export function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value === true ? "" : value)) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Writes text only where it differs: a screen reader's live region then stays quiet.
 *
 * @param {Node} node @param {string} text
 */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Brings the children of `parent` to exactly `nodes` in that order, moving as few as it can and
 * leaving the focused one in place.
 *
 * @param {Element} parent @param {Element[]} nodes
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  const focused = document.activeElement;
  const kept = nodes.findIndex((node) => node.contains(focused));
  if (kept < 0 || nodes[kept].parentElement !== parent) {
    nodes.forEach((node, index) => place(parent, node, parent.children[index] ?? null));
    return;
  }
  for (const node of nodes.slice(0, kept)) parent.insertBefore(node, nodes[kept]);
  let after = nodes[kept];
  for (const node of nodes.slice(kept + 1)) {
    place(parent, node, after.nextElementSibling);
    after = node;
  }
}

/** @param {Element} parent @param {Element} node @param {Element|null} before */
function place(parent, node, before) {
  if (node !== before) parent.insertBefore(node, before);
}
