/** What leads to the bag and to buying, on every page: links and forms that also work without this. */

import { setAttribute, setText } from "../shared/dom.js";

/** @typedef {{shop: string, lang: string}} Where */

/** The drawer and its words come when somebody reaches for them. */
export class BagOpener {
  #drawer = null;

  /** @param {Where} where */
  constructor(where) {
    this.where = where;
    document.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("submit", (event) => this.#submitted(event));
    // A page that the browser kept shows the bag of then.
    addEventListener("pageshow", ({ persisted }) => persisted && void this.#read());
  }

  /** @returns {Promise<import("./drawer.js").Drawer>} */
  drawer() {
    this.#drawer ??= import("./drawer.js").then(({ openedDrawer }) => openedDrawer(this.where, (told) => this.#count(told)));
    return this.#drawer;
  }

  #clicked(event) {
    const opener = event.target.closest?.("[data-opens-your-bag]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.#withDrawer((drawer) => drawer.open(opener), () => location.assign(opener.href));
  }

  #submitted(event) {
    const form = event.target;
    if (form.dataset.part !== "buy-form") return;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    this.#withDrawer((drawer) => drawer.take(fields, event.submitter), () => form.submit());
  }

  /** Where the drawer does not come, the page does the same. */
  #withDrawer(use, instead) {
    this.drawer().then(use).catch(() => {
      this.#drawer = null;
      instead();
    });
  }

  async #read() {
    await (await this.drawer()).bag.read();
  }

  #count({ count, name }) {
    for (const opener of document.querySelectorAll("[data-opens-your-bag]")) {
      const shown = opener.querySelector(".bag-count");
      setText(shown, String(count));
      shown.hidden = !count;
      setAttribute(opener, "aria-label", name);
    }
  }
}
