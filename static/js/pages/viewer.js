import { LiveConnection } from "../client/connection.js";
import { ROOT } from "../client/reconnect.js";
import { translator } from "../shared/i18n.js";
import { Freshness } from "../shared/timers.js";
import { BagSection, BagSheet, BagSource, rowsOf } from "../viewer/bag.js";
import { JustBought } from "../viewer/just-bought.js";
import { Announcer, Banner, Header, Notices, Spoken } from "../viewer/notices.js";
import { Stage } from "../viewer/product-cards.js";

const BEAT_MS = 1_000;

/** `/live/{slug}`: one connection, one bag, and the elements that show them. */
class ViewerPage {
  #freshness = new Freshness();
  #level = { fresh: true, late: false, stale: false };
  #drawing = 0;
  #reloadWhenHidden = false;
  /** @type {object[]} of the last state: a deal that ends is no longer in the next one */
  #deals = [];
  #banner = "";
  /** @type {Promise<any>|null} */
  #sheet = null;
  /** @type {Promise<any>|null} */
  #vouchers = null;

  /**
   * @param {{show: string, lang: string, words: Record<string, import("../shared/i18n.js").Entry>,
   *   bag?: {etag: string, answer: {products: object[]}}, shop?: string, delivery?: string}} data
   *   `words`: in the page's one language; `shop`: where one buys here, `delivery`: what that costs
   * @param {LiveConnection} connection started already
   */
  constructor({ show, lang, words, bag, shop, delivery }, connection) {
    this.connection = connection;
    this.bag = new BagSource(show, bag, previewKey());
    const t = translator({ [lang.split("-")[0].toLowerCase()]: words }, lang);
    this.words = { t, lang, shop, now: () => this.connection.serverNow() };
    this.show = show;
    if (shop) this.#sell(shop, show, delivery);
    this.#find();
    this.#listen();
  }

  start() {
    this.#deals = this.connection.state?.deals ?? [];
    this.#statusChanged(this.connection.status.status);
    this.bag.start();
    setInterval(() => this.#beat(), BEAT_MS);
  }

  /** One buys without leaving; without the sheet the link leads to the product's page. */
  #sell(shop, show, delivery) {
    const { lang, now } = this.words;
    const opener = import("../shop/bag-opener.js").then(({ BagOpener }) => new BagOpener({ shop, lang }));
    const sheet = async () => {
      const { openedSheet } = await import("../shop/buy-sheet.js");
      return openedSheet({ shop, show, lang, now, delivery, opener: await opener });
    };
    document.addEventListener("viewer-buy", (event) => {
      event.preventDefault();
      const { detail, target } = /** @type {any} */ (event);
      const known = this.bag.products?.find((one) => one.sku === detail.sku) ?? null;
      this.#sheet ??= sheet();
      this.#sheet
        .then((opened) => opened.open(detail.sku, target, known, () => this.connection.state))
        .catch(() => {
          this.#sheet = null;
          location.assign(target.closest("a").href);
        });
    });
  }

  #find() {
    const { words } = this;
    const part = (id) => document.getElementById(id);
    this.main = part("main");
    this.header = new Header(part("top"), words);
    this.banner = new Banner(part("banner"), words);
    this.notices = new Notices(document.body, words);
    this.stage = new Stage(part("stage"), words);
    this.section = new BagSection(part("bag"), words);
    this.sheet = new BagSheet(part("sheet"), words);
    this.bought = new JustBought(part("bought"), words);
    this.announcer = new Announcer(part("status"));
    this.spoken = new Spoken(this.announcer, words);
  }

  #listen() {
    const { connection, main, sheet } = this;
    connection.addEventListener("state", ({ detail }) => this.#changed(detail));
    connection.addEventListener("signal", () => this.#draw());
    connection.addEventListener("status", ({ detail }) => this.#statusChanged(detail.status));
    connection.addEventListener("assets", () => this.#outdated());
    this.bag.addEventListener("bag", () => this.#draw());
    document.addEventListener("visibilitychange", () => this.#seen());
    addEventListener("pageshow", () => connection.wake());
    document.addEventListener("viewer-tap", ({ detail }) => void connection.tap(detail.sku));
    main.addEventListener("viewer-pause", ({ detail }) => this.#paused(detail.paused));
    main.addEventListener("viewer-deal-mark", ({ detail }) => this.spoken.dealLeft(detail.deal));
    main.addEventListener("viewer-deal-over", ({ detail }) => this.#dealOver(detail.deal));
    for (const opener of document.querySelectorAll("[data-opens-bag]")) {
      opener.addEventListener("click", () => sheet.open());
    }
  }

  /** @param {{state: object, events: object[], snapshot: boolean}} change */
  #changed({ events, snapshot }) {
    const deals = { before: this.#deals, after: this.connection.state.deals };
    this.#deals = deals.after;
    if (snapshot) this.stage.endings.forget();
    this.stage.endings.note(events, deals.before, this.words.now());
    this.spoken.events(events, deals, { purchases: !this.bought.paused });
    this.bought.takeBack(takenBack(events));
    this.bag.apply(events);
    const bagMayDiffer = snapshot ? this.bag.products : events.some(({ type }) => type === "bag_changed");
    if (bagMayDiffer) this.bag.changed();
    this.#draw();
  }

  #statusChanged(status) {
    this.main.dataset.connection = status;
    const wasAway = this.#banner.startsWith("reconnecting");
    this.#freshness.changed(status);
    if (status === "live" && wasAway) this.announcer.say("connection", this.words.t("say_back"), 0);
    this.#beat();
  }

  /** Once a second: what age and passed deadlines change without any event. */
  #beat() {
    const { heardAt } = this.connection;
    const banner = this.#freshness.banner(heardAt);
    if (banner === "reconnecting" && this.#banner !== banner) {
      this.announcer.say("connection", this.words.t("say_reconnecting"), 0);
    }
    this.#banner = banner;
    this.banner.update(banner);
    this.#level = this.#freshness.level(heardAt);
    this.#draw();
  }

  /** However many things changed, the page is drawn once for the next frame. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = requestAnimationFrame(() => {
      this.#drawing = 0;
      if (this.connection.state) this.#show(this.connection.state);
    });
  }

  #show(state) {
    const how = this.#level;
    const deals = state.panic ? [] : state.deals;
    const rows = this.bag.products && rowsOf(this.bag.products, deals, how.stale);
    document.title = titleOf(state.show, this.words.t);
    this.header.update(state, how);
    this.header.countBag(rows?.length ?? null);
    this.notices.update(state, this.words.now());
    this.stage.update(state, how);
    this.section.update(rows);
    this.sheet.update(rows);
    this.bought.update(state.panic ? null : state.ticker);
    this.#showVouchers(state.panic || how.stale ? [] : (state.vouchers ?? []));
  }

  /** The answer brings cookies: the voucher is in the bag. @param {string} id */
  async #claim(id) {
    const address = `${ROOT}/api/v1/shows/${encodeURIComponent(this.show)}/vouchers/${encodeURIComponent(id)}/claims`;
    const answer = await fetch(address, { method: "POST" }).catch(() => null);
    if (answer?.ok) return "yours";
    return answer?.status === 409 ? "taken" : "wait";
  }

  /** What shows them is fetched with the first one. */
  #showVouchers(vouchers) {
    if (!this.#vouchers && vouchers.length === 0) return;
    const place = document.getElementById("vouchers");
    this.#vouchers ??= import("../viewer/vouchers.js").then(
      ({ VoucherCards }) => new VoucherCards(place, (id) => this.#claim(id), this.words),
    );
    const now = this.words.now();
    const open = vouchers.filter(({ ends_at: endsAt }) => (endsAt ?? Infinity) > now);
    this.#vouchers.then((cards) => cards.update(open)).catch(() => (this.#vouchers = null));
  }

  #paused(paused) {
    this.announcer.forget("purchases");
    this.announcer.say("pause", this.words.t(paused ? "say_shut" : "say_open"), 0);
  }

  #dealOver(deal) {
    this.spoken.dealOver(deal);
    this.#draw();
  }

  /** New files of the page are taken when nobody looks, never under a finger. */
  #outdated() {
    this.#reloadWhenHidden = true;
    this.#renewIfHidden();
  }

  #renewIfHidden() {
    if (document.hidden && this.connection.status.status === "live") location.reload();
  }

  #seen() {
    if (!document.hidden) this.connection.wake();
    else if (this.#reloadWhenHidden) this.#renewIfHidden();
  }
}

/** Of a show that has not begun only its seller is told, if that. */
function titleOf({ title, host }, t) {
  return title || (host ? t("show_of", { name: host.name }) : t("untitled"));
}

/** @param {object[]} events @returns {string[]} */
function takenBack(events) {
  return events
    .filter(({ type, complete }) => type === "purchase_reversed" && complete)
    .map(({ purchase }) => purchase);
}

/** A preview link carries a key that sees a show before it begins. @returns {string|null} */
function previewKey() {
  return new URLSearchParams(location.search).get("preview");
}

function open() {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const key = previewKey();
  const connection = new LiveConnection({ hello: { role: "viewer", show: data.show, ...(key && { key }) } });
  connection.resumeFrom(data.start);
  connection.start();
  new ViewerPage(data, connection).start();
}

open();
