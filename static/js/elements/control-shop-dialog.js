import { el, write } from "./control-dom.js";
import { ControlDialog } from "./control-dialog.js";
import { problemText } from "./control-problem.js";
import { healthOf } from "./control-shop-health.js";
import { isReachable, KINDS } from "./control-shop-kinds.js";
import { shopSteps } from "./control-shop-steps.js";
import "./control-secret.js";
import "./control-shop-checks.js";
import "./control-shop-poll.js";
import "./control-shop-secret.js";

const EVERY_MS = 3_000;

/**
 * One shop's connection: what to do in the shop, its secret, and whether it works. It asks every few
 * seconds, as long as somebody can see it. Properties: `connection`, `fresh` (a secret of ours that
 * was just made).
 */
export class ControlShopDialog extends ControlDialog {
  readOnly = true;
  /** @type {any} */
  connection;
  /** @type {string|null} */
  fresh = null;
  #timer = 0;
  #asked = 0;

  build() {
    this.name = this.t(`connections.kind.${this.connection.kind}`);
    this.heading = this.t("shop.heading", { name: this.name });
    super.build();
    this.dialog.classList.add("c-dialog-wide");
    this.#tools();
    this.#draw(this.connection);
  }

  listen(signal) {
    super.listen();
    const tick = () => [this.checks, this.poll].forEach((part) => part?.tick());
    const second = setInterval(tick, 1_000);
    signal.addEventListener("abort", () => [clearTimeout(this.#timer), clearInterval(second)]);
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    this.#look();
  }

  fields() {
    const { id, kind, url } = this.connection;
    const address = this.make("control-secret", { label: this.t("connections.address"), value: url, plain: true });
    const far = el("p.c-hint.c-attention", { text: this.t("shop.unreachable"), hidden: isReachable(url) });
    this.secret = this.make("control-shop-secret", { shop: id, kind, fresh: this.fresh });
    this.secret.addEventListener("changed", () => this.#look());
    this.poll = KINDS[kind].poll ? this.make("control-shop-poll", { shop: id, kind }) : null;
    this.poll?.addEventListener("changed", () => this.#look());
    this.checks = this.make("control-shop-checks", { kind });
    this.test = el("span.c-tag.c-tag-test", { text: this.t("connections.test"), hidden: true });
    const todo = el(
      "section",
      {},
      el("div.c-field", {}, el("span.c-label", { text: this.t("connections.address") }), address, far),
      shopSteps(this.ctx.t, kind),
      this.secret,
      ...(this.poll ? [this.poll] : []),
    );
    const state = el("section.c-shop-state", {}, el("h3", {}, this.t("shop.works"), this.test), this.checks);
    return [el("div.c-shop-columns", {}, todo, state)];
  }

  /** What else can be done with it, beside the button that closes. */
  #tools() {
    const { id } = this.connection;
    this.match = el("button.c-button", { type: "button", on: { click: () => this.act(this.match, "openMatches", { id }) } });
    const remove = el("button.c-link", { type: "button", text: this.t("connections.delete") });
    remove.addEventListener("click", () => this.#remove(remove));
    this.form.querySelector(".c-dialog-buttons").prepend(remove, this.match);
  }

  async #remove(button) {
    const { answer } = await this.act(button, "deleteConnection", { id: this.connection.id, name: this.name });
    if (answer) this.close();
  }

  async #look() {
    clearTimeout(this.#timer);
    if (document.visibilityState !== "visible") return;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const known = await this.ask("connections");
      if (asked !== this.#asked || !this.isConnected) return;
      const found = known.find(({ id }) => id === this.connection.id);
      this.refuse(found ? "" : this.t("shop.gone"));
      if (!found) return;
      this.#draw(found);
    } catch (problem) {
      if (!this.isConnected) return;
      this.refuse(this.t("shop.old_news", { why: problemText(this.ctx.t, problem) }));
    }
    if (asked === this.#asked) this.#timer = setTimeout(() => this.#look(), EVERY_MS);
  }

  #draw(connection) {
    this.connection = connection;
    this.checks.update(connection);
    this.secret.update(connection);
    this.poll?.update(connection);
    this.test.hidden = !healthOf(connection).test;
    this.match.hidden = connection.unmatched === 0 && connection.last_verified_at === null;
    write(this.match, connection.unmatched ? this.t("connections.match", { n: connection.unmatched }) : this.t("connections.products"));
  }
}

customElements.define("control-shop-dialog", ControlShopDialog);
