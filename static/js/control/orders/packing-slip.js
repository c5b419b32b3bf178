import { el } from "../../shared/dom.js";
import { ControlElement, problemText } from "../element.js";
import { nameOf, titleOf } from "./order-words.js";

export { WORDS } from "./orders.js";

/** A sheet for the parcel: whom it goes to and what is in it. Property: `order`, its id. */
class ControlPackingSlip extends ControlElement {
  order = "";

  build() {
    this.setAttribute("role", "main");
    this.status = el("p.c-wait", { role: "status", text: this.t("orders.loading_one") });
    this.append(this.status);
  }

  listen() {
    void this.#load();
  }

  /** The address is asked for now, to be printed; it is kept nowhere. */
  async #load() {
    try {
      const order = await this.ask("order", { id: this.order });
      const buyer = order.has_buyer ? await this.ask("buyer", { id: this.order }) : { name: null, address: [] };
      this.#draw(order, buyer);
    } catch (problem) {
      const again = el("button.c-button", { type: "button", text: this.t("bag.retry"), on: { click: () => this.#load() } });
      this.replaceChildren(el("div.c-wait", { role: "alert" }, el("p", { text: problemText(this.ctx.t, problem) }), again));
    }
  }

  #draw(order, { name, address }) {
    document.title = nameOf(this.ctx, order);
    const print = el("button.c-button.c-primary", { type: "button", text: this.t("orders.slip.print"), on: { click: () => window.print() } });
    const head = el("header", el("h1", { text: nameOf(this.ctx, order) }), el("p.c-soft", { text: this.ctx.day(order.placed_at) }));
    const to = el("address", ...[name, ...address].filter(Boolean).map((text) => el("span", { text })));
    const cells = (tag, texts) => el("tr", ...texts.map((text) => el(tag, { text })));
    const parcel = order.lines.filter(({ to_ship: n }) => n > 0);
    const lines = (parcel.length ? parcel.map((line) => [line, line.to_ship]) : order.lines.map((line) => [line, line.quantity]));
    const rows = lines.map(([line, n]) => cells("td", [this.ctx.number(n), titleOf(line), line.sku]));
    const titles = ["pieces", "product", "sku"].map((key) => this.t(`orders.slip.${key}`));
    const table = el("table", el("thead", cells("th", titles)), el("tbody", ...rows));
    this.replaceChildren(el("div.c-slip-tools", print), el("article.c-slip", { data: { theme: "paper" } }, head, to, table));
  }
}

customElements.define("control-packing-slip", ControlPackingSlip);
