import { el } from "../../shared/dom.js";
import { ControlDialog, field, fieldError, withScheme } from "../forms/form.js";
import { piecesField } from "./pieces-field.js";

/** Pieces of an order that something happened to. Property: `order`, as the API tells it. */
class PiecesDialog extends ControlDialog {
  /** @type {any} */
  order = null;
  key = crypto.getRandomValues(new Uint32Array(4)).join("-");

  /** @param {(line: any) => number} most */
  choose(most) {
    this.pieces = piecesField(this.ctx, this.order.lines.map((line) => ({ ...line, most: most(line) })));
    return this.pieces;
  }

  /** @param {string} action @param {Record<string, any>} [more] @returns {Promise<any>} the order as it is then */
  async send(action, more = {}) {
    const lines = this.pieces.pieces;
    if (lines.length === 0) {
      fieldError(this.form, "lines", this.t("orders.pieces_needed"));
      return null;
    }
    const { id, version } = this.order;
    return this.ask(action, { id, body: { version, lines, ...more }, key: this.key });
  }
}

/** A parcel is on its way: what is in it, who carries it, and where it can be followed. */
class ControlShipDialog extends PiecesDialog {
  build() {
    this.heading = this.t("orders.ship.heading");
    this.submitText = this.t("orders.ship.submit");
    super.build();
  }

  fields() {
    this.carrier = el("input", { type: "text", maxLength: 80, autocomplete: "off", autofocus: true });
    this.tracking = el("input", { type: "url", maxLength: 2048, autocomplete: "off", placeholder: "https://" });
    this.tracking.addEventListener("change", () => (this.tracking.value = withScheme(this.tracking.value)));
    return [
      this.choose(({ to_ship: most }) => most),
      field({ name: "carrier", label: this.t("orders.ship.carrier"), control: this.carrier, hint: this.t("orders.ship.optional") }),
      field({ name: "tracking", label: this.t("orders.ship.tracking"), control: this.tracking, hint: this.t("orders.ship.tracking_hint") }),
    ];
  }

  async submit() {
    const tracking = withScheme(this.tracking.value) || null;
    if (tracking && !tracking.startsWith("https://")) {
      fieldError(this.form, "tracking", this.t("orders.ship.https"));
      return null;
    }
    return this.send("ship", { carrier: this.carrier.value.trim(), tracking });
  }
}

customElements.define("control-ship-dialog", ControlShipDialog);

/** Pieces came back. Money and stock are another matter. */
class ControlReturnDialog extends PiecesDialog {
  build() {
    this.heading = this.t("orders.return.heading");
    this.submitText = this.t("orders.return.submit");
    super.build();
  }

  fields() {
    const pieces = this.choose(({ to_return: most }) => most);
    return [el("p.c-hint", { text: this.t("orders.return.hint") }), pieces];
  }

  submit() {
    return this.send("takeBack");
  }
}

customElements.define("control-return-dialog", ControlReturnDialog);
