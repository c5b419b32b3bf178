import { el, setText } from "../../shared/dom.js";
import { icon, problemText } from "../element.js";
import { ControlDialog } from "../forms/form.js";

const NEW = "+";

/**
 * What a shop sold that no product is known for, each with the product that it is to mean; and what
 * was matched before, to take it back. Properties: `shop` (the connection's id) and its `name`.
 */
class ControlMatchDialog extends ControlDialog {
  stays = true;
  shop = "";
  name = "";
  /** @type {Map<string, string>} reference → our SKU, as chosen and not yet saved */
  #chosen = new Map();
  /** @type {Map<string, string>} reference → what the shop calls it */
  #titles = new Map();

  build() {
    this.heading = this.t("match.heading", { name: this.name });
    this.submitText = this.t("match.save");
    super.build();
    this.#count();
  }

  listen() {
    super.listen();
    this.#load();
  }

  fields() {
    this.about = el("p.c-hint", { text: this.t("match.about") });
    this.search = el("input", {
      type: "search",
      maxLength: 200,
      placeholder: this.t("add.search"),
      "aria-label": this.t("add.search"),
      on: { change: () => this.#find(), keydown: (event) => this.#entered(event) },
    });
    this.searchBox = el("div.c-bar", { hidden: true }, this.search);
    this.note = el("p.c-empty", { role: "status", text: this.t("match.loading") });
    this.open = el("ul.c-matches");
    this.known = el("ul.c-matches");
    this.knownBox = el("section", { hidden: true }, el("h3", { text: this.t("match.known") }), this.known);
    return [this.about, this.searchBox, this.note, this.open, this.knownBox];
  }

  async submit() {
    await this.ask("saveMatches", { id: this.shop, matches: Object.fromEntries(this.#chosen) });
    const n = this.#chosen.size;
    this.#chosen.clear();
    await this.#load();
    this.say(this.t("match.saved", { n }));
    return null; // there may be more to match, or to take back
  }

  async #load() {
    try {
      const { unmatched, matches, products, more, sold } = await this.ask("matching", { id: this.shop });
      this.products = products;
      this.searchBox.hidden = !more || unmatched.length === 0;
      for (const { ref, title } of unmatched) this.#titles.set(ref, title ?? ref);
      this.open.replaceChildren(...unmatched.map((line) => this.#line(line, sold)));
      const pairs = Object.entries(matches);
      this.known.replaceChildren(...pairs.map(([ref, sku]) => this.#pair(ref, sku)));
      this.knownBox.hidden = pairs.length === 0;
      this.note.hidden = unmatched.length > 0;
      this.about.hidden = unmatched.length === 0;
      setText(this.note, this.t("match.none"));
    } catch (problem) {
      this.note.hidden = false;
      setText(this.note, problemText(this.ctx.t, problem));
    }
    this.#count();
  }

  /** Enter searches, and saves nothing. @param {KeyboardEvent} event */
  #entered(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    void this.#find();
  }

  /** A catalogue of more than one page: what is found is chosen from, beside what is chosen already. */
  async #find() {
    const { ok, answer } = await this.act(this.search, "catalogue", { text: this.search.value.trim() });
    if (!ok) return;
    const chosen = new Set(this.#chosen.values());
    const kept = this.products.filter(({ sku }) => chosen.has(sku));
    this.products = [...kept, ...answer.products.filter(({ sku }) => !chosen.has(sku))];
    for (const select of this.open.querySelectorAll("select")) this.#fill(select, select.value);
  }

  #line({ ref, title, sku, similar }, sold) {
    const name = title ?? ref;
    const pieces = sold.get(sku ?? ref.slice(0, 64)) ?? 0;
    const alike = similar && this.t("match.similar", { sku: similar });
    const facts = [ref, sku && `SKU ${sku}`, alike, pieces && this.t("match.sold", { n: pieces })];
    const words = el("span.c-pick-words", el("b", { text: name }), el("small.c-soft", { text: facts.filter(Boolean).join(" · ") }));
    const select = el("select", { "aria-label": this.t("match.product", { title: name }) });
    select.addEventListener("change", () => this.#choose(select, ref, { title: name, sku: sku ?? "" }));
    this.#fill(select, this.#chosen.get(ref) ?? "");
    return el("li", { data: { ref } }, words, select);
  }

  #fill(select, value) {
    const option = ([key, text]) => el("option", { value: key, text });
    const known = this.products.map(({ sku, title }) => [sku, `${title} · ${sku}`]);
    const all = [["", this.t("match.choose")], ...known, [NEW, this.t("match.new")]];
    select.replaceChildren(...all.map(option));
    select.value = value;
  }

  async #choose(select, ref, draft) {
    if (select.value === NEW) select.value = await this.#makeProduct(select, draft);
    if (select.value) this.#chosen.set(ref, select.value);
    else this.#chosen.delete(ref);
    this.#count();
    select.focus();
  }

  /** @returns {Promise<string>} the new product's SKU, empty when nobody made it */
  async #makeProduct(select, draft) {
    select.value = "";
    const made = await this.ask("newProduct", { draft });
    if (!made) return "";
    this.products = [...this.products.filter(({ sku }) => sku !== made.sku), made];
    for (const other of this.open.querySelectorAll("select")) this.#fill(other, other.value);
    return made.sku;
  }

  #pair(ref, sku) {
    const product = this.products.find((entry) => entry.sku === sku);
    const title = this.#titles.get(ref) ?? ref;
    const undo = el("button.c-button.c-small", { type: "button", text: this.t("toast.undo"), "aria-label": this.t("match.undo", { title }) });
    undo.addEventListener("click", () => this.#takeBack(undo, ref));
    const words = el("span.c-pick-words", el("b", { text: title }), el("small.c-soft", { text: `${product?.title ?? sku} · ${sku}` }));
    return el("li", { data: { ref } }, icon("check"), words, undo);
  }

  async #takeBack(button, ref) {
    const { ok } = await this.act(button, "saveMatches", { id: this.shop, matches: { [ref]: null } });
    if (ok) await this.#load();
  }

  #count() {
    const n = this.#chosen.size;
    this.go.disabled = n === 0;
    setText(this.go, n === 0 ? this.t("match.save") : this.t("match.submit", { n }));
  }
}

customElements.define("control-match-dialog", ControlMatchDialog);
