import { el } from "../../shared/dom.js";
import { ControlElement } from "../element.js";
import { titleOf } from "../orders/order-words.js";

/** Which place sends what of an order; nothing for a shop that does not use places. Property: `order`, its id. */
class ControlOrderPlaces extends ControlElement {
  order = "";

  build() {
    this.hidden = true;
    this.places = el("ul.c-places");
    this.append(el("section.c-card", el("h2", { text: this.t("places.sends") }), this.places));
  }

  /** @param {AbortSignal} _signal */
  listen(_signal) {
    this.ask("orderPlaces", { id: this.order }).then((told) => this.#draw(told), () => {});
  }

  #draw({ places }) {
    this.hidden = places.length === 0;
    this.places.replaceChildren(...places.map((place) => this.#place(place)));
  }

  #place({ place, name, picked_at: at, lines }) {
    const what = lines.map((line) => `${this.ctx.number(line.pieces)} × ${titleOf(line)}`).join(", ");
    const picked = at === null ? this.#button(place, name) : el("span.c-tag", { text: this.t("places.picked_at", { time: this.ctx.dayTime(at) }) });
    return el("li", el("span.c-row-words", el("b", { text: name }), el("small.c-soft", { text: what })), picked);
  }

  #button(place, name) {
    const click = async () => {
      const { ok, answer } = await this.act(button, "pick", { id: this.order, body: { place } });
      if (ok) this.#draw(answer);
    };
    const button = el("button.c-button.c-small", { type: "button", text: this.t("places.pick"), "aria-label": this.t("places.pick_at", { name }), on: { click } });
    return button;
  }
}

customElements.define("control-order-places", ControlOrderPlaces);
