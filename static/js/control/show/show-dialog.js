import { el } from "../../shared/dom.js";
import { ControlDialog, field, fieldError } from "../forms/form.js";
import { SellerFields, StartField, currencySelect } from "./show-fields.js";

export { WORDS } from "./show-fields.js";

/**
 * Edits what a show says of itself. Properties: `show` of the state, and `fixed`: why its currency
 * stays, a word of the catalogue, or "" while it may change.
 */
class ControlShowDialog extends ControlDialog {
  /** @type {any} */
  show;
  fixed = "";

  build() {
    this.heading = this.t("show.edit");
    this.submitText = this.t("show.save");
    super.build();
  }

  fields() {
    const { title, host, starts_at: startsAt, currency } = this.show;
    this.titleInput = el("input", { type: "text", maxLength: 200, autocomplete: "off", autofocus: true, value: title });
    this.seller = new SellerFields(this.ctx, host);
    this.start = new StartField(this.ctx, startsAt);
    this.currency = currencySelect(this.ctx.lang, currency);
    this.currency.disabled = this.fixed !== "";
    const hint = this.fixed && this.t(this.fixed);
    return [
      field({ name: "title", label: this.t("shows.title"), control: this.titleInput }),
      this.seller.node,
      el(
        "div.c-field-row",
        this.start.node,
        field({ name: "currency", label: this.t("shows.currency"), control: this.currency, hint }),
      ),
    ];
  }

  async submit() {
    const missing = [["title", this.titleInput.value.trim() ? "" : this.t("shows.title_needed")], this.seller.wrong];
    const wrong = missing.filter(([, message]) => message);
    for (const [name, message] of wrong) fieldError(this.form, name, message);
    if (wrong.length) {
      this.form.querySelector('[aria-invalid="true"]')?.focus();
      return null;
    }
    const changes = { title: this.titleInput.value.trim(), host: this.seller.host, starts_at: this.start.at };
    if (!this.fixed) changes.currency = this.currency.value;
    return this.ask("editShow", { changes });
  }
}

customElements.define("control-show-dialog", ControlShowDialog);
