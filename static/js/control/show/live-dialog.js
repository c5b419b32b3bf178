import { el, setText } from "../../shared/dom.js";
import { icon } from "../element.js";
import { ControlDialog } from "../forms/form.js";

export { WORDS } from "./show-fields.js";

/** As many things of one kind as have a button of their own. */
const SHOWN = 4;
/** Where the panel shows what a check is about: an action and what it needs of an item. */
const WAYS = {
  no_overlay: { name: "lead", args: () => ({ to: "control-overlay-link" }) },
  no_public_address: { name: "lead", args: () => ({ to: "control-viewer-link" }) },
  shop_without_secret: { name: "leadShop", args: ({ id }) => ({ id }) },
  shop_refused: { name: "leadShop", args: ({ id }) => ({ id }) },
  products_without_link: { name: "editProduct", args: ({ id }) => ({ item: { sku: id } }) },
};

/**
 * Asks before a show goes live, and says what viewers would miss, each with a button that leads
 * there. Going live anyway is one more press. Properties: `badge` in words, and `run`, which does it.
 */
class ControlLiveDialog extends ControlDialog {
  badge = "";
  /** @type {() => Promise<any>} */
  run = async () => true;

  build() {
    this.heading = this.t("live.heading");
    this.submitText = this.t("live.submit");
    super.build();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    super.listen(signal);
    this.#look();
  }

  fields() {
    this.amiss = el("ul.c-checks", { "aria-live": "polite" });
    const lines = [this.t("live.line"), this.t("live.badge", { badge: this.badge })];
    return [...lines.map((line) => el("p", { text: line })), this.amiss];
  }

  async submit() {
    await this.run();
    return true;
  }

  /** A server that does not answer says so when it is to go live. */
  async #look() {
    try {
      const { checks } = await this.ask("checks");
      this.amiss.replaceChildren(...checks.map((check) => this.#line(check)));
      if (checks.length) setText(this.go, this.t("live.anyway"));
    } catch (problem) {
      if (!("status" in Object(problem))) throw problem;
    }
  }

  #line({ code, items }) {
    const key = `live.check.${code}`;
    const words = el("span", { text: this.t(key, { n: items.length }) });
    const shown = items.length ? items.slice(0, SHOWN) : [{ id: "", name: this.t(`live.way.${code}`) }];
    const buttons = shown.map((item) => this.#way(WAYS[code], item));
    const more = items.length > SHOWN && el("span.c-soft", { text: this.t("live.more", { n: items.length - SHOWN }) });
    return el("li", { data: { level: "stop" } }, icon("warning"), el("div.c-amiss", words, el("span.c-ways", ...buttons, more)));
  }

  #way({ name, args }, item) {
    const go = async () => {
      const { ok } = await this.act(button, name, args(item));
      if (ok) this.close();
    };
    const button = el("button.c-link", { type: "button", text: item.name, on: { click: go } });
    return button;
  }
}

customElements.define("control-live-dialog", ControlLiveDialog);
