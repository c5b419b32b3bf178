import { disclosureText, isAdvertising } from "./viewer-disclosure.js";
import { setLine } from "./viewer-node.js";

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
    const text = disclosureText(show, t);
    const advertising = isAdvertising(show);
    setLine(this.ad, advertising ? text : "");
    setLine(this.disclosure, advertising ? "" : text);
    setLine(this.rehearsal, show.status === "rehearsal" ? t("rehearsal_note") : "");
    const current = announcement && !panic && !(announcement.until && announcement.until <= now);
    setLine(this.announcement, current ? announcement.text : "");
  }
}
