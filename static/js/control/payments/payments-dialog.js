import { el, setText } from "../../shared/dom.js";
import { ControlDialog, choices, field, fieldError, withScheme } from "../forms/form.js";
import "../forms/sharing.js";

export const WORDS = {
  de: () => import("../../i18n/control-payments/de.js"),
  en: () => import("../../i18n/control-payments/en.js"),
  es: () => import("../../i18n/control-payments/es.js"),
  fr: () => import("../../i18n/control-payments/fr.js"),
  it: () => import("../../i18n/control-payments/it.js"),
};

const ADAPTERS = ["stripe", "shopify", "woocommerce", "link"];
const ELSEWHERE = ["shopify", "woocommerce"];

/**
 * Who takes the money. Properties: `told`, what the server says of it; `connections`, of which some
 * lead to a shop that can take it.
 */
class ControlPaymentsDialog extends ControlDialog {
  /** @type {any} */
  told = null;
  /** @type {any[]} */
  connections = [];

  build() {
    this.heading = this.t("payments.heading");
    this.submitText = this.t("payments.save");
    super.build();
    this.#follow();
  }

  fields() {
    const { told } = this;
    this.state = el("p", { role: "status" });
    const names = told.adapter === "test" ? [...ADAPTERS, "test"] : ADAPTERS;
    const follow = () => this.#follow();
    this.adapter = choices({
      name: "adapter",
      legend: this.t("payments.adapter"),
      options: names.map((value) => ({ value, label: this.t(`payments.adapter.${value}`) })),
      value: told.adapter,
      onchange: follow,
    });
    this.about = el("p.c-hint", { "aria-live": "polite" });
    this.stripe = el("div.c-fields", ...this.#stripe());
    this.elsewhere = el("div.c-fields", ...this.#elsewhere());
    return [this.state, el("div.c-shop-kinds", this.adapter), this.about, this.stripe, this.elsewhere];
  }

  #stripe() {
    const { told } = this;
    this.mode = choices({
      name: "mode",
      legend: this.t("payments.mode"),
      options: ["hosted", "embedded"].map((value) => ({ value, label: this.t(`payments.mode.${value}`) })),
      value: told.mode,
      onchange: () => this.#follow(),
    });
    this.key = this.#secret();
    this.publishable = el("input", { type: "text", autocomplete: "off", spellcheck: false });
    this.signing = this.#secret();
    this.publishableField = this.#keyField("publishable_key", this.publishable, told.publishable_key);
    this.webhook = el("div.c-fields");
    return [this.#keyField("key", this.key, told.key), this.mode, this.publishableField, this.webhook];
  }

  #elsewhere() {
    const { told } = this;
    this.shop = el("select");
    this.address = el("input", { type: "url", placeholder: "https://", value: told.address ?? "" });
    this.code = el("input", { type: "text", maxLength: 60, autocomplete: "off", value: told.deal_code ?? "" });
    return [
      field({ name: "connection", label: this.t("payments.connection"), control: this.shop }),
      field({ name: "address", label: this.t("payments.address"), control: this.address }),
      field({ name: "deal_code", label: this.t("payments.deal_code"), control: this.code, hint: this.t("payments.deal_code_hint") }),
    ];
  }

  #secret() {
    return el("input", { type: "password", autocomplete: "off", spellcheck: false });
  }

  /** @param {string} name @param {HTMLElement} control @param {{last4: string}|null} known */
  #keyField(name, control, known) {
    const hint = known ? this.t("payments.key_known", { end: known.last4 }) : this.t(`payments.${name}_hint`);
    return field({ name, label: this.t(`payments.${name}`), control, hint });
  }

  /** Shows what the chosen way needs, and how it stands. */
  #follow() {
    const adapter = this.adapter.value;
    this.stripe.hidden = adapter !== "stripe";
    this.elsewhere.hidden = !ELSEWHERE.includes(adapter);
    this.publishableField.hidden = this.mode.value !== "embedded";
    setText(this.about, this.t(`payments.about.${adapter}`));
    setText(this.state, this.#standing());
    if (ELSEWHERE.includes(adapter)) this.#offerShops(adapter);
    this.#showWebhook();
  }

  #standing() {
    const { adapter, chosen, test_orders: test } = this.told;
    if (!chosen) return this.t("payments.not_chosen");
    const now = this.t("payments.now", { way: this.t(`payments.adapter.${adapter}`) });
    return test && adapter === "stripe" ? `${now} ${this.t("payments.test_mode")}` : now;
  }

  #offerShops(kind) {
    const known = this.connections.filter((one) => one.kind === kind);
    this.shop.replaceChildren(...known.map(({ id, name }) => el("option", { value: id, text: name })));
    fieldError(this.form, "connection", known.length ? "" : this.t("payments.connection_needed"));
  }

  /** Where Stripe delivers to: nothing to do as soon as it signs. */
  #showWebhook() {
    const { webhook } = this.told;
    this.webhook.hidden = !webhook;
    if (!webhook) return;
    if (webhook.signed) return this.webhook.replaceChildren(el("p.c-hint", { text: this.t("payments.webhook_good") }));
    if (this.webhook.contains(this.signing)) return;
    const address = this.make("control-secret", { label: this.t("payments.webhook"), value: webhook.url, plain: true });
    this.webhook.replaceChildren(
      el("p", { text: this.t("payments.webhook_needed") }),
      el("div.c-field", el("span.c-label", { text: this.t("payments.webhook") }), address),
      field({ name: "webhook_secret", label: this.t("payments.webhook_secret"), control: this.signing, hint: this.t("payments.webhook_secret_hint") }),
    );
  }

  async submit() {
    const wanted = this.#wanted();
    this.told = await this.ask("savePayments", { wanted });
    for (const input of [this.key, this.publishable, this.signing]) input.value = "";
    this.#follow();
    const { webhook } = this.told;
    // One more step at Stripe: the dialog stays and says which.
    if (webhook && !webhook.signed) {
      this.signing.focus();
      return null;
    }
    this.say(this.t("payments.saved"), "done");
    return this.told;
  }

  #wanted() {
    const adapter = this.adapter.value;
    const given = (name, value) => (value.trim() ? { [name]: value.trim() } : {});
    if (adapter === "stripe") {
      return {
        adapter,
        mode: this.mode.value,
        ...given("key", this.key.value),
        ...given("publishable_key", this.publishable.value),
        ...given("webhook_secret", this.signing.value),
      };
    }
    if (!ELSEWHERE.includes(adapter)) return { adapter };
    return {
      adapter,
      ...given("connection", this.shop.value),
      ...given("address", withScheme(this.address.value)),
      ...given("deal_code", this.code.value),
    };
  }
}

customElements.define("control-payments-dialog", ControlPaymentsDialog);
