import { ROOT } from "../../client/reconnect.js";
import { el } from "../../shared/dom.js";
import { ControlElement, icon, picture, problemText } from "../element.js";
import { chips, nameOf, sourceName, titleOf, told } from "./order-words.js";
import "../places/order-places.js";
import "./parcel-dialogs.js";
import "./refund-dialog.js";

/** One order: what was bought, whom it goes to, what happened, and what can be done. */
class ControlOrder extends ControlElement {
  /** Its id. */
  order = "";
  /** @type {any} */
  #shown = null;
  /** Asked of the payment provider for this page and kept nowhere else. @type {any} */
  #buyer = null;

  build() {
    this.body = el("div.c-order-body", el("p.c-soft", { role: "status", text: this.t("orders.loading_one") }));
    const back = el("a.c-link", { href: `${ROOT}/control/orders`, data: { order: "" }, text: this.t("orders.back") });
    this.append(el("div.c-orders-page", back, this.body));
  }

  async load() {
    try {
      const order = await this.ask("order", { id: this.order });
      this.#draw(order);
      if (order.has_buyer && this.#buyer === null) await this.#askBuyer();
    } catch (problem) {
      this.#explain(problem);
    }
  }

  async #askBuyer() {
    try {
      this.#buyer = await this.ask("buyer", { id: this.order });
    } catch (problem) {
      this.#buyer = { problem: problemText(this.ctx.t, problem) };
    }
    this.address?.replaceChildren(...this.#buyerNodes());
  }

  #explain(problem) {
    if (this.#shown) return this.say(problemText(this.ctx.t, problem), "refused");
    const again = el("button.c-button.c-small", { type: "button", text: this.t("bag.retry"), on: { click: () => this.load() } });
    this.body.replaceChildren(el("div.c-orders-problem", { role: "alert" }, icon("warning"), el("span", { text: problemText(this.ctx.t, problem) }), again));
  }

  #draw(order) {
    this.#shown = order;
    document.title = `Vetrina · ${nameOf(this.ctx, order)}`;
    const columns = el("div.c-order-columns", el("div.c-order-column", this.#lines(order), this.#history(order)), el("div.c-order-column", ...this.#side(order)));
    this.body.replaceChildren(this.#head(order), columns);
  }

  #head(order) {
    const about = [this.ctx.dayTime(order.placed_at), order.show, order.market, order.voucher && this.t("orders.voucher", { code: order.voucher })];
    const words = el("div", el("h1", { text: nameOf(this.ctx, order) }), el("p.c-soft", { text: about.filter(Boolean).join(" · ") }));
    return el("header.c-order-head", words, el("div.c-order-chips", ...chips(this.ctx, order)), el("div.c-order-tools", ...this.#tools(order)));
  }

  #tools(order) {
    if (order.source.kind !== "own") return this.#theirs(order);
    const { lines, left } = order;
    const any = (name) => lines.some((line) => line[name] > 0);
    const tools = [
      any("to_ship") && this.#tool("orders.tool.ship", "control-ship-dialog", "c-primary"),
      order.can_deliver && this.#deliver(),
      any("to_return") && this.#tool("orders.tool.return", "control-return-dialog"),
      left && left.total.amount > 0 && this.#tool("orders.tool.refund", "control-refund-dialog"),
      el("a.c-button", { href: `${location.pathname}/slip`, target: "_blank", rel: "noopener", text: this.t("orders.tool.slip") }),
    ];
    return tools.filter(Boolean);
  }

  #theirs({ source }) {
    const name = sourceName(this.ctx.t, source);
    const link = source.url && el("a.c-button", { href: source.url, target: "_blank", rel: "noopener noreferrer", text: this.t("orders.their_shop", { name }) });
    return [el("p.c-soft", { text: this.t("orders.theirs", { name }) }), link].filter(Boolean);
  }

  #tool(key, tag, tone = "") {
    const click = async () => {
      const dialog = this.make(tag, { order: this.#shown });
      this.append(dialog);
      const changed = await dialog.closed;
      if (changed) this.#draw(changed);
    };
    return el(`button.c-button.${tone}`, { type: "button", text: this.t(key), on: { click } });
  }

  #deliver() {
    const button = el("button.c-button", { type: "button", text: this.t("orders.tool.deliver") });
    button.addEventListener("click", async () => {
      const { ok, answer } = await this.act(button, "deliver", { id: this.order, body: { version: this.#shown.version } });
      if (ok) this.#draw(answer);
    });
    return button;
  }

  #lines(order) {
    const rows = order.lines.map((line) => this.#line(line));
    return el("section.c-card", el("h2", { text: this.t("orders.lines") }), el("ul.c-order-lines", ...rows), this.#sums(order));
  }

  #line(line) {
    const { sku, quantity, unit, total, discount } = line;
    const counts = ["refunded", "shipped", "returned"].filter((name) => line[name] > 0);
    const tags = counts.map((name) => el("span.c-tag", { text: this.t(`orders.line.${name}`, { n: line[name] }) }));
    const price = unit ? `${this.ctx.number(quantity)} × ${this.ctx.money(unit)}` : this.t("orders.pieces", { n: quantity });
    const less = discount?.amount > 0 ? ` − ${this.ctx.money(discount)}` : "";
    const words = el("span.c-row-words", el("b", { text: titleOf(line) }), el("small.c-soft", { text: sku }), el("small.c-soft.v-num", { text: price + less }), tags.length > 0 && el("span.c-order-chips", ...tags));
    return el("li", picture({ title: line.title, image: line.image }), words, el("b.v-num", { text: total ? this.ctx.money(total) : "" }));
  }

  #sums(order) {
    const rows = ["goods", "discount", "shipping", "total", "tax", "refunded"].filter((name) => order[name] && (order[name].amount > 0 || name === "total"));
    if (order.left && order.refunded) rows.push("left");
    const amount = (name) => this.ctx.money(name === "left" ? order.left.total : order[name]);
    const minus = (name) => (["discount", "refunded"].includes(name) ? "− " : "");
    const pairs = rows.flatMap((name) => [el("dt", { text: this.t(`orders.sum.${name}`) }), el("dd.v-num", { data: { sum: name }, text: minus(name) + amount(name) })]);
    return el("dl.c-order-sums", ...pairs);
  }

  #side(order) {
    const cards = [];
    if (order.has_buyer) {
      this.address = el("div.c-order-buyer", ...this.#buyerNodes());
      cards.push(el("section.c-card", el("h2", { text: this.t("orders.buyer") }), this.address));
    }
    if (order.source.kind === "own") cards.push(this.make("control-order-places", { order: this.order }));
    if (order.shipments.length) cards.push(this.#parcels(order.shipments));
    return cards;
  }

  #buyerNodes() {
    const buyer = this.#buyer;
    if (buyer === null) return [el("p.c-soft", { role: "status", text: this.t("orders.buyer_loading") })];
    if (buyer.problem) return [el("p.c-problem", { text: buyer.problem })];
    const lines = [buyer.name, ...buyer.address].filter(Boolean).map((text) => el("span", { text }));
    const ways = [buyer.email, buyer.phone].filter(Boolean).map((text) => el("span.c-soft", { text }));
    if (lines.length + ways.length === 0) return [el("p.c-soft", { text: this.t("orders.buyer_none") })];
    return [el("address", ...lines, ...ways), el("p.c-hint", { text: this.t("orders.buyer_hint") })];
  }

  #parcels(shipments) {
    const rows = shipments.map(({ at, carrier, tracking, pieces }) => {
      const words = [this.ctx.dayTime(at), carrier, this.t("orders.pieces", { n: pieces })].filter(Boolean).join(" · ");
      const link = tracking && el("a.c-link", { href: tracking, target: "_blank", rel: "noopener noreferrer", text: this.t("orders.follow") });
      return el("li", el("span", { text: words }), link);
    });
    return el("section.c-card", el("h2", { text: this.t("orders.parcels") }), el("ul.c-order-parcels", ...rows));
  }

  #history({ history, placed_at: at }) {
    const facts = told(this.ctx, history);
    if (facts.length === 0) facts.push({ at, text: this.t("orders.fact.placed"), by: null });
    const rows = facts.map((fact) => {
      const about = [this.ctx.dayTime(fact.at), fact.by && this.t("orders.by_whom", { name: fact.by })].filter(Boolean).join(" · ");
      return el("li", el("span", { text: fact.text }), el("small.c-soft", { text: about }));
    });
    return el("section.c-card", el("h2", { text: this.t("orders.history") }), el("ol.c-order-history", ...rows));
  }
}

customElements.define("control-order", ControlOrder);
