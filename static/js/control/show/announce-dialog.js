import { el, setText } from "../../shared/dom.js";
import { ControlDialog } from "../forms/dialog.js";
import { choices, field } from "../forms/field.js";

/** One line of text of at most `most` characters for every screen, until it is cleared or for some minutes. */
class ControlAnnounceDialog extends ControlDialog {
  /** @type {{text: string}|null} what is on screen now */
  announcement = null;
  most = 140;

  build() {
    this.heading = this.t("announce.heading");
    this.submitText = this.t("announce.show");
    super.build();
    this.#count();
  }

  fields() {
    this.text = el("textarea", {
      rows: 3,
      maxLength: this.most,
      value: this.announcement?.text ?? "",
      autofocus: true,
      on: { input: () => this.#count(), keydown: (event) => this.#send(event) },
    });
    this.left = el("output.c-counter.v-num");
    this.minutes = choices({
      name: "until",
      legend: this.t("announce.until"),
      options: [
        { value: "0", label: this.t("announce.until_cleared") },
        ...[1, 5, 15].map((n) => ({ value: String(n), label: this.t("deal.minutes", { n }) })),
      ],
      value: "0",
    });
    const box = field({ name: "text", label: this.t("announce.text"), control: this.text, hint: this.t("announce.hint") });
    box.append(this.left);
    return [box, this.minutes];
  }

  async submit() {
    const minutes = Number(this.minutes.value);
    const command = { type: "announce", text: this.text.value.trim() };
    if (minutes) command.until = this.ctx.now() + minutes * 60_000;
    return this.ask("command", { command });
  }

  #send(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #count() {
    const used = [...this.text.value.trim()].length;
    setText(this.left, `${used} / ${this.most}`);
    this.go.disabled = used === 0;
  }
}

customElements.define("control-announce-dialog", ControlAnnounceDialog);
