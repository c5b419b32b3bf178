import { el } from "../../shared/dom.js";
import { ControlDialog, choices, field, fieldError } from "../forms/form.js";

const TYPES = ["own_brand", "paid_partnership", "affiliate", "gifted", "none"];

/** The advertising badge: which kind, its words, and why there is none where there is none. */
class ControlDisclosureDialog extends ControlDialog {
  /** @type {any} as in the show's state */
  disclosure;

  build() {
    this.heading = this.t("disclosure.heading");
    this.submitText = this.t("disclosure.save");
    super.build();
    this.form.addEventListener("change", () => this.#fit());
    this.#fit();
  }

  fields() {
    const { type, label, brand, shown, interval_s: interval, reason } = this.disclosure;
    this.type = choices({
      name: "type",
      legend: this.t("disclosure.type"),
      options: TYPES.map((value) => ({ value, label: this.t(`disclosure.type.${value}`) })),
      value: type,
    });
    this.type.classList.add("c-choices-list");
    this.label = this.#text("label", label, 40);
    this.brand = this.#text("brand", brand, 60);
    this.shown = choices({
      name: "shown",
      legend: this.t("disclosure.shown"),
      options: ["always", "periodic"].map((value) => ({ value, label: this.t(`disclosure.${value}`) })),
      value: shown,
    });
    const seconds = el("input.v-num", { type: "number", min: "60", max: "1800", value: String(interval) });
    this.interval = field({ name: "interval_s", label: this.t("disclosure.interval"), control: seconds });
    this.reason = this.#text("reason", reason, 200);
    this.onScreen = el("div.c-disclosure-words", el("div.c-field-row", this.label, this.brand), this.shown, this.interval);
    return [this.type, this.onScreen, this.reason];
  }

  async submit() {
    const off = this.type.value === "none";
    const reason = valueOf(this.reason);
    if (off && !reason) {
      fieldError(this.form, "reason", this.t("problem.reason_needed"));
      this.reason.querySelector("input").focus();
      return null;
    }
    const disclosure = {
      type: this.type.value,
      label: off ? null : valueOf(this.label),
      brand: off ? null : valueOf(this.brand),
      shown: this.shown.value,
      interval_s: Number(valueOf(this.interval)) || this.disclosure.interval_s,
      reason: off ? reason : null,
    };
    return this.ask("command", { command: { type: "set_disclosure", disclosure } });
  }

  #text(name, value, maxLength) {
    const control = el("input", { type: "text", value: value ?? "", maxLength, autocomplete: "off" });
    return field({ name, label: this.t(`disclosure.${name}`), control, hint: this.t(`disclosure.${name}_hint`) });
  }

  #fit() {
    const off = this.type.value === "none";
    this.onScreen.hidden = off;
    this.reason.hidden = !off;
    this.interval.hidden = this.shown.value !== "periodic";
  }
}

/** @param {Element} box a field */
function valueOf(box) {
  return box.querySelector("input")?.value.trim() || null;
}

customElements.define("control-disclosure-dialog", ControlDisclosureDialog);
