/** Sharing a page: the device's own way, else the address in the clipboard. */

import { setText } from "../shared/dom.js";

/** @param {HTMLElement} button with the address in `data-url` @param {(key: string) => string} t */
export function offerSharing(button, t) {
  const said = document.getElementById("status");
  const label = button.lastChild;
  const usual = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { url } = button.dataset;
    if (navigator.share) {
      await navigator.share({ title: document.title, url }).catch(() => undefined);
      return;
    }
    const copied = await copy(url);
    setText(said, t(copied ? "shared" : "copy_failed"));
    label.textContent = t(copied ? "shared" : "copy_failed");
    setTimeout(() => (label.textContent = usual), 4_000);
  });
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
