import { el, setAttribute } from "../../shared/dom.js";
import { ControlElement, fieldErrors, problemText } from "../element.js";
import { choices, clearErrors, field, fieldError } from "../forms/form.js";

const USUAL = ["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "BRL", "MXN", "CAD", "AUD", "INR", "IDR"];
const HOME = { it: "EUR", de: "EUR", fr: "EUR", es: "EUR", "en-GB": "GBP", ja: "JPY", "pt-BR": "BRL", "en-US": "USD" };
const START = ["draft", "rehearsal", "live"];

/** Makes a show: title, address, currency, and how it begins. */
class ControlShowForm extends ControlElement {
  build() {
    this.name = el("input", { type: "text", maxLength: 120, autocomplete: "off", on: { input: () => this.#follow() } });
    this.slug = el("input", { type: "text", maxLength: 64, autocomplete: "off", spellcheck: false });
    this.slug.addEventListener("input", () => this.slug.toggleAttribute("data-own", this.slug.value !== ""));
    this.currency = this.#currencies();
    this.begin = choices({
      name: "status",
      legend: this.t("shows.begin"),
      options: START.map((value) => ({ value, label: this.t(`shows.begin.${value}`) })),
      value: "draft",
    });
    this.go = el("button.c-button.c-primary", { type: "submit", text: this.t("shows.create") });
    this.problem = el("p.c-problem", { role: "alert", hidden: true });
    this.form = el(
      "form.c-show-form",
      { noValidate: true, on: { submit: (event) => this.#submit(event) } },
      el("h2", { text: this.t("shows.new") }),
      field({ name: "title", label: this.t("shows.title"), control: this.name }),
      el(
        "div.c-field-row",
        field({ name: "slug", label: this.t("shows.slug"), control: this.slug, hint: this.t("shows.slug_hint") }),
        field({ name: "currency", label: this.t("shows.currency"), control: this.currency }),
      ),
      this.begin,
      this.problem,
      this.go,
    );
    this.append(this.form);
  }

  #currencies() {
    const names = new Intl.DisplayNames(this.ctx.lang, { type: "currency" });
    const rest = Intl.supportedValuesOf("currency").filter((code) => !USUAL.includes(code));
    const option = (code) => el("option", { value: code, text: `${code} · ${names.of(code)}` });
    const select = el("select", ...USUAL.map(option), el("hr"), ...rest.map(option));
    select.value = HOME[navigator.language] ?? HOME[this.ctx.lang] ?? "EUR";
    return select;
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
    const show = { slug: this.slug.value.trim(), title: this.name.value.trim(), currency: this.currency.value };
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

/** Choose a show, or make one. `shows` is null while they are fetched. */
class ControlShows extends ControlElement {
  /** @type {any[]|null} */
  shows = null;
  /** The slug that the address asked for where no show has it. @type {string|null} */
  unknown = null;
  /** The narrow form of the dock: choose only. */
  compact = false;

  build() {
    const out = el("button.c-link", { type: "button", text: this.t("menu.logout"), on: { click: () => this.ask("logout") } });
    const head = el("header.c-shows-head", el("b.c-mark", { text: "Vetrina" }), out);
    const list = el("section.c-shows-list", el("h1", { text: this.t("shows.heading") }), ...this.#note(), ...this.#list());
    const form = !this.compact && this.make("control-show-form");
    this.append(head, el("main.c-shows", list, form));
  }

  #note() {
    const { unknown } = this;
    return unknown === null ? [] : [el("p.c-problem", { role: "alert", text: this.t("shows.unknown", { slug: unknown }) })];
  }

  #list() {
    const shows = [...(this.shows ?? [])].sort((a, b) => order(a) - order(b));
    if (shows.length === 0) return [el("p.c-soft", { text: this.t(this.compact ? "shows.none_dock" : "shows.none") })];
    return [el("ul", ...shows.map((show) => el("li", this.#show(show))))];
  }

  #show({ slug, title, status, currency }) {
    const chip = el("span.c-status", { text: this.t(`status.${status}`) });
    setAttribute(chip, "data-status", status);
    const words = el("span.c-row-words", el("b", { text: title }), el("small.c-soft", { text: `${slug} · ${currency}` }));
    const click = () => this.ask("openShow", { slug });
    return el("button.c-show", { type: "button", on: { click } }, words, chip);
  }
}

/** Shows on the air first, ended ones last. */
function order({ status }) {
  return ["live", "paused", "rehearsal", "draft", "ended"].indexOf(status);
}

customElements.define("control-shows", ControlShows);
