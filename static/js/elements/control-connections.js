import { arrange, attribute, el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { ago } from "./control-elapsed.js";
import "./control-secret.js";

/** Where purchases come from: each connection's last delivery in words, and how to make one. */
export class ControlConnections extends ControlElement {
  build() {
    this.list = el("ul.c-connections");
    this.empty = el("p.c-soft");
    this.made = el("div.c-made", { hidden: true });
    this.add = el("button.c-button", {
      type: "button",
      text: this.t("connections.new"),
      on: { click: () => this.#create() },
    });
    this.append(this.empty, this.list, this.made, this.add);
  }

  /** @param {any} model */
  update({ connections }) {
    this.connections = connections;
    const known = connections ?? [];
    this.empty.hidden = known.length > 0;
    write(this.empty, this.t(connections === null ? "connections.loading" : "connections.none"));
    arrange(this.list, known.map((connection) => this.#line(connection)));
  }

  #line(connection) {
    const shown = [...this.list.children].find((line) => line.dataset.id === connection.id);
    const line = shown ?? this.#newLine(connection);
    const { tone, text } = this.#health(connection);
    attribute(line, "data-state", tone);
    write(line.querySelector("small"), text);
    return line;
  }

  #newLine({ id, kind, label }) {
    const name = label || this.t(`connections.kind.${kind}`);
    const remove = el("button.c-link", {
      type: "button",
      text: this.t("connections.delete"),
      on: { click: () => this.act(remove, "deleteConnection", { id, name }) },
    });
    const words = el("span.c-overlay-words", {}, el("b", { text: name }), el("small.c-soft"));
    return el("li", { data: { id } }, el("span.c-dot", { "aria-hidden": "true" }), words, remove);
  }

  #health({ last_delivery_at: heard, last_verified_at: good, last_refused_at: bad, last_refusal: why }) {
    const since = (at) => ago(this.ctx.t, this.ctx.now() - at);
    if (bad && bad > (good ?? 0)) {
      return { tone: "lost", text: this.t("connections.refused", { time: since(bad), why: why ?? "" }) };
    }
    if (good) return { tone: "on_air", text: this.t("connections.verified", { time: since(good) }) };
    if (heard) return { tone: "waiting", text: this.t("connections.heard", { time: since(heard) }) };
    return { tone: "gone", text: this.t("connections.waiting") };
  }

  async #create() {
    const { ok, answer } = await this.act(this.add, "newConnection");
    if (!ok) return;
    const address = this.make("control-secret", { label: this.t("connections.address"), value: answer.url, plain: true });
    const secret = this.make("control-secret", { label: this.t("connections.secret"), value: answer.secret });
    const done = el("button.c-button.c-small", { type: "button", text: this.t("connections.kept") });
    done.addEventListener("click", () => {
      this.made.replaceChildren();
      this.made.hidden = true;
    });
    this.made.replaceChildren(
      el("p.c-hint", { text: this.t("connections.once") }),
      el("span.c-label", { text: this.t("connections.address") }),
      address,
      el("span.c-label", { text: this.t("connections.secret") }),
      secret,
      done,
    );
    this.made.hidden = false;
  }
}

customElements.define("control-connections", ControlConnections);
