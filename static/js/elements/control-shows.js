import { attribute, el } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import "./control-show-form.js";

/** Choose a show, or make one. `shows` is null while they are fetched. */
export class ControlShows extends ControlElement {
  /** @type {any[]|null} */
  shows = null;
  /** The narrow form of the dock: choose only. */
  compact = false;

  build() {
    const out = el("button.c-link", { type: "button", text: this.t("menu.logout"), on: { click: () => this.ask("logout") } });
    const head = el("header.c-shows-head", {}, el("b.c-mark", { text: "Vetrina" }), out);
    const list = el("section.c-shows-list", {}, el("h1", { text: this.t("shows.heading") }), ...this.#list());
    const form = !this.compact && this.make("control-show-form");
    this.append(head, el("div.c-shows", {}, list, form));
  }

  #list() {
    const shows = [...(this.shows ?? [])].sort((a, b) => order(a) - order(b));
    if (shows.length === 0) return [el("p.c-soft", { text: this.t(this.compact ? "shows.none_dock" : "shows.none") })];
    return [el("ul", {}, ...shows.map((show) => el("li", {}, this.#show(show))))];
  }

  #show({ slug, title, status, currency }) {
    const chip = el("span.c-status", { text: this.t(`status.${status}`) });
    attribute(chip, "data-status", status);
    const words = el("span.c-row-words", {}, el("b", { text: title }), el("small.c-soft", { text: `${slug} · ${currency}` }));
    const click = () => this.ask("openShow", { slug });
    return el("button.c-show", { type: "button", on: { click } }, words, chip);
  }
}

/** Shows on the air first, ended ones last. */
function order({ status }) {
  return ["live", "paused", "rehearsal", "draft", "ended"].indexOf(status);
}

customElements.define("control-shows", ControlShows);
