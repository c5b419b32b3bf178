import { arrange, el, write } from "../dom.js";
import { ControlElement } from "../element.js";
import { picture, showPicture } from "../pictures.js";

/** What the audience sees now besides deals: the pins, the announcement, the advertising badge. */
export class ControlStage extends ControlElement {
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
    this.announcement = el("div.c-stage-line", {}, this.text, this.clear);
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
    write(this.none, this.t(state.panic ? "stage.cleared" : "stage.nothing"));
    this.announcement.hidden = !state.announcement;
    write(this.text, state.announcement?.text ?? "");
    const { disclosure, status } = state.show;
    write(this.badge, disclosureText(this.ctx.t, disclosure));
    this.badge.toggleAttribute("data-off", disclosure.type === "none");
    this.edit.disabled = status === "ended";
    this.toggleAttribute("data-cleared", state.panic);
  }

  /** The price is the one on screen: the deal's while it runs. */
  #pin({ slot, number, product }, deals) {
    const deal = deals.find(({ status, product: { sku } }) => status === "running" && sku === product.sku);
    let line = this.#lines.get(slot);
    if (!line) {
      line = this.#pinLine(slot);
      this.#lines.set(slot, line);
    }
    showPicture(line.picture, product);
    write(line.headline, product.title);
    write(line.sub, `${this.t("stage.number", { n: number })} · ${this.ctx.money((deal ?? product).price)}`);
    return line;
  }

  #pinLine(slot) {
    const parts = {
      picture: picture({ title: "", image: null }),
      headline: el("b"),
      sub: el("span.c-soft.v-num"),
    };
    const unpin = this.#link("bag.unpin", (button) => this.act(button, "unpin", { slot }));
    const words = el("span.c-stage-words", {}, parts.headline, parts.sub);
    return Object.assign(el("div.c-stage-line", {}, parts.picture, words, unpin), parts);
  }

  #link(key, run) {
    const button = el("button.c-link", { type: "button", text: this.t(key), on: { click: () => run(button) } });
    return button;
  }
}

/**
 * The advertising badge in words, as the audience reads it.
 *
 * @param {(key: string, values?: any) => string} t @param {any} disclosure
 */
export function disclosureText(t, { type, label, brand }) {
  if (type === "none") return t("disclosure.off");
  const words = label || t(`disclosure.type.${type}`);
  if (!brand) return words;
  if (!label && type === "paid_partnership") return t("disclosure.type.paid_partnership_with", { brand });
  return t("disclosure.type.with_brand", { label: words, brand });
}

customElements.define("control-stage", ControlStage);
