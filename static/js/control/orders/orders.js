import { ROOT } from "../../client/reconnect.js";
import { el, setText } from "../../shared/dom.js";
import { fetchPart } from "../actions.js";
import { ControlElement, icon, problemText } from "../element.js";
import "./order.js";
import { STATUSES, chips, nameOf } from "./order-words.js";

export const WORDS = {
  de: () => import("../../i18n/control-orders/de.js"),
  en: () => import("../../i18n/control-orders/en.js"),
  es: () => import("../../i18n/control-orders/es.js"),
  fr: () => import("../../i18n/control-orders/fr.js"),
  it: () => import("../../i18n/control-orders/it.js"),
};

const LIST = `${ROOT}/control/orders`;
/** So long nobody types before it is searched. */
const REST_MS = 300;
const FILTERS = ["q", "status", "show", "market"];

/** @param {string} id @param {string} [part] */
export function addressOf(id, part = "") {
  return `${LIST}/${encodeURIComponent(id)}${part}`;
}

/** All orders, found by words, status, show and market; one of them opens in its place. */
class ControlOrders extends ControlElement {
  /** @type {any[]} */
  #orders = [];
  /** @type {string|null} */
  #next = null;
  #turn = 0;
  #timer = 0;
  /** Where the list was when an order was opened. */
  #scrolled = 0;

  build() {
    this.setAttribute("role", "main");
    this.problem = el("div.c-orders-problem", { role: "alert", hidden: true });
    this.empty = el("p.c-soft.c-orders-empty", { role: "status" });
    this.rows = el("ul.c-orders");
    this.more = el("button.c-button", { type: "button", text: this.t("list.more"), hidden: true, on: { click: () => this.#load(true) } });
    this.list = el("section.c-orders-page", this.#head(), this.#filters(), this.problem, this.empty, this.rows, this.more);
    this.append(this.list);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const route = () => this.#route();
    addEventListener("popstate", route, { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#again(), { signal });
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    void this.#choices();
    route();
  }

  #head() {
    const save = el("button.c-button", { type: "button", text: this.t("orders.export"), on: { click: () => this.act(save, "exportOrders", { wanted: this.wanted }) } });
    const places = el("button.c-button", { type: "button", text: this.t("places.open"), on: { click: () => this.#places(places) } });
    const panel = el("a.c-button", { href: `${ROOT}/control`, text: this.t("orders.panel") });
    return el("header.c-orders-head", el("h1", { text: this.t("orders.heading") }), el("div.c-bar-end", places, save, panel));
  }

  async #places(button) {
    button.setAttribute("aria-busy", "true");
    try {
      await fetchPart(this.ctx, "control-places-dialog", () => import("../places/places-dialog.js"));
      this.append(this.make("control-places-dialog"));
    } catch (problem) {
      this.say(problemText(this.ctx.t, problem), "refused");
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  #filters() {
    const given = new URLSearchParams(location.search);
    this.fields = {
      q: el("input", { type: "search", maxLength: 200, placeholder: this.t("orders.search"), "aria-label": this.t("orders.search") }),
      status: this.#select("status", STATUSES.map((value) => [value, this.t(`orders.status.${value}`)])),
      show: this.#select("show", []),
      market: this.#select("market", []),
    };
    for (const name of FILTERS) this.fields[name].value = given.get(name) ?? "";
    this.fields.market.hidden = true;
    const later = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#filtered(), REST_MS);
    };
    this.fields.q.addEventListener("input", later);
    for (const name of FILTERS.slice(1)) this.fields[name].addEventListener("change", () => this.#filtered());
    const on = { submit: (event) => (event.preventDefault(), this.#filtered()) };
    return el("form.c-orders-filters", { role: "search", on }, ...Object.values(this.fields));
  }

  #select(name, options) {
    const all = el("option", { value: "", text: this.t(`orders.all.${name}`) });
    return el("select", { "aria-label": this.t(`orders.by.${name}`) }, all, ...options.map(([value, text]) => el("option", { value, text })));
  }

  /** The shows and markets that there are; the list does not wait for them. */
  async #choices() {
    const [shows, markets] = await Promise.all([this.ask("orderShows").catch(() => []), this.ask("orderMarkets")]);
    const fill = (name, options) => {
      const wanted = new URLSearchParams(location.search).get(name) ?? "";
      this.fields[name].append(...options.map(([value, text]) => el("option", { value, text })));
      this.fields[name].value = wanted;
    };
    fill("show", shows.map(({ slug, title }) => [slug, title]));
    fill("market", markets.map(({ code, name }) => [code, name]));
    this.fields.market.hidden = markets.length < 2;
  }

  get wanted() {
    const given = new URLSearchParams(location.search);
    return Object.fromEntries(FILTERS.map((name) => [name, given.get(name) ?? ""]));
  }

  /** The address holds what is looked for, so that a reload and a bookmark find it again. */
  #filtered() {
    clearTimeout(this.#timer);
    const query = new URLSearchParams(FILTERS.map((name) => [name, this.fields[name].value.trim()]).filter(([, value]) => value));
    history.replaceState(null, "", query.size ? `${LIST}?${query}` : LIST);
    void this.#load();
  }

  /** Follows the address: the list, or an order. */
  #route() {
    const [, id] = new RegExp(`^${LIST}/([^/]+)$`).exec(location.pathname) ?? [];
    const open = this.querySelector("control-order");
    if (!id) {
      open?.remove();
      this.list.hidden = false;
      for (const name of FILTERS) this.fields[name].value = this.wanted[name];
      document.title = `Vetrina · ${this.t("orders.heading")}`;
      void this.#load().then(() => this.#back());
      return;
    }
    this.list.hidden = true;
    open?.remove();
    const order = this.make("control-order", { order: decodeURIComponent(id) });
    this.append(order);
    order.load();
  }

  #clicked(event) {
    const link = event.target.closest("a[data-order]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.dataset.order) this.#scrolled = this.parentElement?.scrollTop ?? 0;
    history.pushState(null, "", link.href);
    this.#route();
  }

  #back() {
    if (this.parentElement) this.parentElement.scrollTop = this.#scrolled;
    this.#scrolled = 0;
  }

  #again() {
    const order = this.querySelector("control-order");
    if (order) order.load();
    else if (this.#orders.length <= 50) void this.#load();
  }

  /** @param {boolean} [further] the next page */
  async #load(further = false) {
    const turn = ++this.#turn;
    const after = further ? this.#next : null;
    if (further) this.more.setAttribute("aria-busy", "true");
    else if (this.#orders.length === 0) setText(this.empty, this.t("orders.loading"));
    try {
      const page = await this.ask("orders", { wanted: this.wanted, after });
      if (turn !== this.#turn) return;
      this.#orders = further ? [...this.#orders, ...page.orders] : page.orders;
      this.#next = page.next ?? null;
      this.problem.hidden = true;
      this.#draw();
    } catch (problem) {
      if (turn === this.#turn) this.#explain(problem, further);
    } finally {
      this.more.removeAttribute("aria-busy");
    }
  }

  #explain(problem, further) {
    const again = el("button.c-button.c-small", { type: "button", text: this.t("bag.retry"), on: { click: () => this.#load(further) } });
    this.problem.replaceChildren(icon("warning"), el("span", { text: problemText(this.ctx.t, problem) }), again);
    this.problem.hidden = false;
    if (this.#orders.length === 0) setText(this.empty, "");
  }

  #draw() {
    this.rows.replaceChildren(...this.#orders.map((order) => el("li", this.#row(order))));
    this.more.hidden = this.#next === null;
    const filtered = FILTERS.some((name) => this.wanted[name]);
    setText(this.empty, this.#orders.length ? "" : this.t(filtered ? "orders.none_found" : "orders.none"));
  }

  #row(order) {
    const { id, placed_at: at, show, titles, pieces, total, refunded } = order;
    const name = el("b", { text: nameOf(this.ctx, order) });
    const about = [this.ctx.dayTime(at), show].filter(Boolean).join(" · ");
    const what = el("span.c-order-what", { text: titles.join(", ") || this.t("orders.no_titles") });
    const sums = [total && el("b.v-num", { text: this.ctx.money(total) }), refunded && el("small.c-soft", { text: this.t("orders.refunded", { amount: this.ctx.money(refunded) }) })];
    return el(
      "a.c-order-row",
      { href: addressOf(id), data: { order: id } },
      el("span.c-row-words", name, el("small.c-soft", { text: about })),
      el("span.c-row-words", what, el("small.c-soft", { text: this.t("orders.pieces", { n: pieces }) })),
      el("span.c-order-chips", ...chips(this.ctx, order)),
      el("span.c-order-sum", ...sums),
    );
  }
}

customElements.define("control-orders", ControlOrders);
