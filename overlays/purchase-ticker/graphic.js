import { drawing, el, isolate, setOptional, setText } from "../../static/js/shared/dom.js";
import { dir } from "../../static/js/shared/i18n.js";
import { DONE, StageGraphic } from "../../static/js/stage/graphic.js";

const CHECK = "M5 12.5l4.5 4.5L19 7.5";
const SHOWN_MS = 4_000;
/** A longer line is set smaller where it stands beside the pin, so that it stays one line. */
const SHORT_CHARS = 36;
const SMALLEST = 0.8;
/** Stands for the products while the sentence around them is built, whatever the language's order. */
const GAP = "\uFFFC";

/**
 * One purchase that really happened, or several that came faster than people can read.
 *
 * Zero steps: play shows it, waits `duration_ms` and takes it away by itself; the promise settles
 * when it is gone. `test` marks purchases of a rehearsal, for good.
 */
export default class PurchaseTicker extends StageGraphic {
  static style = new URL("./style.css", import.meta.url);

  #line = el("span.v-ticker__line.v-num");
  #before = document.createTextNode("");
  #what = el("bdi.v-ticker__what.v-num");
  #after = document.createTextNode("");
  #test = el("span.v-ticker__test");
  /** @type {(() => void)|null} ends the wait early */
  #cut = null;

  build() {
    this.#line.append(this.#before, this.#what, this.#after);
    const mark = el("span.v-ticker__mark", drawing(CHECK, "v-ticker__check"));
    return el("section.v-card.v-ticker", mark, this.#line, this.#test);
  }

  async playAction(/** @type {any} */ { skipAnimation = false } = {}) {
    await super.playAction({ goto: 0, skipAnimation });
    if (this.shown) await this.#wait();
    await super.stopAction({ skipAnimation });
    return { ...DONE, currentStep: undefined };
  }

  #wait() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.data.duration_ms ?? SHOWN_MS);
      this.#cut = () => {
        this.#cut = null;
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  async stopAction(/** @type {any} */ params) {
    const answer = super.stopAction(params);
    this.#cut?.();
    return answer;
  }

  async dispose() {
    this.#cut?.();
    return super.dispose();
  }

  render() {
    this.#line.dir = dir(this.t.lang);
    const [before, after = ""] = this.#sentence().split(GAP);
    setText(this.#before, before);
    setText(this.#after, after);
    setText(this.#what, this.#products());
    const chars = this.#line.textContent?.length ?? 0;
    this.#line.style.setProperty("--v-fit", Math.max(SMALLEST, Math.min(1, SHORT_CHARS / chars)).toFixed(2));
    setOptional(this.#test, this.data.test ? this.t("test") : null);
  }

  #sentence() {
    const { data, t } = this;
    if (data.count > 1) return t("people_bought", { n: data.count, what: GAP });
    const who = data.name ? isolate(data.name) : t("someone");
    const region = regionName(data.region, this.locale);
    return t("bought", { who: region ? t("in_region", { who, region }) : who, what: GAP });
  }

  #products() {
    const { data, t } = this;
    const items = data.items ?? [];
    const units = data.units ?? unitsOf(items);
    if (data.count > 1) return items.length === 1 ? items[0].title : t("items", { n: units });
    if (items.length === 0) return t("items", { n: units });
    const [{ quantity, title }] = items;
    const first = quantity > 1 ? t("quantity", { n: quantity, title: isolate(title) }) : title;
    return items.length > 1 ? t("and_more", { what: isolate(first), n: units - quantity }) : first;
  }
}

/** @param {{quantity: number}[]} items */
function unitsOf(items) {
  return items.reduce((sum, item) => sum + item.quantity, 0);
}

/** @param {string|null|undefined} code "IT" @param {string} lang @returns {string} "Italy", or "" */
function regionName(code, lang) {
  if (!code || !/^[A-Z]{2}$/.test(code)) return "";
  return new Intl.DisplayNames(lang, { type: "region", fallback: "none" }).of(code) ?? "";
}
