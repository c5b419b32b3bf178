/** What a page of the shop says beside its products: trouble with the line, and deals aloud. */

import { setOptional, setText } from "../shared/dom.js";
import { formatMoney } from "../shared/offer.js";

export class Notices {
  #banner = document.getElementById("banner");
  #status = document.getElementById("status");

  /** @param {import("./offer-parts.js").Words} words @param {(sku: string) => boolean} shows whether a product is on the page */
  constructor(words, shows) {
    this.words = words;
    this.shows = shows;
  }

  /** @param {"" | "offline" | "reconnecting"} trouble */
  update(trouble) {
    setOptional(this.#banner, trouble ? this.words.t(trouble) : "");
  }

  /** @param {any[]} events @param {any[]} deals of the state before and after */
  say(events, deals) {
    const { t, lang } = this.words;
    for (const event of events) {
      if (event.type === "deal_started" && this.shows(event.deal.product.sku)) {
        const price = formatMoney(event.deal.price, lang);
        setText(this.#status, t("say_deal", { title: event.deal.product.title, price }));
      }
      if (event.type !== "deal_ended") continue;
      const over = deals.find((deal) => deal.id === event.deal);
      if (over && this.shows(over.product.sku)) {
        setText(this.#status, t("say_over", { title: over.product.title }));
      }
    }
  }
}
