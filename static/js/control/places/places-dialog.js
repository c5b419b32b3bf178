import { el } from "../../shared/dom.js";
import { fieldErrors, problemText } from "../element.js";
import { ControlDialog, clearErrors, field, fieldError } from "../forms/form.js";

const MOVES = 10;

/** Where goods are sent from, where the pieces of a product are, and what is moved between. */
class ControlPlacesDialog extends ControlDialog {
  readOnly = true;
  /** @type {any[]} */
  #places = [];
  /** The place that is being changed. @type {any} */
  #changed = null;
  key = crypto.randomUUID();

  build() {
    this.heading = this.t("places.heading");
    super.build();
  }

  /** @param {AbortSignal} _signal */
  listen(_signal) {
    super.listen();
    void this.#doing(null, () => this.#load());
  }

  fields() {
    this.list = el("ul.c-places");
    this.none = el("p.c-soft", { text: this.t("places.none") });
    this.stock = el("div.c-fields", { hidden: true }, ...this.#stockFields());
    return [this.none, this.list, this.#placeFields(), this.stock];
  }

  #placeFields() {
    this.name = el("input", { type: "text", maxLength: 80, autocomplete: "off" });
    this.code = el("input", { type: "text", maxLength: 32, autocomplete: "off", spellcheck: false });
    this.priority = el("input", { type: "number", min: "0", max: "1000", value: "0" });
    const row = el(
      "div.c-field-row",
      field({ name: "name", label: this.t("places.name"), control: this.name }),
      field({ name: "code", label: this.t("places.code"), control: this.code, hint: this.t("places.code_hint") }),
      field({ name: "priority", label: this.t("places.priority"), control: this.priority, hint: this.t("places.priority_hint") }),
    );
    const save = this.#button("places.save", () => this.#savePlace());
    this.fold = el("details.c-more", el("summary", { text: this.t("places.add") }), el("div.c-fields", row, save));
    return this.fold;
  }

  #stockFields() {
    this.sku = el("input", { type: "text", maxLength: 64, autocomplete: "off", spellcheck: false });
    this.pieces = el("input", { type: "number", min: "1", value: "1" });
    this.reason = el("input", { type: "text", maxLength: 200, autocomplete: "off" });
    this.from = el("select");
    this.to = el("select");
    this.where = el("ul.c-places", { role: "status" });
    this.moves = el("ul.c-places");
    const look = this.#button("places.look", () => this.#look());
    const move = this.#button("places.move", () => this.#move());
    const moved = el("details.c-more", { on: { toggle: () => moved.open && this.#doing(null, () => this.#showMoves()) } }, el("summary", { text: this.t("places.moves") }), this.moves);
    return [
      el("h3", { text: this.t("places.stock") }),
      el("div.c-field-row", field({ name: "sku", label: this.t("places.sku"), control: this.sku }), look),
      this.where,
      el("div.c-field-row", field({ name: "from_place", label: this.t("places.from"), control: this.from }), field({ name: "to_place", label: this.t("places.to"), control: this.to })),
      el("div.c-field-row", field({ name: "pieces", label: this.t("places.pieces"), control: this.pieces }), field({ name: "reason", label: this.t("places.reason"), control: this.reason })),
      move,
      moved,
    ];
  }

  #button(key, run) {
    const button = el("button.c-button.c-places-button", { type: "button", text: this.t(key), on: { click: () => this.#doing(button, run) } });
    return button;
  }

  /** Does it once at a time, and says beside its field what is wrong. @param {HTMLElement|null} button @param {() => Promise<any>} run */
  async #doing(button, run) {
    if (button?.getAttribute("aria-busy") === "true") return;
    button?.setAttribute("aria-busy", "true");
    clearErrors(this.form);
    this.refuse("");
    try {
      await run();
    } catch (problem) {
      const known = [...fieldErrors(problem)].filter(([name, message]) => fieldError(this.form, name, message));
      if (known.length === 0) this.refuse(problemText(this.ctx.t, problem));
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  async #load() {
    this.#places = (await this.ask("places")).places;
    this.none.hidden = this.#places.length > 0;
    this.stock.hidden = this.#places.length === 0;
    this.fold.open = this.#places.length === 0;
    this.list.replaceChildren(...this.#places.map((place) => this.#place(place)));
    const options = (key) => [["", this.t(key)], ...this.#places.map(({ code, name }) => [code, name])].map(([value, text]) => el("option", { value, text }));
    this.from.replaceChildren(...options("places.came"));
    this.to.replaceChildren(...options("places.gone"));
    this.#begin(null);
  }

  #place(place) {
    const { name, code, priority, main } = place;
    const about = [code, this.t("places.order", { n: priority }), main && this.t("places.main")].filter(Boolean).join(" · ");
    const edit = el("button.c-button.c-small", { type: "button", text: this.t("places.change"), "aria-label": this.t("places.change_one", { name }), on: { click: () => this.#begin(place) } });
    const remove = this.#button("places.remove", () => this.#remove(place));
    remove.classList.add("c-small");
    remove.setAttribute("aria-label", this.t("places.remove_one", { name }));
    return el("li", el("span.c-row-words", el("b", { text: name }), el("small.c-soft", { text: about })), edit, remove);
  }

  /** @param {any} place to be changed, null for a new one */
  #begin(place) {
    this.#changed = place;
    this.name.value = place?.name ?? "";
    this.code.value = place?.code ?? "";
    this.code.readOnly = place !== null;
    this.priority.value = String(place?.priority ?? this.#places.length);
    if (place === null) return;
    this.fold.open = true;
    this.name.focus();
  }

  async #savePlace() {
    const body = { name: this.name.value.trim(), priority: Number(this.priority.value) };
    if (this.#changed) await this.ask("changePlace", { code: this.#changed.code, body });
    else await this.ask("addPlace", { body: { ...body, code: this.code.value.trim() } });
    await this.#load();
  }

  async #remove({ code }) {
    await this.ask("removePlace", { code });
    await this.#load();
  }

  async #look() {
    const { skus } = await this.ask("placedStock", { sku: this.sku.value.trim() });
    this.where.replaceChildren(...skus.map((one) => this.#sku(one)));
  }

  #sku({ sku, choice, stock, places }) {
    const name = (code) => this.#places.find((place) => place.code === code)?.name ?? code;
    const count = (n) => (n === null ? this.t("places.uncounted") : this.ctx.number(n));
    const lines = places.map(({ place, pieces }) => `${name(place)}: ${count(pieces)}`).join(" · ");
    return el("li", el("span.c-row-words", el("b", { text: choice || sku }), el("small.c-soft", { text: lines })), el("b.v-num", { text: count(stock) }));
  }

  async #move() {
    const body = {
      sku: this.sku.value.trim(),
      from_place: this.from.value || null,
      to_place: this.to.value || null,
      pieces: Number(this.pieces.value),
      reason: this.reason.value.trim(),
    };
    const now = await this.ask("moveStock", { body, key: this.key });
    this.key = crypto.randomUUID();
    this.where.replaceChildren(this.#sku(now));
    this.say(this.t("places.moved"));
  }

  async #showMoves() {
    const { moves } = await this.ask("stockMoves", { limit: MOVES });
    const name = (code, other) => this.#places.find((place) => place.code === code)?.name ?? code ?? this.t(other);
    this.moves.replaceChildren(
      ...moves.map(({ at, sku, pieces, from_place: from, to_place: to, reason, by }) => {
        const what = `${sku} × ${this.ctx.number(pieces)}: ${name(from, "places.came")} → ${name(to, "places.gone")}`;
        return el("li", el("span.c-row-words", el("span", { text: what }), el("small.c-soft", { text: [this.ctx.dayTime(at), reason, by].filter(Boolean).join(" · ") })));
      }),
    );
  }
}

customElements.define("control-places-dialog", ControlPlacesDialog);
