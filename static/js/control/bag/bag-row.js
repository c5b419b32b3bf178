import { el, setAttribute, setText } from "../../shared/dom.js";
import { offerOf } from "../../shared/offer.js";
import "../../shared/timers.js";
import { ControlElement, icon, picture, showPicture } from "../element.js";

/** The stock of one product as text; a click turns it into a field. Enter keeps, Escape leaves. */
class ControlStock extends ControlElement {
  sku = "";
  /** @type {number|null} */
  stock = null;

  build() {
    this.words = el("button.c-stock", { type: "button", on: { click: () => this.#edit() } });
    this.input = el("input.v-num", {
      type: "number",
      min: "0",
      inputMode: "numeric",
      hidden: true,
      placeholder: "∞",
      on: { keydown: (event) => this.#keys(event), blur: () => this.#done() },
    });
    this.append(this.words, this.input);
  }

  /** @param {{sku: string, title: string, stock: number|null}} product */
  update({ sku, title, stock }) {
    this.sku = sku;
    this.stock = stock;
    const text = stock === null ? this.t("stock.none") : this.t("stock.left", { n: stock });
    setText(this.words, text);
    setAttribute(this.words, "data-level", stock === 0 ? "out" : stock !== null && stock <= 5 ? "low" : null);
    setAttribute(this.words, "title", this.t("stock.hint"));
    setAttribute(this.words, "aria-label", this.t("stock.set", { title, text }));
    setAttribute(this.input, "aria-label", this.t("stock.field", { title }));
  }

  #edit() {
    this.input.value = this.stock ?? "";
    this.#swap(true);
    this.input.select();
  }

  #swap(editing) {
    const focused = this.contains(document.activeElement);
    this.words.hidden = editing;
    this.input.hidden = !editing;
    if (editing) this.input.focus();
    else if (focused) this.words.focus();
  }

  #keys(event) {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    // Or Enter would press the button that gets the focus back.
    event.preventDefault();
    if (event.key === "Enter") this.#keep();
    else this.#swap(false);
  }

  #done() {
    if (!this.input.hidden) this.#swap(false);
  }

  async #keep() {
    if (!this.input.validity.valid) return this.say(this.t("product.stock_wrong"), "refused");
    const quantity = this.input.value === "" ? null : Number(this.input.value);
    this.#swap(false);
    if (quantity === this.stock) return;
    await this.act(this.words, "command", { command: { type: "set_stock", sku: this.sku, quantity } });
  }
}

customElements.define("control-stock", ControlStock);

/** One product of the bag: said by number, pinned with one click. */
class ControlBagRow extends ControlElement {
  /** The narrow form of the dock: no stock, taps, deal or editing. */
  compact = false;

  build() {
    this.number = el("span.c-call.v-num");
    this.picture = picture({ title: "", image: null });
    this.name = el("span.c-name");
    this.onAir = el("span.c-tag.c-tag-air", { hidden: true });
    this.price = el("span.c-price.v-num");
    this.pins = el("span.c-pins");
    if (this.compact) {
      this.append(this.number, el("span.c-row-words", this.name, this.price), this.pins);
      return;
    }
    this.taps = el("span.c-taps.v-num");
    this.append(this.#handle(), this.number, this.picture, this.#words(), this.price, this.taps, this.#buttons());
  }

  /**
   * @param {{item: any, pins: any[], deal: any, taps: number, slots: number, running: boolean,
   *   cleared: boolean}} row
   */
  update({ item, pins, deal, taps, slots, running, cleared }) {
    this.item = item;
    const mine = pins.filter(({ product }) => product.sku === item.sku);
    setText(this.number, String(item.number));
    setText(this.name, item.title);
    setAttribute(this.name, "title", item.title);
    this.toggleAttribute("data-air", mine.length > 0 && !cleared);
    this.toggleAttribute("data-deal", Boolean(deal));
    setText(this.price, this.ctx.price(offerOf(item, deal, this.ctx.now())));
    this.#drawPins(mine, slots, running);
    if (this.compact) return;
    this.onAir.hidden = mine.length === 0;
    setText(this.onAir, this.t(cleared ? "bag.pinned" : "bag.on_air"));
    showPicture(this.picture, item);
    setText(this.sku, `SKU ${item.sku}`);
    this.stock.update(item);
    setText(this.taps, taps ? this.t("bag.taps", { n: taps }) : "");
    this.#drawDeal(deal, running);
    this.#drawLabels(item);
  }

  #handle() {
    const handle = el("button.c-handle", { type: "button", data: { handle: "" } }, icon("handle"));
    this.handle = handle;
    return handle;
  }

  #words() {
    this.sku = el("span.c-sku");
    this.stock = this.make("control-stock");
    this.dealTag = el("span.c-tag.c-tag-deal", { hidden: true });
    this.dealClock = Object.assign(document.createElement("v-countdown"), { now: this.ctx.now });
    this.dealClock.className = "v-num";
    this.dealWords = el("span");
    this.dealTag.append(this.dealWords, this.dealClock);
    const first = el("span.c-row-title", this.name, this.onAir);
    return el("span.c-row-words", first, el("span.c-row-sub", this.sku, this.stock, this.dealTag));
  }

  #buttons() {
    this.dealButton = el("button.c-button", {
      type: "button",
      text: this.t("bag.deal"),
      on: { click: () => this.ask("openDeal", { item: this.item }) },
    });
    this.edit = this.#iconButton("edit", () => this.act(this.edit, "editProduct", { item: this.item }));
    this.removeButton = this.#iconButton("remove", () =>
      this.act(this.removeButton, "removeFromBag", { item: this.item }),
    );
    return el("span.c-row-buttons", this.pins, this.dealButton, this.edit, this.removeButton);
  }

  #iconButton(name, click) {
    return el("button.c-icon-button", { type: "button", on: { click } }, icon(name));
  }

  #drawLabels({ title, number }) {
    setAttribute(this.handle, "aria-label", this.t("bag.move", { title }));
    setAttribute(this.handle, "title", this.t("bag.move_hint"));
    for (const [button, key] of [[this.edit, "bag.edit"], [this.removeButton, "bag.remove"]]) {
      setAttribute(button, "aria-label", this.t(key, { title, n: number }));
      setAttribute(button, "title", this.t(key, { title, n: number }));
    }
  }

  #drawDeal(deal, running) {
    this.dealTag.hidden = !deal;
    this.dealButton.disabled = Boolean(deal) || !running;
    setAttribute(this.dealButton, "title", running ? null : this.t("bag.start_first"));
    if (!deal) return;
    setText(this.dealWords, this.t(deal.status === "running" ? "bag.deal_on" : "bag.deal_soon"));
    this.dealClock.deadline = deal.status === "running" ? deal.ends_at : deal.starts_at;
  }

  /** One button where there is one place on screen, a row of numbers where there are more. */
  #drawPins(mine, slots, running) {
    if (this.pins.children.length !== slots) {
      this.pins.replaceChildren(...Array.from({ length: slots }, (_, i) => this.#pinButton(i + 1)));
    }
    for (const [index, button] of [...this.pins.children].entries()) {
      const on = mine.some(({ slot }) => slot === index + 1);
      const word = this.t(on ? "bag.unpin" : "bag.pin");
      button.toggleAttribute("data-on", on);
      button.disabled = !running;
      setText(button, slots === 1 ? word : String(index + 1));
      const label = this.t(slots === 1 ? "bag.pin_label" : "bag.pin_label_slot", {
        word,
        title: this.item.title,
        n: index + 1,
      });
      setAttribute(button, "aria-label", label);
      setAttribute(button, "title", running ? label : this.t("bag.start_first"));
    }
  }

  #pinButton(slot) {
    const click = () => {
      const on = button.hasAttribute("data-on");
      this.act(button, on ? "unpin" : "pin", { sku: this.item.sku, slot });
    };
    const button = el("button.c-button.c-pin", { type: "button", on: { click } });
    return button;
  }
}

customElements.define("control-bag-row", ControlBagRow);
