import { KeyedList } from "./viewer-keyed.js";
import { setLine, setText } from "./viewer-node.js";
import { ProductRow } from "./viewer-row.js";
import { findRows } from "./viewer-rows.js";

/** From this many products on, looking for one by its number beats scrolling. */
const WORTH_SEARCHING = 8;

/** The whole bag in a dialog: from below on a phone, at the side of a wide screen. */
export class BagSheet {
  #rows = [];

  /**
   * @param {HTMLDialogElement} dialog with `[data-part]` title, close, find, list and empty
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(dialog, words) {
    this.dialog = dialog;
    this.words = words;
    const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
    this.title = part("title");
    this.find = part("find");
    this.empty = part("empty");
    this.list = new KeyedList(part("list"), () => new ProductRow(words));
    part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    this.find.addEventListener("input", () => this.#show());
  }

  /** Opens on the whole bag; the browser gives the focus back to the button when it closes. */
  open() {
    if (this.dialog.open) return;
    this.find.value = "";
    this.#show();
    this.dialog.showModal();
  }

  /** @param {import("./viewer-rows.js").RowModel[] | null} rows */
  update(rows) {
    this.#rows = rows ?? [];
    if (this.dialog.open) this.#show();
  }

  #show() {
    const { t } = this.words;
    const found = findRows(this.#rows, this.find.value);
    setText(this.title, t("bag_title", { n: this.#rows.length }));
    this.find.parentElement.hidden = this.#rows.length < WORTH_SEARCHING;
    this.list.update(found);
    const nothing = this.#rows.length ? t("nothing_found") : t("bag_empty");
    setLine(this.empty, found.length ? "" : nothing);
  }
}
