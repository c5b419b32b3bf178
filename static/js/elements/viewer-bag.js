import { setLine, setText } from "./viewer-node.js";
import { KeyedList } from "./viewer-keyed.js";
import { ProductRow } from "./viewer-row.js";

/** As many rows as stand on the page itself; the sheet has them all. */
const ON_PAGE = 5;

/** "In this show": the first products of the bag, and the way to all of them. */
export class BagSection {
  /**
   * @param {HTMLElement} root with `[data-part]` list, all and empty
   * @param {{t: Function, lang: string, now: () => number}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.all = part("all");
    this.empty = part("empty");
    this.list = new KeyedList(part("list"), () => new ProductRow(words));
  }

  /** @param {import("./viewer-rows.js").RowModel[] | null} rows null: the bag is not known yet */
  update(rows) {
    if (!rows) return;
    const { t } = this.words;
    this.root.hidden = false;
    this.list.update(rows.slice(0, ON_PAGE));
    this.all.hidden = rows.length <= ON_PAGE;
    setText(this.all, t("all_products", { n: rows.length }));
    setLine(this.empty, rows.length ? "" : t("bag_empty"));
  }
}
