import { disclosureText } from "../shared/disclosure.js";
import { setAttribute, setOptional, setText } from "../shared/dom.js";

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
    setOptional(this.host, show.host?.name ?? "");
    setText(this.title, show.title);
    const shown = fresh && viewers >= FEW_VIEWERS && show.status !== "ended";
    setOptional(this.viewers, shown ? t("on_this_page", { n: viewers }) : "");
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

/** The small line that says the page waits for the server. Without one, it takes no room. */
export class Banner {
  /**
   * @param {HTMLElement} root with `[data-part]` text and reload
   * @param {{t: Function}} words
   */
  constructor(root, words) {
    this.root = root;
    this.words = words;
    this.text = root.querySelector('[data-part="text"]');
    this.reload = root.querySelector('[data-part="reload"]');
    this.reload.addEventListener("click", () => location.reload());
  }

  /** @param {"" | "connecting" | "reconnecting" | "reconnecting_stale" | "stopped"} what */
  update(what) {
    this.root.hidden = !what;
    setText(this.text, what ? this.words.t(what) : "");
    this.reload.hidden = what !== "stopped";
  }
}

/** The lines of text around the window: the disclosure, the host's announcement, the rehearsal note. */
export class Notices {
  /**
   * @param {ParentNode} root with `[data-part]` ad, disclosure, announcement and rehearsal
   * @param {{t: Function}} words
   */
  constructor(root, words) {
    this.words = words;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.ad = part("ad");
    this.disclosure = part("disclosure");
    this.announcement = part("announcement");
    this.rehearsal = part("rehearsal");
  }

  /** @param {object} state @param {number} now server time */
  update({ show, announcement, panic }, now) {
    const { t } = this.words;
    const text = disclosureText(earner(show), t);
    const advertising = !["own_brand", "none"].includes(show.disclosure.type);
    setOptional(this.ad, advertising ? text : "");
    setOptional(this.disclosure, advertising ? "" : text);
    setOptional(this.rehearsal, show.status === "rehearsal" ? t("rehearsal_note") : "");
    const current = announcement && !panic && !(announcement.until && announcement.until <= now);
    setOptional(this.announcement, current ? announcement.text : "");
  }
}

/** Of one's own products the host earns, whatever brand is on them. */
function earner({ disclosure, host }) {
  return disclosure.type === "own_brand" && !disclosure.label ? { ...disclosure, brand: host?.name } : disclosure;
}
