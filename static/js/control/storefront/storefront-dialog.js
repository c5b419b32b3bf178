import { el } from "../../shared/dom.js";
import "../bag/product-dialog.js";
import { ControlDialog, field, fieldError, withScheme } from "../forms/form.js";
import { SAFETY_WORDS, SafetyFields } from "../forms/safety-fields.js";
import { SellingFields } from "./selling-fields.js";

const OWN_WORDS = {
  de: () => import("../../i18n/control-storefront/de.js"),
  en: () => import("../../i18n/control-storefront/en.js"),
  es: () => import("../../i18n/control-storefront/es.js"),
  fr: () => import("../../i18n/control-storefront/fr.js"),
  it: () => import("../../i18n/control-storefront/it.js"),
};
export const WORDS = [OWN_WORDS, SAFETY_WORDS];

const OURS = "#d92b16";
const LINKS = 4;

/**
 * What the shop says of itself. Properties: `shop`, null until there is one; `url`, where it is;
 * `unsafe`, how many products lack product safety; `seller`, a name to begin with; `markets` as the
 * server tells them, `currency` that of new ones.
 */
class ControlStorefrontDialog extends ControlDialog {
  /** @type {any} */
  shop = null;
  /** @type {string|null} */
  url = null;
  unsafe = 0;
  seller = "";
  /** @type {any[]} */
  markets = [];
  currency = "EUR";

  build() {
    this.heading = this.t("storefront.heading");
    this.submitText = this.t("storefront.save");
    super.build();
  }

  fields() {
    const shop = this.shop ?? { name: this.seller, handle: "", links: [] };
    const text = (value, most, more = {}) => el("input", { type: "text", maxLength: most, autocomplete: "off", value: value ?? "", ...more });
    this.name = text(shop.name, 80, { autofocus: true });
    this.handle = text(shop.handle || handleOf(shop.name), 64, { spellcheck: false });
    this.handle.toggleAttribute("data-own", Boolean(shop.handle));
    this.handle.addEventListener("input", () => this.handle.toggleAttribute("data-own", this.handle.value !== ""));
    this.name.addEventListener("input", () => this.#follow());
    this.about = el("textarea", { rows: 3, maxLength: 600, value: shop.about ?? "" });
    this.logo = this.make("control-image-field", { value: shop.logo ?? null });
    this.delivery = text(shop.delivery, 200);
    this.returns = text(shop.returns, 200);
    const row = (...parts) => el("div.c-field-row", ...parts);
    return [
      this.#where(),
      this.#payments(),
      row(this.#field("name", this.name), this.#field("handle", this.handle)),
      this.#field("about", this.about),
      row(this.#logo(), this.#colour(shop.accent ?? null)),
      row(this.#field("delivery", this.delivery), this.#field("returns", this.returns)),
      this.#links(shop.links),
      this.#selling(shop),
      this.#safety(shop),
    ];
  }

  #where() {
    if (!this.url) return el("p.c-soft", { text: this.t("storefront.none") });
    return el("p", el("a.c-link", { href: this.url, target: "_blank", rel: "noopener", text: this.url }));
  }

  #payments() {
    const open = () => this.act(button, "openPayments");
    const button = el("button.c-button.c-small", { type: "button", text: this.t("storefront.payments"), on: { click: open } });
    return el("div.c-bar-start", button);
  }

  #field(name, control) {
    const hint = { handle: "storefront.handle_hint", delivery: "storefront.delivery_hint" }[name];
    return field({ name, label: this.t(`storefront.${name}`), control, hint: hint && this.t(hint) });
  }

  #logo() {
    const on = { input: () => fieldError(this.form, "logo", "") };
    const label = el("span", { text: this.t("storefront.logo") });
    return el("div.c-field", { data: { field: "logo" }, on }, label, this.logo, el("p.c-wrong", { hidden: true }));
  }

  /** @param {string|null} accent */
  #colour(accent) {
    this.accent = el("input", { type: "color", value: accent ?? OURS, disabled: accent === null });
    this.own = el("input", { type: "checkbox", checked: accent !== null });
    this.own.addEventListener("change", () => (this.accent.disabled = !this.own.checked));
    const tick = el("label.c-tick", this.own, el("span", { text: this.t("storefront.own_colour") }));
    const colour = field({ name: "accent", label: this.t("storefront.accent"), control: this.accent, hint: this.t("storefront.accent_hint") });
    return el("div.c-fields", tick, colour);
  }

  /** @param {{label: string, url: string}[]} links */
  #links(links) {
    const rows = Array.from({ length: Math.max(LINKS, links.length) }, (_, at) => links[at] ?? { label: "", url: "" });
    this.links = rows.map(({ label, url }, at) => ({
      label: el("input", { type: "text", maxLength: 40, value: label, "aria-label": this.t("storefront.link_label", { n: at + 1 }), placeholder: this.t("storefront.link_example") }),
      url: el("input", { type: "url", value: url, "aria-label": this.t("storefront.link_url", { n: at + 1 }), placeholder: "https://" }),
    }));
    const legend = el("legend", { text: this.t("storefront.links") });
    const lines = this.links.map(({ label, url }) => el("div.c-field-row", el("div.c-field", label), el("div.c-field", url)));
    return el("fieldset.c-fields", { data: { field: "links" } }, legend, ...lines, el("p.c-wrong", { hidden: true }));
  }

  /** @param {any} shop */
  #selling(shop) {
    this.terms = new SellingFields(this, shop, this.markets, this.currency);
    return this.terms.element;
  }

  /** @param {any} shop */
  #safety({ eu = false, safety = null }) {
    this.eu = el("input", { type: "checkbox", checked: eu });
    this.safety = new SafetyFields((key) => this.t(key), safety);
    const tick = el("label.c-tick", this.eu, el("span", { text: this.t("storefront.eu") }));
    const lacking = el("p.c-soft", { hidden: !this.unsafe, text: this.t("storefront.unsafe", { n: this.unsafe }) });
    const hint = el("p.c-hint", { text: this.t("storefront.safety_hint") });
    const fold = el("details.c-more", el("summary", { text: this.t("safety.heading") }), el("div.c-product-more", hint, ...this.safety.rows));
    fold.open = eu || !this.safety.empty;
    this.eu.addEventListener("change", () => (fold.open ||= this.eu.checked));
    const said = el("div", tick, el("p.c-hint", { text: this.t("storefront.eu_hint") }));
    return el("div.c-fields", said, lacking, fold);
  }

  /** The address follows the name until it is typed by hand. */
  #follow() {
    if (!this.handle.hasAttribute("data-own")) this.handle.value = handleOf(this.name.value);
  }

  async submit() {
    const missing = [
      ["name", this.name.value.trim() ? "" : this.t("storefront.name_needed")],
      ["handle", this.handle.value.trim() ? "" : this.t("storefront.handle_needed")],
      ["logo", this.logo.busy ? this.t("image.sending") : ""],
      ...this.terms.missing,
      ...this.safety.missing,
    ].filter(([, message]) => message);
    for (const [name, message] of missing) fieldError(this.form, name, message);
    this.form.querySelector('[aria-invalid="true"]')?.focus();
    if (missing.length) return null;
    const saved = await this.ask("saveStorefront", { profile: this.#profile(), markets: this.terms.told });
    const lacking = saved.unsafe ? this.t("storefront.unsafe", { n: saved.unsafe }) : "";
    this.say(`${this.t("storefront.saved")} ${lacking}`.trim(), lacking ? "note" : "done");
    return saved;
  }

  #profile() {
    const links = this.links.map(({ label, url }) => ({ label: label.value.trim(), url: withScheme(url.value) }));
    return {
      name: this.name.value.trim(),
      handle: this.handle.value.trim(),
      about: this.about.value.trim(),
      logo: this.logo.value,
      accent: this.own.checked ? this.accent.value : null,
      delivery: this.delivery.value.trim(),
      returns: this.returns.value.trim(),
      links: links.filter(({ label, url }) => label || url),
      eu: this.eu.checked,
      safety: this.safety.empty ? null : this.safety.body,
      ...this.terms.body,
    };
  }
}

/** @param {string} name @returns {string} "Bottega d'Anna" → "bottega-d-anna" */
function handleOf(name) {
  const plain = (name ?? "").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 48);
}

customElements.define("control-storefront-dialog", ControlStorefrontDialog);
