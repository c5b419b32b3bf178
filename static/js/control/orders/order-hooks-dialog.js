import { el } from "../../shared/dom.js";
import { problemText } from "../element.js";
import { ControlDialog, field, withScheme } from "../forms/form.js";
import "../forms/sharing.js";
import { SELLING_WORDS as WORDS } from "../vouchers/words.js";

export { WORDS };

const SHOWN = 20;
const PATH = "/order-hooks";

/** The addresses that are told of orders: made, deleted, and what each was told. */
class ControlOrderHooksDialog extends ControlDialog {
  stays = true;

  build() {
    this.heading = this.t("hooks.heading");
    this.submitText = this.t("hooks.add");
    super.build();
  }

  listen() {
    super.listen();
    void this.#load();
  }

  fields() {
    this.list = el("ul.c-list", { "aria-label": this.t("hooks.heading") });
    this.fresh = el("div", { "aria-live": "polite" });
    this.url = el("input", { type: "url", maxLength: 2000, autocomplete: "off", spellcheck: false, placeholder: "https://", autofocus: true });
    return [
      el("p", { text: this.t("hooks.about") }),
      this.list,
      this.fresh,
      field({ name: "url", label: this.t("hooks.url"), control: this.url, hint: this.t("hooks.url_hint") }),
    ];
  }

  async submit() {
    const made = await this.#call("post", PATH, { url: withScheme(this.url.value) });
    this.url.value = "";
    const secret = this.make("control-secret", { label: this.t("hooks.secret"), value: made.secret });
    this.fresh.replaceChildren(el("p", { text: this.t("hooks.once") }), secret);
    await this.#load();
    return null;
  }

  async #load() {
    const { hooks } = (await this.#tried(() => this.#call("get", PATH))) ?? { hooks: [] };
    this.list.replaceChildren(...hooks.map((hook) => this.#row(hook)));
  }

  /** @param {any} hook */
  #row(hook) {
    const log = el("ul.c-list.c-list-inner", { hidden: true });
    const facts = el("div.c-list-facts", el("b", { text: hook.url }), el("span.c-soft", { text: this.#fares(hook) }));
    const show = this.#button("hooks.log", async () => {
      log.hidden = !log.hidden;
      if (!log.hidden) await this.#fill(log, hook);
    });
    const gone = this.#button("hooks.delete", async () => {
      await this.#call("delete", `${PATH}/${hook.id}`);
      await this.#load();
    }, true);
    return el("li.c-list-row", facts, el("div.c-list-buttons", show, gone), log);
  }

  /** @param {any} hook */
  #fares({ waiting, given_up: lost, delivered_at: at }) {
    return [
      at ? this.t("hooks.delivered_at", { time: this.ctx.dayTime(at) }) : this.t("hooks.nothing_yet"),
      waiting && this.t("hooks.waiting", { n: waiting }),
      lost && this.t("hooks.lost", { n: lost }),
    ].filter(Boolean).join(" · ");
  }

  /** @param {HTMLElement} log @param {any} hook */
  async #fill(log, hook) {
    const path = `${PATH}/${hook.id}/deliveries`;
    const { deliveries } = await this.#call("get", `${path}?limit=${SHOWN}`);
    const lines = deliveries.map((one) => this.#line(one, async () => {
      await this.#call("post", `${path}/${one.id}/attempts`);
      await this.#fill(log, hook);
    }));
    log.replaceChildren(...(lines.length ? lines : [el("li.c-soft", { text: this.t("hooks.no_deliveries") })]));
  }

  /** @param {any} delivery @param {() => Promise<any>} again */
  #line({ event, order, created_at: at, status, answered, problem, next_at: next }, again) {
    const why = [problem && this.t(`hooks.problem.${problem}`), answered && String(answered)].filter(Boolean).join(", ");
    const state = status === "waiting" && next ? this.t("hooks.next", { time: this.ctx.dayTime(next) }) : this.t(`hooks.status.${status}`);
    const words = [this.ctx.dayTime(at), order, state, why].filter(Boolean).join(" · ");
    const facts = el("div.c-list-facts", el("b", { text: this.t(`hooks.event.${event.split(".")[1]}`) }), el("span.c-soft", { text: words }));
    const button = status === "not_told" ? null : this.#button("hooks.again", again);
    return el("li.c-list-row", facts, el("div.c-list-buttons", button || ""));
  }

  #call(method, path, body = undefined) {
    return this.ask("call", { method, path, body });
  }

  /** @param {string} key @param {() => Promise<any>} run @param {boolean} [twice] asks again first */
  #button(key, run, twice = false) {
    let sure = !twice;
    const button = el("button.c-button.c-small", { type: "button", text: this.t(key) });
    button.addEventListener("click", () => {
      if (sure) return void this.#tried(run);
      sure = true;
      button.textContent = this.t("vouchers.really");
    });
    return button;
  }

  /** @template T @param {() => Promise<T>} run @returns {Promise<T|undefined>} */
  async #tried(run) {
    this.refuse("");
    try {
      return await run();
    } catch (problem) {
      this.refuse(problemText(this.ctx.t, problem));
    }
  }
}

customElements.define("control-order-hooks-dialog", ControlOrderHooksDialog);
