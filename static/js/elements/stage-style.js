/** @type {Map<string, Promise<void>>} by address */
const loading = new Map();

/**
 * Make sure that a style sheet is in the document, once. A page may link it itself, also under an
 * address with a hash in it.
 *
 * @param {URL} address
 * @returns {Promise<void>} settles when it applies, or cannot be had
 */
export function needStyle(address) {
  const known = loading.get(address.pathname);
  if (known) return known;
  const promise = linked(address) ? Promise.resolve() : link(address);
  loading.set(address.pathname, promise);
  return promise;
}

/** @param {URL} address */
function linked({ pathname }) {
  const stem = pathname.replace(/css$/, "");
  return document.querySelector(`link[rel="stylesheet"][href*="${CSS.escape(stem)}"]`) !== null;
}

/** @param {URL} address @returns {Promise<void>} */
function link({ href }) {
  return new Promise((resolve) => {
    const element = document.createElement("link");
    element.rel = "stylesheet";
    element.href = href;
    element.onload = element.onerror = () => resolve();
    document.head.append(element);
  });
}
