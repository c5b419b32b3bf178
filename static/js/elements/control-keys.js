import { arrange, el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";

/** The show's keys by name and role, never the keys themselves; one click revokes, after a question. */
export class ControlKeys extends ControlElement {
  build() {
    this.list = el("ul.c-keys");
    this.empty = el("p.c-soft", { text: this.t("keys.none") });
    this.append(this.empty, this.list);
  }

  /** @param {any} model */
  update({ keys }) {
    const open = (keys ?? []).filter(({ revoked_at: revoked }) => revoked === null);
    this.empty.hidden = open.length > 0;
    write(this.empty, this.t(keys === null ? "keys.loading" : "keys.none"));
    const shown = open.map(({ id }) => id).join();
    if (this.list.dataset.shown === shown) return;
    this.list.dataset.shown = shown;
    arrange(this.list, open.map((key) => this.#line(key)));
  }

  #line({ id, role, label, created_at: made }) {
    const name = label || this.t(`keys.role.${role}`);
    const day = new Intl.DateTimeFormat(this.ctx.lang, { dateStyle: "medium", timeStyle: "short" }).format(made);
    const revoke = el("button.c-link", {
      type: "button",
      text: this.t("keys.revoke"),
      "aria-label": this.t("keys.revoke_label", { name }),
      on: { click: () => this.act(revoke, "revokeKey", { id, role, name }) },
    });
    const words = el("span", {}, el("b", { text: name }), el("small.c-soft", { text: day }));
    return el("li", {}, words, revoke);
  }
}

customElements.define("control-keys", ControlKeys);
