/** @type {Map<string, Promise<void>>} by address */
const loading = new Map();

/**
 * Make sure that a style sheet is in the document. A page that links it itself marks the link with
 * `data-v-style="<name>"`, and nothing is loaded twice.
 *
 * @param {string} name
 * @param {URL} address
 * @returns {Promise<void>} settles when it applies, or cannot be had
 */
export function needStyle(name, address) {
  const known = loading.get(name);
  if (known) return known;
  if (document.querySelector(`link[data-v-style="${name}"]`)) return Promise.resolve();
  const promise = new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address.href;
    link.dataset.vStyle = name;
    link.onload = link.onerror = () => resolve(undefined);
    document.head.append(link);
  });
  loading.set(name, promise);
  return promise;
}
