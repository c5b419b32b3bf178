/** The head of the panel, and the menus. */

import { ROOT } from "../../client/reconnect.js";
import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, elapsed, icon } from "../element.js";

/**
 * A button that opens a short list of things to do. `label` is its text; `items` are
 * `{label, run?, href?, on?}`, where `on` marks the one that holds; `href` opens another page.
 */
class ControlMenu extends ControlElement {
  label = "";
  /** @type {{label: string, run?: () => void, href?: string, on?: boolean, rule?: boolean}[]} */
  items = [];

  build() {
    this.words = el("span");
    this.button = el(
      "button.c-menu-button",
      { type: "button", "aria-haspopup": "true", "aria-expanded": "false", on: { click: () => this.#toggle() } },
      this.words,
      icon("down"),
    );
    this.list = el("div.c-menu-list", { role: "menu", hidden: true });
    this.append(this.button, this.list);
    this.addEventListener("keydown", (event) => this.#keys(event));
    this.name(this.label);
  }

  listen(signal) {
    const outside = (event) => {
      if (!this.contains(event.target)) this.#open(false);
    };
    document.addEventListener("pointerdown", outside, { signal });
  }

  /** @param {string} label */
  name(label) {
    setText(this.words, label);
  }

  #toggle() {
    this.#open(this.list.hidden);
  }

  #open(open) {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.list.replaceChildren(...this.items.map((item) => this.#item(item)));
    this.list.querySelector("button")?.focus();
  }

  #item({ label, run, href, on, rule }) {
    const click = () => {
      this.#open(false);
      this.button.focus();
      run?.();
    };
    const common = { role: "menuitem", text: label, class: rule ? "c-rule" : "", on: { click } };
    if (href) return el("a", { ...common, href, target: "_blank", rel: "noopener" });
    return el("button", { ...common, type: "button", "aria-current": on ? "true" : null });
  }

  #keys(event) {
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      this.#open(false);
      this.button.focus();
    } else if (step) {
      const all = [...this.list.children];
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("control-menu", ControlMenu);

/** Which buttons a show has in each state, besides Announce and Clear the screen. */
export const MOVES = {
  draft: ["rehearse", "live"],
  rehearsal: ["live", "end"],
  live: ["pause", "end"],
  paused: ["resume", "end"],
  ended: ["shows"],
};

/** The top of the panel: where the show stands, what it sold, and what turns it. */
class ControlHeader extends ControlElement {
  build() {
    this.menu = this.make("control-menu", { label: "", items: this.items });
    this.chip = el("span.c-status", { role: "status" });
    this.words = el("span");
    this.clock = el("span.v-num", { "aria-hidden": "true" });
    this.chip.append(this.words, this.clock);
    this.watching = this.#figure();
    this.orders = this.#figure();
    this.gross = el("b.v-num.c-gross");
    this.sales = el("span.c-figure", this.orders, this.gross);
    this.moves = el("span.c-moves");
    this.panic = this.#panicButton();
    const left = el("div.c-header-left", el("b.c-mark", { text: "Vetrina" }), this.menu, this.chip);
    left.append(el("span.c-figures", this.watching, this.sales));
    const announce = this.#button("header.announce", "openAnnounce", "A");
    this.announce = announce;
    this.heading = el("h1.c-hidden");
    this.append(this.heading, left, el("div.c-header-right", announce, this.moves, this.panic));
  }

  /** @type {any[]} the entries of the menu behind the show's title */
  items = [];

  /** @param {any} model */
  update({ state, viewers }) {
    const { show, totals } = state;
    this.menu.name(show.title);
    setText(this.heading, `${show.title} · ${this.t("login.heading")}`);
    setAttribute(this.chip, "data-status", show.status);
    setText(this.words, this.t(`status.${show.status}`));
    this.started = show.status === "ended" ? null : show.started_at;
    this.tick();
    this.#fill(this.watching, "header.watching", viewers);
    this.#fill(this.orders, "header.orders", totals?.orders ?? 0);
    setText(this.gross, (totals?.gross ?? []).map((money) => this.ctx.money(money)).join(" + "));
    this.announce.disabled = !["rehearsal", "live", "paused"].includes(show.status);
    this.#drawMoves(show.status);
    this.#drawPanic(state.panic);
    this.panic.disabled = show.status === "ended";
  }

  tick() {
    setText(this.clock, this.started ? elapsed(this.ctx.now() - this.started) : "");
  }

  #figure() {
    return el("span.c-figure", el("b.v-num"), el("span"));
  }

  #fill(figure, key, n) {
    setText(figure.children[0], this.ctx.number(n));
    setText(figure.children[1], this.t(key, { n }));
  }

  #drawMoves(status) {
    if (this.moves.dataset.status === status) return;
    this.moves.dataset.status = status;
    this.moves.replaceChildren(...MOVES[status].map((move) => this.#move(move)));
  }

  #move(move) {
    const primary = ["live", "resume", "shows"].includes(move);
    const click = () => this.act(button, "turnShow", { move });
    const button = el("button.c-button", { type: "button", text: this.t(`header.${move}`), on: { click } });
    if (primary) button.classList.add("c-primary");
    button.dataset.move = move;
    return button;
  }

  #button(key, name, shortcut) {
    const click = () => this.act(button, name);
    const button = el("button.c-button", { type: "button", text: this.t(key), on: { click } });
    if (shortcut) setAttribute(button, "aria-keyshortcuts", shortcut);
    return button;
  }

  #panicButton() {
    this.panicWords = el("span");
    this.panicKeys = el("kbd", { text: this.t("header.panic_keys"), "aria-hidden": "true" });
    const click = () => this.act(button, this.panicking ? "calm" : "panic");
    const button = el("button.c-button.c-panic", { type: "button", on: { click } }, this.panicWords, this.panicKeys);
    return button;
  }

  #drawPanic(panic) {
    // It means something else now, so it can be pressed although its last answer is still to come.
    if (panic !== this.panicking) this.panic.removeAttribute("aria-busy");
    this.panicking = panic;
    setText(this.panicWords, this.t(panic ? "header.calm" : "header.panic"));
    this.panicKeys.hidden = panic;
    this.panic.classList.toggle("c-primary", panic);
    this.panic.classList.toggle("c-panic", !panic);
  }
}

/** What the menu behind the show's title holds. @param {import("../show-session.js").ShowSession} session */
export function menuItems({ ctx, root }) {
  const ask = (name, args) => {
    const header = root.querySelector("control-header, control-dock-bar");
    header?.act(header, name, args);
  };
  return [
    { label: ctx.t("menu.shows"), run: () => ask("openShows") },
    { label: ctx.t("menu.edit"), run: () => ask("openEdit") },
    { label: ctx.t("menu.storefront"), run: () => ask("openStorefront") },
    { label: ctx.t("menu.vouchers"), run: () => ask("openVouchers") },
    { label: ctx.t("menu.orders"), href: `${ROOT}/control/orders` },
    { label: ctx.t("menu.order_hooks"), run: () => ask("openOrderHooks") },
    { label: ctx.t("menu.badge"), run: () => ask("openDisclosure") },
    { label: ctx.t("menu.dock"), run: () => ask("newDevice", { dock: true }), rule: true },
    { label: ctx.t("menu.device"), run: () => ask("newDevice", { dock: false }) },
    { label: ctx.t("menu.shortcuts"), run: () => ask("openShortcuts"), rule: true },
    { label: ctx.t("menu.handbook"), href: `${ROOT}/handbook` },
    { label: ctx.t("menu.theme"), run: () => ask("turnTheme") },
    { label: ctx.t("menu.logout"), run: () => ask("logout"), rule: true },
  ];
}

customElements.define("control-header", ControlHeader);
