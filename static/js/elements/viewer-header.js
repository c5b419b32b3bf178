import { setAttribute, setLine, setText } from "./viewer-node.js";

/** Fewer people than this say nothing useful, and a small number only presses or shames. */
const FEW_VIEWERS = 10;

const CHIPS = { draft: "soon", rehearsal: "rehearsal", live: "live", paused: "paused", ended: "ended" };

/** What stands over the window: state of the show, who sells, its title, who else is here, the bag. */
export class Header {
  /**
   * @param {HTMLElement} root with `[data-part]` chip, host, title, viewers, bag and count
   * @param {{t: Function, lang: string}} words
   */
  constructor(root, words) {
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.chip = part("chip");
    this.host = part("host");
    this.title = part("title");
    this.viewers = part("viewers");
    this.bag = part("bag");
    this.count = part("count");
  }

  /**
   * @param {object} state
   * @param {{fresh: boolean}} how a chip that says Live must be true: it is only shown while connected
   */
  update({ show, viewers }, { fresh }) {
    const { t } = this.words;
    this.chip.hidden = false;
    setText(this.chip, t(CHIPS[show.status]));
    setAttribute(this.chip, "data-status", show.status);
    this.chip.toggleAttribute("data-quiet", !fresh);
    setLine(this.host, show.host?.name ?? "");
    setText(this.title, show.title);
    const shown = fresh && viewers >= FEW_VIEWERS && show.status !== "ended";
    setLine(this.viewers, shown ? t("on_this_page", { n: viewers }) : "");
  }

  /** @param {number | null} products */
  countBag(products) {
    const known = products !== null;
    this.count.hidden = !products;
    setText(this.count, known ? String(products) : "");
    const label = this.words.t(known ? "open_bag" : "in_this_show", { n: products ?? 0 });
    setAttribute(this.bag, "aria-label", label);
  }
}
