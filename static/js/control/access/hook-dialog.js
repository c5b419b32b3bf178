import { el } from "../../shared/dom.js";
import { ControlDialog, field, fieldError } from "../forms/form.js";
import "../forms/sharing.js";

export { WORDS } from "../show/show-fields.js";

/** What a button can do, and whether most want it. The server's list: `web/hook_actions.py`. */
const ACTIONS = [
  ["pin.next", true],
  ["pin.set", true],
  ["pin.clear", true],
  ["deal.start", false],
  ["deal.stop", true],
  ["panic", true],
  ["calm", true],
  ["announce.clear", false],
  ["show.pause", false],
  ["show.resume", false],
];
/** As many products as a large Stream Deck has keys for. */
const PRODUCTS = 32;

/**
 * Makes a key for buttons that open addresses, and shows an address for each button, once.
 * `bag` are the products of the show.
 */
class ControlHookDialog extends ControlDialog {
  stays = true;
  /** @type {any[]} */
  bag = [];

  build() {
    this.heading = this.t("hook.heading");
    this.submitText = this.t("hook.make");
    super.build();
  }

  fields() {
    this.label = el("input", { type: "text", maxLength: 60, autocomplete: "off", autofocus: true, value: "Stream Deck" });
    this.boxes = ACTIONS.map(([name, usual]) => el("input", { type: "checkbox", value: name, checked: usual }));
    const rows = this.boxes.map((box) => el("label.c-check", box, el("span", { text: this.t(`hook.action.${box.value}`) })));
    const wrong = el("p.c-wrong", { hidden: true });
    const list = el("fieldset.c-check-list", { data: { field: "actions" } }, el("legend", { text: this.t("hook.actions") }), ...rows, wrong);
    list.addEventListener("change", () => fieldError(this.form, "actions", ""));
    return [
      field({ name: "label", label: this.t("hook.label"), control: this.label }),
      list,
      el("p.c-hint", { text: this.t("hook.once") }),
    ];
  }

  async submit() {
    const actions = this.boxes.filter(({ checked }) => checked).map(({ value }) => value);
    if (actions.length === 0) {
      fieldError(this.form, "actions", this.t("hook.action_needed"));
      return null;
    }
    const { url } = await this.ask("newHookKey", { label: this.label.value.trim(), actions });
    this.go.hidden = true;
    const lines = actions.flatMap((action) => this.#lines(action, url));
    this.form.querySelector(".c-dialog-body").replaceChildren(el("p", { text: this.t("hook.copy") }), ...lines);
    return null;
  }

  /** Every product has a button of its own; a deal's price and length stand in its address. */
  #lines(action, url) {
    if (action === "pin.set") {
      return this.bag.slice(0, PRODUCTS).map(({ number, title, sku }) =>
        this.#line(this.t("hook.pin", { n: number, title }), `${url}/pin.set/${encodeURIComponent(sku)}`));
    }
    if (action === "deal.start") {
      const [{ sku, price } = { sku: "SKU", price: { amount: 1490 } }] = this.bag;
      const value = `${encodeURIComponent(sku)}:${Math.round(price.amount * 0.8)}:300`;
      return [this.#line(this.t("hook.deal"), `${url}/deal.start/${value}`)];
    }
    return [this.#line(this.t(`hook.action.${action}`), `${url}/${action}`)];
  }

  #line(label, value) {
    const secret = this.make("control-secret", { label, value });
    return el("div.c-hook", el("span", { text: label }), secret);
  }
}

customElements.define("control-hook-dialog", ControlHookDialog);
