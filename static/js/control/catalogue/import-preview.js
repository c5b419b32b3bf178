import { el, setText } from "../../shared/dom.js";
import { ControlElement } from "../element.js";
import { choices } from "../forms/form.js";

const VERDICTS = ["created", "changed", "unchanged", "wrong"];

/** What a file would do to the catalogue, or did: the numbers, and the rows behind the one that is chosen. */
class ControlImportPreview extends ControlElement {
  /** @type {any} */
  #found = null;

  build() {
    this.tabs = el("div");
    this.list = el("ol.c-import-rows", { tabIndex: 0 });
    this.more = el("p.c-soft", { hidden: true });
    this.append(this.tabs, this.list, this.more);
  }

  /** @param {any} found the answer of the API */
  update(found) {
    this.#found = found;
    const numbers = { ...found, wrong: found.problems };
    const before = this.choice?.value;
    const first = VERDICTS.find((name) => numbers[name] > 0) ?? "created";
    this.choice = choices({
      name: "verdict",
      legend: this.t("import.verdict"),
      options: VERDICTS.map((value) => ({ value, label: this.t(`import.verdict.${value}`, { n: numbers[value] }) })),
      value: before && numbers[before] > 0 ? before : first,
      onchange: () => this.#draw(),
    });
    this.tabs.replaceChildren(this.choice);
    this.#draw();
  }

  #draw() {
    const verdict = this.choice.value;
    const wrong = verdict === "wrong";
    const rows = wrong ? this.#found.failed : this.#found.changes.filter((one) => one.verdict === verdict);
    const rest = (wrong ? this.#found.problems : this.#found[verdict]) - rows.length;
    this.list.replaceChildren(...rows.map((row) => (wrong ? this.#problem(row) : this.#change(row))));
    this.list.setAttribute("aria-label", this.t(`import.verdict.${verdict}`, { n: rows.length + rest }));
    this.list.hidden = rows.length === 0;
    this.list.scrollTop = 0;
    setText(this.more, rows.length ? this.t("import.more", { n: rest }) : this.t("import.none"));
    this.more.hidden = rows.length > 0 && rest === 0;
  }

  #change({ row, sku, title, price, kept }) {
    const names = kept.map((name) => this.t(`import.field.${name}`)).join(", ");
    const small = [`SKU ${sku}`, names && this.t("import.kept", { names })].filter(Boolean).join(" · ");
    const words = el("span.c-pick-words", el("b", { text: title }), el("small", { text: small }));
    return el("li", this.#number(row), words, el("span.c-price.v-num", { text: this.ctx.money(price) }));
  }

  #problem({ row, field, message }) {
    const words = el("span.c-pick-words", field && el("b", { text: field }), el("small", { text: message }));
    return el("li", this.#number(row), words);
  }

  #number(row) {
    return el("span.c-import-row.v-num", { text: row ? this.t("import.row", { row: this.ctx.number(row) }) : "" });
  }
}

customElements.define("control-import-preview", ControlImportPreview);
