import { el, setText } from "../../shared/dom.js";
import { ControlElement, arrange } from "../element.js";

/**
 * The devices that are logged in, then the show's other keys: by name, never the keys themselves. One
 * click revokes, after a question; this very device is logged out instead.
 */
class ControlKeys extends ControlElement {
  build() {
    this.empty = el("p.c-soft", { text: this.t("keys.none") });
    this.devices = this.#group("keys.devices");
    this.others = this.#group("keys.others");
    this.append(this.empty, this.devices, this.others);
  }

  /** @param {any} model */
  update({ keys }) {
    const open = (keys ?? []).filter(({ revoked_at: revoked }) => revoked === null);
    this.empty.hidden = open.length > 0;
    setText(this.empty, this.t(keys === null ? "keys.loading" : "keys.none"));
    this.#show(this.devices, open.filter(({ role }) => role === "control"));
    this.#show(this.others, open.filter(({ role }) => role !== "control"));
  }

  #group(name) {
    return el("div.c-keys-group", { hidden: true }, el("p.c-soft.c-keys-name", { text: this.t(name) }), el("ul.c-keys"));
  }

  #show(group, keys) {
    group.hidden = keys.length === 0;
    const list = group.querySelector("ul");
    const shown = keys.map(({ id, last_used_at: used }) => `${id} ${used}`).join();
    if (list.dataset.shown === shown) return;
    list.dataset.shown = shown;
    arrange(list, keys.map((key) => this.#line(key)));
  }

  #line(key) {
    const name = key.label || this.t(`keys.role.${key.role}`);
    const words = el("span", el("b", { text: name }), el("small.c-soft", { text: this.#about(key) }));
    return el("li", { title: key.id }, words, key.current ? this.#leave() : this.#revoke(key, name));
  }

  #revoke({ id, role }, name) {
    const revoke = el("button.c-link", {
      type: "button",
      text: this.t("keys.revoke"),
      "aria-label": this.t("keys.revoke_label", { name }),
      on: { click: () => this.act(revoke, "revokeKey", { id, role, name }) },
    });
    return revoke;
  }

  #leave() {
    const leave = el("button.c-link", {
      type: "button",
      text: this.t("menu.logout"),
      on: { click: () => this.act(leave, "logout") },
    });
    return leave;
  }

  #about({ role, show, current, created_at: made, last_used_at: used }) {
    const day = new Intl.DateTimeFormat(this.ctx.lang, { dateStyle: "medium" });
    const parts = [this.t("keys.made", { day: day.format(made) })];
    if (current) parts.unshift(this.t("keys.this_device"));
    else if (used !== null) parts.push(this.t("keys.used", { day: day.format(used) }));
    if (role === "control" && show !== null) parts.push(this.t("keys.one_show"));
    return parts.join(" · ");
  }
}

customElements.define("control-keys", ControlKeys);
