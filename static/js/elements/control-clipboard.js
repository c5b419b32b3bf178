/**
 * Puts text on the clipboard, also on a plain-HTTP address of the local network, where browsers
 * keep the clipboard interface away.
 *
 * @param {string} text
 * @returns {Promise<boolean>} whether it is there
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = /** @type {HTMLElement|null} */ (document.activeElement);
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.className = "c-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  focused?.focus();
  return done;
}
