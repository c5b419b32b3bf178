import { el, setText } from "../../shared/dom.js";
import { icon, problemText } from "../element.js";
import { ControlDialog, field, withScheme } from "../forms/form.js";
import { currencySelect } from "../show/show-fields.js";
import "./import-preview.js";

export const WORDS = {
  de: () => import("../../i18n/control-imports/de.js"),
  en: () => import("../../i18n/control-imports/en.js"),
  es: () => import("../../i18n/control-imports/es.js"),
  fr: () => import("../../i18n/control-imports/fr.js"),
  it: () => import("../../i18n/control-imports/it.js"),
};

/** How often a long import is asked after. */
const ASK_MS = 700;
const ACCEPT = ".csv,.tsv,.txt,.xml,.json,text/csv,text/tab-separated-values,text/xml,application/json";
/** What the seller may want besides, and the query of the API that says so. */
const WISHES = { publish: ["status", "active"], stock: ["stock", "true"], overwrite: ["overwrite", "true"] };

/**
 * Brings products in from a file or an address: it is looked at first (a dry run), then one button
 * imports it. Property: `currency` of the show, for prices that name none.
 */
class ControlImportDialog extends ControlDialog {
  currency = "EUR";
  /** @type {"source"|"preview"|"done"} */
  step = "source";
  /** @type {File|null} */
  file = null;
  /** What the dry run found. @type {any} */
  found = null;
  #turn = 0;

  build() {
    this.heading = this.t("import.heading");
    this.submitText = this.t("import.preview");
    super.build();
    this.classList.add("c-import");
    this.body = this.form.querySelector(".c-dialog-body");
    this.back = el("button.c-button", { type: "button", text: this.t("import.back"), hidden: true, on: { click: () => this.#show("source") } });
    this.go.before(this.back);
    this.#show("source");
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    super.listen(signal);
    signal.addEventListener("abort", () => (this.#turn += 1));
  }

  fields() {
    this.chosen = el("span.c-drop-note", { text: this.t("import.drop") });
    this.picker = el("input", { type: "file", accept: ACCEPT, "aria-label": this.t("import.drop"), on: { change: () => this.#take(this.picker.files) } });
    const hint = el("span.c-drop-note.c-soft", { text: this.t("import.formats") });
    this.drop = el("label.c-drop", icon("image"), this.chosen, hint, this.picker);
    for (const type of ["dragover", "dragleave", "drop"]) this.drop.addEventListener(type, (event) => this.#dragged(event));
    this.url = el("input", { type: "url", placeholder: "https://", autocomplete: "off", maxLength: 2048 });
    this.url.addEventListener("change", () => (this.url.value = withScheme(this.url.value)));
    this.money = currencySelect(this.ctx.lang, this.currency);
    this.decimal = el("select", ...["auto", "point", "comma"].map((value) => el("option", { value, text: this.t(`import.decimal.${value}`) })));
    this.source = el(
      "div.c-fields",
      el("div", { data: { field: "file" } }, this.drop, el("p.c-wrong", { hidden: true })),
      field({ name: "url", label: this.t("import.address"), control: this.url }),
      el(
        "div.c-field-row",
        field({ name: "currency", label: this.t("import.currency"), control: this.money, hint: this.t("import.currency_hint") }),
        field({ name: "decimal", label: this.t("import.decimal"), control: this.decimal, hint: this.t("import.decimal_hint") }),
      ),
    );
    this.preview = this.make("control-import-preview");
    this.wishes = el("fieldset.c-import-wishes", el("legend.c-hidden", { text: this.t("import.wishes") }), ...Object.keys(WISHES).map((name) => this.#wish(name)));
    this.bar = el("progress.c-import-bar", { max: 1, hidden: true, "aria-label": this.t("import.progress") });
    this.status = el("p.c-soft", { role: "status" });
    return [this.source, this.preview, this.wishes, this.bar, this.status];
  }

  async submit() {
    if (this.step === "done") return this.#choose();
    if (this.step === "source") await this.#look();
    else await this.#import();
    return null;
  }

  #wish(name) {
    // Whether products are published changes nothing that the preview tells.
    const change = () => void (name === "publish" || this.#lookAgain());
    const box = el("input", { type: "checkbox", name, on: { change } });
    return el("label.c-tick", box, el("span", { text: this.t(`import.${name}`) }));
  }

  #dragged(event) {
    event.preventDefault();
    this.drop.toggleAttribute("data-over", event.type === "dragover");
    if (event.type === "drop") this.#take(event.dataTransfer?.files);
  }

  /** A file is looked at as soon as it is there. */
  #take(files) {
    const file = files?.[0];
    if (!file) return;
    this.file = file;
    this.picker.value = ""; // or the same file, mended, could not be chosen again
    this.url.value = "";
    setText(this.chosen, file.name);
    this.form.requestSubmit();
  }

  async #look() {
    this.url.value = withScheme(this.url.value);
    if (this.url.value) this.#forgetFile();
    if (!this.file && !this.url.value) return this.refuse(this.t("import.nothing"));
    this.found = await this.#sent({ dry_run: "true" }, "import.reading");
    if (this.found) this.#show("preview");
  }

  /** Nothing is imported until the numbers are those of the new wish. */
  async #lookAgain() {
    this.go.disabled = true;
    this.refuse("");
    try {
      await this.#look();
    } catch (problem) {
      this.refuse(problemText(this.ctx.t, problem));
    }
  }

  async #import() {
    const done = await this.#sent({}, "import.running");
    if (!done) return;
    this.found = done;
    this.#show("done");
  }

  /**
   * Sends the source and waits for the end. @param {Record<string, string>} how @param {string} words
   * @returns {Promise<any>} null where it failed, which is said, or where nobody waits any more
   */
  async #sent(how, words) {
    const turn = ++this.#turn;
    this.#progress(this.t("import.sending"));
    try {
      let told = await this.ask("startImport", { query: this.#query(how), body: this.#body() });
      while (told.status === "running" && turn === this.#turn) {
        this.#progress(this.t(words, { n: told.rows }), told.dry_run ? null : told.rows / Math.max(1, this.found.rows));
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
        if (turn === this.#turn) told = await this.ask("readImport", { id: told.id });
      }
      if (turn !== this.#turn) return null;
      if (told.status === "done") return told;
      this.refuse(told.detail);
      return null;
    } finally {
      if (turn === this.#turn) this.#progress("");
    }
  }

  #query(how) {
    const query = new URLSearchParams({ currency: this.money.value, decimal: this.decimal.value, ...how });
    for (const box of this.wishes.querySelectorAll("input:checked")) query.set(...WISHES[box.name]);
    return query;
  }

  #body() {
    if (!this.file) return { url: this.url.value };
    const form = new FormData();
    form.append("file", this.file);
    return form;
  }

  /** @param {string} text empty: nothing is under way @param {number|null} [share] null: nobody knows how far */
  #progress(text, share = null) {
    setText(this.status, text);
    this.bar.hidden = !text;
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = Math.min(1, share);
    for (const box of this.wishes.querySelectorAll("input")) box.disabled = Boolean(text);
    this.back.disabled = Boolean(text);
  }

  /** @param {"source"|"preview"|"done"} step */
  #show(step) {
    this.step = step;
    this.source.hidden = step !== "source";
    this.preview.hidden = step === "source";
    this.wishes.hidden = step !== "preview";
    this.back.hidden = step !== "preview";
    if (step === "source") {
      this.#forgetFile();
      setText(this.go, this.t("import.preview"));
      this.go.disabled = false;
      return;
    }
    const { created, changed } = this.found;
    this.preview.update(this.found);
    if (step === "done") {
      setText(this.status, this.t("import.done", { created, changed }));
      setText(this.go, this.t("import.choose"));
      setText(this.go.parentElement.firstElementChild, this.t("dialog.close"));
      return;
    }
    const n = created + changed;
    setText(this.go, n ? this.t("import.submit", { n }) : this.t("import.nothing_new"));
    this.go.disabled = n === 0;
  }

  #forgetFile() {
    this.file = null;
    this.picker.value = "";
    setText(this.chosen, this.t("import.drop"));
  }

  async #choose() {
    await this.ask("openAdd");
    return true;
  }
}

customElements.define("control-import-dialog", ControlImportDialog);
