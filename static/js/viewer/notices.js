/** The lines around the products, in sight and for screen readers. */

import { setAttribute, setOptional, setText } from "../shared/dom.js";
import { dealOf, disclosureText, offerOf, spokenPrice } from "../shared/offer.js";
import { purchaseWords } from "./just-bought.js";

/** One message in ten seconds is what a listener can follow beside a show. */
const PAUSE_MS = 10_000;
/** Of what has gathered, only this much is said in one message. */
const AT_ONCE = 3;

/**
 * The page's one voice: the polite status region, which stands in the page before it has anything to
 * say. Whatever happens within ten seconds is gathered by topic, the newest of a topic wins, and one
 * message says it all. A message may be a function: it is asked for its words when it is spoken, so
 * that "30 seconds" is not said when 22 are left.
 */
export class Announcer {
  /** @type {Map<string, {rank: number, message: string | (() => string)}>} */
  #waiting = new Map();
  #timer = 0;
  #spokenAt = -Infinity;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
  }

  /**
   * @param {string} topic
   * @param {string | (() => string)} message empty words are not said
   * @param {number} rank 0 goes first: ends and states before news
   */
  say(topic, message, rank = 1) {
    this.#waiting.delete(topic);
    this.#waiting.set(topic, { rank, message });
    if (this.#timer) return;
    const wait = Math.max(50, this.#spokenAt + PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => this.#speak(), wait);
  }

  /** Drop a topic that is no longer worth saying. */
  forget(topic) {
    this.#waiting.delete(topic);
  }

  #speak() {
    this.#timer = 0;
    const ordered = [...this.#waiting.values()].sort((a, b) => a.rank - b.rank).slice(0, AT_ONCE);
    this.#waiting.clear();
    const words = ordered.map(({ message }) => (typeof message === "function" ? message() : message));
    const text = words.filter(Boolean).join(" ");
    if (!text) return;
    this.#spokenAt = performance.now();
    setText(this.region, text);
  }
}

/**
 * Says in the status region what has changed, for those who cannot see it change.
 * Purchases are said one by one only when they come one by one.
 */
export class Spoken {
  /** @type {Set<string>} deals whose end was said, by our clock or by the server */
  #over = new Set();
  #purchases = [];

  /**
   * @param {Announcer} announcer
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(announcer, words) {
    this.announcer = announcer;
    this.words = words;
  }

  /**
   * @param {object[]} events
   * @param {{before: object[], after: object[]}} deals of the states around the events
   * @param {{purchases: boolean}} how purchases are not said while the list is paused
   */
  events(events, { before, after }, { purchases }) {
    for (const event of events) {
      if (event.type === "deal_ended") this.dealOver(before.find(({ id }) => id === event.deal));
      else if (event.type.startsWith("purchase")) this.#purchase(event, purchases);
      else this.#says[event.type]?.(event, after);
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
    product_pinned: ({ pin }, deals) => this.#pinned(pin, deals),
    deal_announced: ({ deal }) => this.#deal("say_soon", deal),
    deal_started: ({ deal }) => this.#deal("say_deal", deal),
    voucher_offered: () => this.announcer.say("voucher", this.words.t("say_voucher"), 0),
    announced: ({ text }) => this.announcer.say("announcement", text, 0),
    announcement_cleared: () => this.announcer.forget("announcement"),
    show_started: ({ status }) => this.#show(`say_${status}`),
    show_paused: () => this.#show("say_paused"),
    show_resumed: () => this.#show("say_resumed"),
    show_ended: () => this.#show("say_ended"),
  };

  #pinned({ number, product }, deals) {
    const deal = dealOf(deals, product.sku);
    const offer = offerOf(product, deal, this.words.now());
    this.announcer.say("pin", this.#priced("say_pin", product, offer, number));
  }

  #deal(key, { id, product, price, price_to: priceTo }) {
    this.announcer.say(`deal ${id}`, this.#priced(key, product, { price, priceTo }));
  }

  #priced(key, { title }, offer, n = 0) {
    const { t, lang } = this.words;
    return t(key, { n, title, price: spokenPrice(offer, lang, t) });
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

/** Fewer people than this say nothing useful, and a small number only presses or shames. */
const FEW_VIEWERS = 10;

const CHIPS = { draft: "soon", rehearsal: "rehearsal", live: "live", paused: "paused", ended: "ended" };

/** What stands over the window: state of the show, who sells, its title, who else is here, the bag. */
export class Header {
  /**
   * @param {HTMLElement} root with `[data-part]` chip, host, title, viewers, bag and count
   * @param {{t: Function, lang: string}} words
   */
  constructor(root, words) {
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.chip = part("chip");
    this.host = part("host");
    this.title = part("title");
    this.viewers = part("viewers");
    this.bag = part("bag");
    this.count = part("count");
  }

  /**
   * @param {object} state
   * @param {{fresh: boolean}} how a chip that says Live must be true: it is only shown while connected
   */
  update({ show, viewers }, { fresh }) {
    const { t } = this.words;
    this.chip.hidden = false;
    setText(this.chip, t(CHIPS[show.status]));
    setAttribute(this.chip, "data-status", show.status);
    this.chip.toggleAttribute("data-quiet", !fresh);
    setOptional(this.host, show.host?.name ?? "");
    setText(this.title, show.title || t("untitled"));
    const shown = fresh && viewers >= FEW_VIEWERS && show.status !== "ended";
    setOptional(this.viewers, shown ? t("on_this_page", { n: viewers }) : "");
  }

  /** @param {number | null} products */
  countBag(products) {
    const known = products !== null;
    this.count.hidden = !products;
    setText(this.count, known ? String(products) : "");
    const label = this.words.t(known ? "open_bag" : "in_this_show", { n: products ?? 0 });
    setAttribute(this.bag, "aria-label", label);
  }
}

/** The small line that says the page waits for the server. Without one, it takes no room. */
export class Banner {
  /**
   * @param {HTMLElement} root with `[data-part]` text and reload
   * @param {{t: Function}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.text = root.querySelector('[data-part="text"]');
    this.reload = root.querySelector('[data-part="reload"]');
    this.reload.addEventListener("click", () => location.reload());
  }

  /** @param {"" | "connecting" | "reconnecting" | "reconnecting_stale" | "stopped"} what */
  update(what) {
    this.root.hidden = !what;
    setText(this.text, what ? this.words.t(what) : "");
    this.reload.hidden = what !== "stopped";
  }
}

/** The lines of text around the window: the disclosure, the host's announcement, the rehearsal note. */
export class Notices {
  /**
   * @param {ParentNode} root with `[data-part]` ad, disclosure, announcement and rehearsal
   * @param {{t: Function}} words
   */
  constructor(root, words) {
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.ad = part("ad");
    this.disclosure = part("disclosure");
    this.announcement = part("announcement");
    this.rehearsal = part("rehearsal");
  }

  /** @param {object} state @param {number} now server time */
  update({ show, announcement, panic }, now) {
    const { t } = this.words;
    const text = disclosureText(earner(show), t);
    const advertising = !["own_brand", "none"].includes(show.disclosure.type);
    setOptional(this.ad, advertising ? text : "");
    setOptional(this.disclosure, advertising ? "" : text);
    setOptional(this.rehearsal, show.status === "rehearsal" ? t("rehearsal_note") : "");
    const current = announcement && !panic && !(announcement.until && announcement.until <= now);
    setOptional(this.announcement, current ? announcement.text : "");
  }
}

/** Of one's own products the host earns, whatever brand is on them. */
function earner({ disclosure, host }) {
  return disclosure.type === "own_brand" && !disclosure.label ? { ...disclosure, brand: host?.name } : disclosure;
}
