/** The shop window: cards of pinned products and deals, or why there are none. */

import { ROOT } from "../client/reconnect.js";
import { setAttribute, setOptional, setText } from "../shared/dom.js";
import { dateFormat } from "../shared/i18n.js";
import { dealOf } from "../shared/offer.js";
import { ProductCard } from "./card.js";
import { KeyedList, safeLink } from "./parts.js";

/** How long a card still says that its deal has ended, and why. */
const WORTH_SAYING_MS = 15_000;

/** Remembers deals that have just ended: the state forgets them at once, people do not. */
class Endings {
  /** @type {{deal: object, reason: string, at: number}[]} */
  #ended = [];

  /**
   * @param {object[]} events
   * @param {object[]} dealsBefore of the state that the events changed
   * @param {number} now server time
   */
  note(events, dealsBefore, now) {
    for (const event of events) {
      if (event.type !== "deal_ended") continue;
      const deal = dealsBefore.find((known) => known.id === event.deal);
      if (deal) this.#ended.push({ deal, reason: event.reason, at: now });
    }
    this.#ended = this.#ended.filter(({ at }) => now - at < WORTH_SAYING_MS);
  }

  forget() {
    this.#ended = [];
  }

  /** @returns {{deal: object, reason: string} | null} */
  of(sku, now) {
    const fresh = this.#ended.filter(({ deal, at }) => deal.product.sku === sku && now - at < WORTH_SAYING_MS);
    return fresh.at(-1) ?? null;
  }
}

/**
 * The shop window when there is no product in it: not open yet, empty, paused, or with the shutter
 * down. The drawing is CSS; the words say the same, when the show begins and where to go next.
 */
class ShopWindow {
  /**
   * @param {HTMLElement} root with `[data-part]` title, when, more and next
   * @param {{t: Function, lang: string}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.title = root.querySelector('[data-part="title"]');
    this.when = root.querySelector('[data-part="when"]');
    this.more = root.querySelector('[data-part="more"]');
    this.next = root.querySelector('[data-part="next"]');
    this.moment = dateFormat(words.lang, { dateStyle: "full", timeStyle: "short" });
  }

  /**
   * @param {"" | "soon" | "empty" | "paused" | "ended" | "panic"} what
   * @param {{slug: string, host: {name: string, url: string|null}|null, starts_at: number|null}} show
   * @param {number} now server time
   */
  update(what, show, now) {
    this.root.hidden = !what;
    if (!what) return;
    const when = what === "soon" && show.starts_at > now ? show.starts_at : null;
    setAttribute(this.root, "data-window", what);
    setText(this.title, this.words.t(when ? "window_begins" : `window_${what}`));
    setOptional(this.when, when ? this.moment.format(when) : "");
    setOptional(this.more, this.words.t(`window_${what}_more`));
    this.#lead(what, show, when);
  }

  /** To the calendar while the show lies ahead, to the seller's shop when it is over. */
  #lead(what, { slug, host }, when) {
    const shop = what === "ended" ? safeLink(host?.url) : null;
    const calendar = when ? `${ROOT}/live/${encodeURIComponent(slug)}/calendar.ics` : null;
    setAttribute(this.next, "href", shop ?? calendar);
    setAttribute(this.next, "target", shop ? "_blank" : null);
    setAttribute(this.next, "rel", shop ? "noopener" : null);
    const words = shop ? this.words.t("to_shop", { name: host.name }) : this.words.t("add_to_calendar");
    setOptional(this.next, shop || calendar ? words : "");
  }
}

/** What the empty window says; nothing while there is a product to look at. */
function windowOf({ show, pins, panic }) {
  if (show.status === "ended") return "ended";
  if (panic) return "panic";
  if (pins.length) return "";
  if (show.status === "draft") return "soon";
  return show.status === "paused" ? "paused" : "empty";
}

/** The window itself: pinned products with their deals, then the deals of other products. */
export class Stage {
  endings = new Endings();

  /**
   * @param {HTMLElement} root with `[data-part]` window, pins, others and deals
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(root, words) {
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.window = new ShopWindow(part("window"), words);
    this.others = part("others");
    this.pins = new KeyedList(part("pins"), () => new ProductCard(words));
    this.deals = new KeyedList(part("deals"), () => new ProductCard(words));
  }

  /**
   * @param {object} state
   * @param {{late: boolean, stale: boolean}} how
   */
  update(state, how) {
    const now = this.words.now();
    const closed = state.panic || state.show.status === "ended";
    const pins = closed ? [] : state.pins;
    const pinned = new Set(pins.map((pin) => pin.product.sku));
    const others = closed ? [] : state.deals.filter((deal) => !pinned.has(deal.product.sku));
    this.window.update(windowOf(state), state.show, now);
    this.pins.update(pins.map((pin, index) => this.#pinCard(pin, index, state.deals, now, how)));
    this.deals.update(inOrder(others).map((deal) => dealCard(deal, how)));
    this.others.hidden = others.length === 0;
  }

  /** @returns {import("./card.js").CardModel} */
  #pinCard(pin, index, deals, now, how) {
    const deal = dealOf(deals, pin.product.sku);
    const ended = deal ? null : this.endings.of(pin.product.sku, now);
    return {
      key: `slot-${pin.slot}`,
      size: index === 0 ? "large" : "small",
      pinned: true,
      number: pin.number,
      product: pin.product,
      deal: deal ?? ended?.deal ?? null,
      reason: ended?.reason ?? null,
      ...how,
    };
  }
}

/** @returns {import("./card.js").CardModel} */
function dealCard(deal, how) {
  const { id, number, product } = deal;
  return { key: id, size: "small", pinned: false, number, product, deal, reason: null, ...how };
}

/** Running before announced, and each by what comes first. */
function inOrder(deals) {
  const rank = (deal) => (deal.status === "running" ? deal.ends_at : deal.starts_at + 1e15);
  return [...deals].sort((a, b) => rank(a) - rank(b));
}
