import { el } from "../shared/dom.js";
import { dir, fetchWords, persistently, unfetchedText } from "../shared/i18n.js";
import { DeviceKey, isRefused } from "./access/keys.js";
import { fetchPart } from "./actions.js";
import { ControlElement, contextOf, icon, make, problemText } from "./element.js";
import { keepLink } from "./model.js";
import { ShowSession } from "./show-session.js";

const LAST = "vetrina.control.show";
const WORDS = {
  de: () => import("../i18n/control/de.js"),
  en: () => import("../i18n/control/en.js"),
  es: () => import("../i18n/control/es.js"),
  fr: () => import("../i18n/control/fr.js"),
  it: () => import("../i18n/control/it.js"),
};

/**
 * What is there in place of the shows: a part of the panel, and what it may ask for.
 *
 * @typedef {{tag: string, load: () => Promise<any>, props?: Record<string, any>, actions: (device: DeviceKey) => Record<string, (args: any) => any>}} Home
 */

/**
 * The way in: log in, choose a show, open it. Panel and dock differ only in the layout that
 * they give and in `compact`; a page with a `home` of its own opens no show.
 */
export class Shell {
  #code = DeviceKey.takeCode();
  #device = new DeviceKey();
  /** @type {ShowSession|null} */
  #session = null;

  /**
   * Fetches the words and begins; where they cannot be had, a button tries again.
   *
   * @param {HTMLElement} root @param {{layout?: (session: ShowSession) => any, compact?: boolean, home?: Home}} options
   */
  static async open(root, options) {
    const wanted = new URLSearchParams(location.search).get("lang") ?? navigator.languages;
    showTheme();
    const catalogue = await persistently(() => fetchWords(WORDS, wanted)).catch(() => null);
    if (catalogue) await new Shell(root, contextOf(catalogue), options).start();
    else root.replaceChildren(unfetched(wanted, () => Shell.open(root, options)));
  }

  /** @param {HTMLElement} root @param {any} ctx @param {{layout?: any, compact?: boolean, home?: Home}} options */
  constructor(root, ctx, { layout, compact = false, home }) {
    this.params = new URLSearchParams(location.search);
    this.page = JSON.parse(document.getElementById("page-data")?.textContent || "{}");
    this.ctx = ctx;
    this.layout = layout;
    this.compact = compact;
    this.home = home;
    this.stage = el("div.c-phase");
    this.toasts = make(this.ctx, "control-toasts", { most: compact ? 1 : 3 });
    root.replaceChildren(this.stage, this.toasts);
    root.addEventListener("ask", (event) => this.#answer(event));
    addEventListener("hashchange", () => this.#pasted());
    document.documentElement.lang = this.ctx.lang;
    document.documentElement.dir = dir(this.ctx.lang);
  }

  async start() {
    this.#wait("login.entering");
    try {
      const page = await this.#device.enter(this.#code);
      if (page) await this.#choose(page);
      else this.#login();
    } catch (problem) {
      if (problem.status === 0 || problem.status >= 500) this.#unreachable(problem);
      else this.#login(this.ctx.t("login.code_refused"));
    }
  }

  /** A login link pasted over this page's address changes its fragment only: nothing is loaded. */
  #pasted() {
    this.#code = DeviceKey.takeCode();
    if (this.#code && !this.#session) void this.start();
  }

  /** @type {Record<string, (args: any) => any>} */
  #actions = {
    say: async (toast) => this.toasts.show(toast),
    login: async ({ text }) => this.#choose(await this.#device.login(text)),
    logout: async () => this.#logout(),
    turnTheme: async () => turnTheme(),
    openShows: () => this.#shows(),
    moreShows: ({ after }) => this.#device.shows(after),
    openShow: async ({ slug }) => this.#open(slug),
    createShow: ({ show, begin }) => this.#create(show, begin),
    archiveShow: async ({ slug, archived }) => {
      await this.#device.api.patch(`/shows/${slug}`, { archived });
      await this.#shows();
    },
  };

  #answer(event) {
    const { name, args } = event.detail;
    const action = this.#actions[name] ?? this.#session?.actions[name] ?? this.home?.actions(this.#device)[name];
    if (action) event.detail.answer = (async () => action(args))();
  }

  #wait(key) {
    this.#fill(el("p.c-wait", { role: "status", text: this.ctx.t(key) }));
  }

  #fill(node) {
    this.#session?.close();
    this.#session = null;
    this.stage.replaceChildren(node);
  }

  #unreachable(problem) {
    const again = el("button.c-button.c-primary", {
      type: "button",
      text: this.ctx.t("strip.try_now"),
      on: { click: () => this.start() },
    });
    this.#fill(el("div.c-wait", { role: "alert" }, el("p", { text: problemText(this.ctx.t, problem) }), again));
  }

  #login(message = "") {
    this.#fill(make(this.ctx, "control-login", { message }));
  }

  /** The socket goes first: the server would close it as revoked. */
  async #logout() {
    this.#wait("login.leaving");
    const told = await this.#device.logout();
    this.#login(told ? "" : this.ctx.t("login.still_good"));
  }

  async #shows() {
    await this.#list(await this.#device.shows());
  }

  /**
   * Goes straight to the show that the address names or that was open last, or to the only one,
   * unless it is over or damaged. A name that no show has is told.
   */
  async #choose(page) {
    if (this.home) return this.#show(this.home.tag, this.home.props, this.home.load);
    const { shows } = page;
    const named = this.params.get("show");
    const wanted = named ?? localStorage.getItem(LAST);
    const known = shows.find(({ slug }) => slug === wanted) ?? (page.next && wanted ? await this.#older(wanted) : undefined);
    const open = shows.filter(({ archived }) => !archived);
    const only = named === null && open.length === 1 && !page.next ? open[0] : undefined;
    const show = known ?? only;
    if (show && show.status !== "ended" && !show.damaged) this.#open(show.slug);
    else this.#list(page, known ? null : named);
  }

  /** A show that is on none of the newest pages. @param {string} slug @returns {Promise<any>} undefined: there is none */
  async #older(slug) {
    try {
      return (await this.#device.api.get(`/shows/${encodeURIComponent(slug)}`)).state.show;
    } catch (problem) {
      if (problem.status !== 404) throw problem;
    }
  }

  /** @param {{shows: any[], next?: string}} page @param {string|null} [unknown] the slug that was asked for and does not exist */
  async #list({ shows, next = null }, unknown = null) {
    await this.#show("control-shows", { shows, next, unknown, compact: this.compact });
  }

  /** @param {string} tag @param {Record<string, any>} [props] @param {() => Promise<any>} [load] */
  async #show(tag, props = {}, load = undefined) {
    try {
      await fetchPart(this.ctx, tag, load);
      this.#fill(make(this.ctx, tag, props));
    } catch (problem) {
      this.#unreachable(problem);
    }
  }

  #open(slug) {
    this.#wait("shows.opening");
    localStorage.setItem(LAST, slug);
    const here = new URL(location.href);
    here.searchParams.set("show", slug);
    history.replaceState(null, "", here);
    this.#session = new ShowSession({
      root: this.stage,
      ctx: this.ctx,
      device: this.#device,
      slug,
      page: this.page,
      layout: this.layout,
      say: (toast) => this.toasts.show(toast),
      stopped: (name) => this.#stopped(name),
    });
    this.#session.start();
  }

  /** The server said that trying again will not help. */
  #stopped(name) {
    if (["bad_key", "revoked"].includes(name)) {
      this.#device.leave();
      this.#login(this.ctx.t("login.revoked"));
    } else if (name === "unknown_show") {
      localStorage.removeItem(LAST);
      this.#shows().catch((problem) => (isRefused(problem) ? this.#login() : this.#unreachable(problem)));
    }
  }

  async #create(show, begin) {
    const made = await this.#device.api.post("/shows", show);
    const url = new URL(made.urls.overlay, location.origin).href;
    const { keys } = await this.#device.api.get(`/shows/${show.slug}/keys`);
    keepLink(show.slug, { id: keys.find(({ role }) => role === "overlay")?.id ?? null, url });
    this.#open(show.slug);
    const session = this.#session;
    const move = { rehearsal: "rehearse", live: "live" }[begin];
    if (move) session.ready.then(() => session.attempt(() => session.actions.turnShow({ move })));
  }
}

/** @param {readonly string[]|string} wanted @param {() => void} again */
function unfetched(wanted, again) {
  const [text, retry] = unfetchedText(wanted);
  const button = el("button.c-button.c-primary", { type: "button", text: retry, on: { click: again } });
  return el("div.c-wait", { role: "alert" }, el("p", { text }), button);
}

const KEY = "vetrina.control.theme";

/** Paper by day, notte in a dark studio: the system's choice until somebody turns it by hand. */
function showTheme() {
  const wanted = localStorage.getItem(KEY) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "notte" : "paper");
  document.documentElement.dataset.theme = wanted;
}

function turnTheme() {
  const next = document.documentElement.dataset.theme === "notte" ? "paper" : "notte";
  localStorage.setItem(KEY, next);
  showTheme();
}

const STAYS_MS = { done: 4_000, note: 6_000, refused: 9_000 };

/**
 * Short answers at the foot of the panel: what was done, what was refused and why. A toast with an
 * action (Undo) stays exactly as long as the action is possible.
 */
class ControlToasts extends ControlElement {
  /** At a time. */
  most = 3;

  build() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
  }

  /**
   * @param {{text: string, tone?: "done"|"note"|"refused", action?: {label: string, run: () => void},
   *   stays?: number, tag?: string}} toast  one with the same `tag` is replaced
   */
  show({ text, tone = "done", action, stays = STAYS_MS[tone], tag = "" }) {
    for (const old of [...this.children]) if (tag && old.dataset.tag === tag) old.remove();
    const toast = el("div.c-toast", { data: { tone, tag } }, el("span", { text }));
    const leave = () => toast.remove();
    if (action) toast.append(this.#action(action, leave));
    toast.append(this.#close(leave));
    this.append(toast);
    while (this.children.length > this.most) this.firstElementChild?.remove();
    setTimeout(leave, stays);
  }

  #action({ label, run }, leave) {
    const click = () => {
      leave();
      run();
    };
    return el("button.c-button.c-small", { type: "button", text: label, on: { click } });
  }

  #close(leave) {
    const label = this.t("toast.close");
    return el("button.c-icon-button", { type: "button", "aria-label": label, on: { click: leave } }, icon("remove"));
  }
}

customElements.define("control-toasts", ControlToasts);
