import { disclosureText } from "../../shared/disclosure.js";
import { dealOf, offerOf } from "../../shared/offer.js";
import { el, setText } from "../../shared/dom.js";
import { ControlElement, arrange } from "../element.js";
import { picture, showPicture } from "../pictures.js";

/** What the audience sees now besides deals: the pins, the announcement, the advertising badge. */
class ControlStage extends ControlElement {
  /** The narrow form of the dock: without the badge. */
  compact = false;
  /** @type {Map<number, any>} slot → line */
  #lines = new Map();

  build() {
    this.pins = el("div.c-stage-pins");
    this.none = el("p.c-soft.c-stage-none", { text: this.t("stage.nothing") });
    this.text = el("span.c-stage-text");
    this.clear = this.#link("stage.clear", (button) =>
      this.act(button, "command", { command: { type: "clear_announcement" } }),
    );
    this.announcement = el("div.c-stage-line", this.text, this.clear);
    this.badge = el("span.c-stage-text");
    this.edit = this.#link("stage.edit", () => this.ask("openDisclosure"));
    this.disclosure = el("div.c-stage-line", { hidden: this.compact }, this.badge, this.edit);
    const heading = el("h2", { text: this.t("stage.heading") });
    this.append(heading, this.pins, this.none, this.announcement, this.disclosure);
  }

  /** @param {any} model */
  update({ state }) {
    arrange(this.pins, state.pins.map((pin) => this.#pin(pin, state.deals)));
    this.none.hidden = state.pins.length > 0;
    setText(this.none, this.t(state.panic ? "stage.cleared" : "stage.nothing"));
    this.announcement.hidden = !state.announcement;
    setText(this.text, state.announcement?.text ?? "");
    const { disclosure, status } = state.show;
    setText(this.badge, badgeText(this.ctx.t, disclosure));
    this.badge.toggleAttribute("data-off", disclosure.type === "none");
    this.edit.disabled = status === "ended";
    this.toggleAttribute("data-cleared", state.panic);
  }

  /** The price is the one on screen: the deal's while it runs. */
  #pin({ slot, number, product }, deals) {
    const { price } = offerOf(product, dealOf(deals, product.sku), this.ctx.now());
    let line = this.#lines.get(slot);
    if (!line) {
      line = this.#pinLine(slot);
      this.#lines.set(slot, line);
    }
    showPicture(line.picture, product);
    setText(line.headline, product.title);
    setText(line.sub, `${this.t("stage.number", { n: number })} · ${this.ctx.money(price)}`);
    return line;
  }

  #pinLine(slot) {
    const parts = {
      picture: picture({ title: "", image: null }),
      headline: el("b"),
      sub: el("span.c-soft.v-num"),
    };
    const unpin = this.#link("bag.unpin", (button) => this.act(button, "unpin", { slot }));
    const words = el("span.c-stage-words", parts.headline, parts.sub);
    return Object.assign(el("div.c-stage-line", parts.picture, words, unpin), parts);
  }

  #link(key, run) {
    const button = el("button.c-link", { type: "button", text: this.t(key), on: { click: () => run(button) } });
    return button;
  }
}

/**
 * The advertising badge in the very words that the overlay shows.
 *
 * @param {(key: string, values?: any) => string} t @param {any} disclosure
 */
export function badgeText(t, disclosure) {
  const words = (/** @type {string} */ key, /** @type {any} */ values) => t(`disclosure.type.${key}`, values);
  return disclosureText(disclosure, words) || t("disclosure.off");
}

customElements.define("control-stage", ControlStage);
