import { el } from "../../shared/dom.js";
import { ControlDialog, choices, field, fieldError } from "../forms/form.js";
import { KINDS } from "./shop-dialog.js";

/**
 * Picks a shop system and makes its webhook address. The answer is what the server made; its own
 * dialog shows what comes next.
 */
class ControlShopNewDialog extends ControlDialog {
  build() {
    this.heading = this.t("shop.new");
    this.submitText = this.t("shop.make");
    super.build();
    this.#follow();
  }

  fields() {
    this.kind = choices({
      name: "kind",
      legend: this.t("shop.kind"),
      options: Object.keys(KINDS).map((kind) => ({ value: kind, label: this.t(`connections.kind.${kind}`) })),
      value: "shopify",
      onchange: () => this.#follow(),
    });
    this.about = el("p.c-hint", { "aria-live": "polite" });
    this.appKey = el("input", { type: "text", autocomplete: "off", spellcheck: false });
    this.secret = el("input", { type: "password", autocomplete: "off" });
    this.early = el(
      "div.c-field-row",
      { hidden: true },
      field({ name: "app_key", label: this.t("shop.app_key"), control: this.appKey }),
      field({ name: "secret", label: this.t("shop.secret.tiktok"), control: this.secret }),
    );
    this.scope = choices({
      name: "show",
      legend: this.t("shop.scope"),
      options: ["any", "this"].map((value) => ({ value, label: this.t(`shop.scope.${value}`) })),
      value: "any",
    });
    return [el("div.c-shop-kinds", this.kind), this.about, this.early, this.scope];
  }

  async submit() {
    const { early } = KINDS[this.kind.value];
    const app_key = early ? this.appKey.value.trim() : "";
    if (early && this.#incomplete(app_key)) return null;
    const secret = early ? this.secret.value.trim() : "";
    return this.ask("makeConnection", {
      here: this.scope.value === "this",
      body: { kind: this.kind.value, ...(app_key && { app_key }), ...(secret && { secret }) },
    });
  }

  #incomplete(appKey) {
    const missing = appKey ? "" : this.t("shop.app_key_needed");
    fieldError(this.form, "app_key", missing);
    if (missing) this.appKey.focus();
    return missing !== "";
  }

  #follow() {
    const kind = this.kind.value;
    this.early.hidden = !KINDS[kind].early;
    this.about.textContent = this.t(`shop.about.${kind}`);
  }
}

customElements.define("control-shop-new-dialog", ControlShopNewDialog);
