import { spokenMoney } from "../live/money.js";
import { purchaseWords } from "./viewer-purchase.js";

/**
 * Says in the status region what has changed, for those who cannot see it change.
 * Purchases are said one by one only when they come one by one.
 */
export class Spoken {
  /** @type {Set<string>} deals whose end was said, by our clock or by the server */
  #over = new Set();
  #purchases = [];

  /**
   * @param {import("./viewer-announcer.js").Announcer} announcer
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(announcer, words) {
    this.announcer = announcer;
    this.words = words;
  }

  /**
   * @param {object[]} events
   * @param {object[]} dealsBefore of the state that the events changed
   * @param {{purchases: boolean}} wish purchases are not said while the list is paused
   */
  events(events, dealsBefore, { purchases }) {
    for (const event of events) {
      if (event.type === "deal_ended") this.dealOver(dealsBefore.find(({ id }) => id === event.deal));
      else if (event.type.startsWith("purchase")) this.#purchase(event, purchases);
      else this.#says[event.type]?.(event);
    }
  }

  /** 5 minutes, 1 minute or 30 seconds are left: said with what is left when it is spoken. */
  dealLeft(deal) {
    this.announcer.say(`deal ${deal.id}`, () => {
      const left = deal.ends_at - this.words.now();
      return left > 0 && !this.#over.has(deal.id)
        ? this.words.t("say_left", { title: deal.product.title, time: this.#duration(left) })
        : "";
    });
  }

  /** Once for each deal, whoever notices first. */
  dealOver(deal) {
    if (!deal || this.#over.has(deal.id)) return;
    this.#over.add(deal.id);
    this.announcer.say(`deal ${deal.id}`, this.words.t("say_over", { title: deal.product.title }), 0);
  }

  #says = {
    product_pinned: ({ pin }) => this.#price("pin", "say_pin", pin.product, pin.product.price, pin),
    deal_announced: ({ deal }) => this.#price(`deal ${deal.id}`, "say_soon", deal.product, deal.price),
    deal_started: ({ deal }) => this.#price(`deal ${deal.id}`, "say_deal", deal.product, deal.price),
    announced: ({ text }) => this.announcer.say("announcement", text, 0),
    announcement_cleared: () => this.announcer.forget("announcement"),
    show_started: ({ status }) => this.#show(`say_${status}`),
    show_paused: () => this.#show("say_paused"),
    show_resumed: () => this.#show("say_resumed"),
    show_ended: () => this.#show("say_ended"),
  };

  #price(topic, key, product, price, { number = 0 } = {}) {
    const values = { n: number, title: product.title, price: spokenMoney(price, this.words.lang) };
    this.announcer.say(topic, this.words.t(key, values));
  }

  #show(key) {
    this.announcer.say("show", this.words.t(key), 0);
  }

  #purchase(event, wanted) {
    if (event.type === "purchase_reversed") {
      this.#purchases = this.#purchases.filter(({ purchase }) => purchase !== event.purchase);
      return;
    }
    if (!wanted) return;
    this.#purchases.push(event);
    this.announcer.say("purchases", () => this.#gathered(), 2);
  }

  #gathered() {
    const gathered = this.#purchases;
    this.#purchases = [];
    const orders = gathered.reduce((sum, { count }) => sum + (count ?? 1), 0);
    if (gathered.length > 1) return this.words.t("say_bought_many", { n: orders });
    if (gathered.length === 0) return "";
    const { strong, rest } = purchaseWords(gathered[0], this.words);
    return this.words.t("say_bought", { what: strong + rest });
  }

  #duration(left) {
    const seconds = Math.max(1, Math.round(left / 1000));
    if (seconds < 90) return this.words.t("say_seconds", { n: seconds });
    return this.words.t("say_minutes", { n: Math.round(seconds / 60) });
  }
}
