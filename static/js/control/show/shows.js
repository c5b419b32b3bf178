import { el, setAttribute } from "../../shared/dom.js";
import { ControlElement, fieldErrors, problemText } from "../element.js";
import { choices, clearErrors, field, fieldError } from "../forms/form.js";
import { SellerFields, StartField, currencySelect } from "./show-fields.js";

export { WORDS } from "./show-fields.js";

const START = ["draft", "rehearsal", "live"];

/** Makes a show: title, address, currency, seller, and how it begins; or one like `template`. */
class ControlShowForm extends ControlElement {
  /** A show of the list whose bag, label and seller are taken over. @type {any} */
  template = null;

  build() {
    const like = this.template;
    this.name = el("input", { type: "text", maxLength: 120, autocomplete: "off", on: { input: () => this.#follow() } });
    this.slug = el("input", { type: "text", maxLength: 64, autocomplete: "off", spellcheck: false });
    this.slug.addEventListener("input", () => this.slug.toggleAttribute("data-own", this.slug.value !== ""));
    this.name.value = like?.title ?? "";
    this.currency = currencySelect(this.ctx.lang, like?.currency);
    this.currency.disabled = like !== null;
    this.seller = new SellerFields(this.ctx, like?.host ?? null);
    this.start = new StartField(this.ctx, null);
    this.begin = choices({
      name: "status",
      legend: this.t("shows.begin"),
      options: START.map((value) => ({ value, label: this.t(`shows.begin.${value}`) })),
      value: "draft",
    });
    this.go = el("button.c-button.c-primary", { type: "submit", text: this.t("shows.create") });
    this.problem = el("p.c-problem", { role: "alert", hidden: true });
    const on = { submit: (event) => this.#submit(event), input: () => (this.problem.hidden = true) };
    this.form = el("form.c-show-form", { noValidate: true, on }, ...this.#nodes());
    this.append(this.form);
  }

  #nodes() {
    const heading = this.template ? this.t("shows.like", { title: this.template.title }) : this.t("shows.new");
    return [
      el("h2", { text: heading }),
      this.template && el("p.c-hint", { text: this.t("shows.like_hint") }),
      field({ name: "title", label: this.t("shows.title"), control: this.name }),
      el(
        "div.c-field-row",
        field({ name: "slug", label: this.t("shows.slug"), control: this.slug, hint: this.t("shows.slug_hint") }),
        field({ name: "currency", label: this.t("shows.currency"), control: this.currency }),
      ),
      this.seller.node,
      this.start.node,
      this.begin,
      this.problem,
      this.go,
    ].filter(Boolean);
  }

  /** The address follows the title until it is typed by hand. */
  #follow() {
    if (!this.slug.hasAttribute("data-own")) this.slug.value = slugOf(this.name.value);
  }

  async #submit(event) {
    event.preventDefault();
    clearErrors(this.form);
    this.problem.hidden = true;
    if (this.#incomplete() || this.go.getAttribute("aria-busy") === "true") return;
    const show = {
      slug: this.slug.value.trim(),
      title: this.name.value.trim(),
      currency: this.currency.value,
      host: this.seller.host,
      starts_at: this.start.at,
      ...(this.template && { template: this.template.slug }),
    };
    this.go.setAttribute("aria-busy", "true");
    try {
      await this.ask("createShow", { show, begin: this.begin.value });
    } catch (problem) {
      this.#explain(problem);
    } finally {
      this.go.removeAttribute("aria-busy");
    }
  }

  #incomplete() {
    const missing = [
      ["title", this.name.value.trim() ? "" : this.t("shows.title_needed")],
      ["slug", this.slug.value.trim() ? "" : this.t("shows.slug_needed")],
      this.seller.wrong,
    ].filter(([, message]) => message);
    for (const [name, message] of missing) fieldError(this.form, name, message);
    this.form.querySelector('[aria-invalid="true"]')?.focus();
    return missing.length > 0;
  }

  #explain(problem) {
    const placed = [...fieldErrors(problem)].filter(([name, text]) => fieldError(this.form, name, text));
    if (placed.length) return;
    if (problem.code === "taken") return fieldError(this.form, "slug", this.t("problem.taken"));
    this.problem.textContent = problemText(this.ctx.t, problem);
    this.problem.hidden = false;
  }
}

/** @param {string} title @returns {string} "Serata d'autunno" → "serata-d-autunno" */
function slugOf(title) {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 48);
}

customElements.define("control-show-form", ControlShowForm);

/**
 * Choose a show, make one, make one like another, or put one away. `shows` are the newest; `next` says
 * where the older ones begin.
 */
class ControlShows extends ControlElement {
  /** @type {any[]} */
  shows = [];
  /** @type {string|null} */
  next = null;
  /** The slug that the address asked for where no show has it. @type {string|null} */
  unknown = null;
  /** The narrow form of the dock: choose only. */
  compact = false;

  build() {
    const out = el("button.c-link", { type: "button", text: this.t("menu.logout"), on: { click: () => this.ask("logout") } });
    const head = el("header.c-shows-head", el("b.c-mark", { text: "Vetrina" }), out);
    this.list = el("div");
    this.more = el("button.c-button", { type: "button", text: this.t("list.more"), on: { click: () => this.#older() } });
    const list = el("section.c-shows-list", el("h1", { text: this.t("shows.heading") }), ...this.#note(), this.list, this.more);
    this.#draw();
    this.form = this.compact ? null : this.make("control-show-form");
    this.append(head, el("main.c-shows", list, this.form));
  }

  #note() {
    const { unknown } = this;
    return unknown === null ? [] : [el("p.c-problem", { role: "alert", text: this.t("shows.unknown", { slug: unknown }) })];
  }

  #draw() {
    this.list.replaceChildren(...this.#lists());
    this.more.hidden = this.next === null;
  }

  async #older() {
    const { ok, answer } = await this.act(this.more, "moreShows", { after: this.next });
    if (!ok) return;
    this.shows = [...this.shows, ...answer.shows];
    this.next = answer.next ?? null;
    this.#draw();
  }

  #lists() {
    const shows = [...this.shows].sort((a, b) => order(a) - order(b));
    const [open, away] = [shows.filter(({ archived }) => !archived), shows.filter(({ archived }) => archived)];
    const none = this.t(this.compact ? "shows.none_dock" : "shows.none");
    const list = open.length ? this.#list(open) : el("p.c-soft", { text: none });
    if (away.length === 0 || this.compact) return [list];
    const words = this.t("shows.archived", { n: away.length });
    return [list, el("details.c-more", el("summary", { text: words }), this.#list(away))];
  }

  #list(shows) {
    return el("ul", ...shows.map((show) => el("li", this.#show(show), !this.compact && !show.damaged && this.#tools(show))));
  }

  #show({ slug, title, status, currency, starts_at: startsAt, damaged }) {
    const chip = el("span.c-status", { text: this.t(`status.${status}`) });
    setAttribute(chip, "data-status", status);
    const begins = status === "draft" && startsAt !== null && this.ctx.dayTime(startsAt);
    const about = [slug, currency, begins].filter(Boolean).join(" · ");
    const words = el("span.c-row-words", el("b", { text: title }), el("small.c-soft", { text: about }));
    if (damaged) {
      words.append(el("small.c-problem", { text: this.t("shows.damaged", { slug }) }));
      return el("div.c-show", words, chip);
    }
    const click = () => this.ask("openShow", { slug });
    return el("button.c-show", { type: "button", on: { click } }, words, chip);
  }

  #tools(show) {
    const { slug, title, status, archived } = show;
    const tool = (key, run) => {
      const label = this.t(`${key}_label`, { title });
      return el("button.c-link", { type: "button", text: this.t(key), "aria-label": label, on: { click: run } });
    };
    const copy = tool("shows.duplicate", () => this.#duplicate(show));
    const key = archived ? "shows.unarchive" : "shows.archive";
    const put = tool(key, () => this.act(put, "archiveShow", { slug, archived: !archived }));
    return el("span.c-show-tools", copy, ["draft", "ended"].includes(status) && put);
  }

  #duplicate(template) {
    const form = this.make("control-show-form", { template });
    this.form.replaceWith(form);
    this.form = form;
    form.slug.focus();
    form.scrollIntoView({ block: "nearest" });
  }
}

/** Shows on the air first, ended ones last. */
function order({ status }) {
  return ["live", "paused", "rehearsal", "draft", "ended"].indexOf(status);
}

customElements.define("control-shows", ControlShows);
