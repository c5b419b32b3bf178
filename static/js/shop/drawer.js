/** The bag in a drawer: the same lines, sums and button as on its page. */

import { drawing, el, setPicture } from "../shared/dom.js";
import { fetchWords, translator } from "../shared/i18n.js";
import "../shared/timers.js";
import { YourBag } from "./your-bag.js";

export const WORDS = {
  de: () => import("../i18n/bag/de.js"),
  en: () => import("../i18n/bag/en.js"),
  es: () => import("../i18n/bag/es.js"),
  fr: () => import("../i18n/bag/fr.js"),
  it: () => import("../i18n/bag/it.js"),
};
const CROSS = "m6 6 12 12M18 6 6 18";
const CLOCK = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3 2";

/**
 * @param {{shop: string, lang: string}} where
 * @param {(told: {count: number, name: string}) => void} counted
 */
export async function openedDrawer({ shop, lang }, counted) {
  const t = translator(await fetchWords(WORDS, lang), lang);
  return new Drawer(new YourBag(shop, lang), t, counted);
}

export class Drawer {
  #busy = false;
  #said = "";

  /** @param {YourBag} bag @param {(key: string, values?: any) => string} t @param {Function} counted */
  constructor(bag, t, counted) {
    Object.assign(this, { bag, t, counted });
    this.dialog = el("dialog.your-bag.bag-drawer", { "aria-label": t("bag") });
    this.status = el("p.vh", { role: "status" });
    this.place = el("div.bag-drawer-inner");
    this.dialog.append(this.status, this.place);
    document.body.append(this.dialog);
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    bag.addEventListener("bag", () => this.#told());
  }

  /** @param {HTMLElement} opener gets the focus back */
  async open(opener) {
    this.#said = "";
    await this.bag.read();
    this.#show(opener);
  }

  /**
   * Something is put in, or bought at once.
   *
   * @param {Record<string, any>} fields of the form @param {HTMLElement|null} opener
   */
  async take(fields, opener) {
    const told = await this.bag.send(fields);
    if (told.pay) return location.assign(told.pay.url);
    this.#said = told.said ?? "";
    this.#told();
    const line = told.lines.find((one) => one.sku === fields.sku);
    if (line && !this.#said) this.status.textContent = this.t("added", { title: line.title });
    this.#show(opener);
    return undefined;
  }

  #show(opener) {
    if (this.dialog.open) return;
    this.dialog.showModal();
    if (opener) this.dialog.addEventListener("close", () => opener.focus(), { once: true });
  }

  #told() {
    const { told } = this.bag;
    this.counted({ count: told.count, name: this.t("open_bag", { n: told.count }) });
    const focused = this.place.contains(document.activeElement) ? document.activeElement?.getAttribute("data-act") : null;
    this.place.replaceChildren(this.#head(), ...(told.lines.length ? this.#full(told) : this.#empty()));
    const again = focused && this.place.querySelector(`[data-act="${CSS.escape(focused)}"]`);
    (again || (focused && this.place.querySelector(".bag-close")))?.focus();
  }

  #head() {
    const close = el("button.bag-close", { type: "button", "aria-label": this.t("close"), on: { click: () => this.dialog.close() } });
    close.append(drawing(CROSS));
    return el("div.bag-drawer-head", el("h1", { text: this.t("bag") }), close);
  }

  #empty() {
    const { t } = this;
    return [el("p.bag-nothing", { text: t("empty") }), el("p.note", { text: t("empty_more") })];
  }

  #full(told) {
    const said = this.#said && el("p.bag-said", { role: "alert", text: this.#said });
    const paying = told.paying && el("p", el("a.second.bag-link", { href: told.paying, text: this.t("go_on_paying") }));
    const lines = el("ul.bag-lines", ...told.lines.map((line) => this.#line(line)));
    return [said, paying, lines, this.#end(told)].filter(Boolean);
  }

  #line(line) {
    const { t } = this;
    const picture = el("a.bag-picture", { href: line.href, "aria-label": line.title });
    if (line.image) picture.append(this.#picture(line.image));
    const title = el("h2.bag-title", el("bdi", { text: line.title }), line.choice ? ` · ${line.choice}` : "");
    const words = el("div.bag-words", title);
    const add = (spec, text) => text && words.append(el(spec, { text }));
    add("p.deal-line", line.deal && t("flash_deal"));
    add("p.bag-changed", line.changed);
    add("p.bag-trouble", line.trouble);
    add("p.note", line.few);
    add("p.note.v-num", line.unit_price);
    const cost = el("p.bag-cost.v-num", el("b", { text: line.goods }), line.each ? el("span.note", { text: line.each }) : null);
    return el("li.bag-line", { "data-trouble": line.trouble ? "" : null }, picture, words, cost, this.#acts(line));
  }

  #picture(address) {
    const image = el("img", { alt: "", width: 160, height: 160 });
    setPicture(image, address, "72px");
    return image;
  }

  #acts({ sku, title, quantity, price, most }) {
    const { t } = this;
    const set = (pieces) => this.#send({ do: "set", sku, quantity: pieces, price: price ?? "" });
    const full = price === null || (most !== null && quantity >= most);
    const button = (text, name, act, run, disabled = false) =>
      el("button", { type: "button", text, "aria-label": name, "data-act": `${act} ${sku}`, disabled, on: { click: run } });
    const stepper = el("span.stepper",
      button("−", t("fewer", { title }), "fewer", () => set(quantity - 1)),
      el("span.v-num", { text: String(quantity), role: "img", "aria-label": `${t("quantity_of", { title })}: ${quantity}` }),
      button("+", t("more", { title }), "more", () => set(quantity + 1), full),
    );
    const remove = button(t("remove"), t("remove_it", { title }), "remove", () => this.#send({ do: "remove", sku }, t("removed", { title })));
    remove.classList.add("bag-quiet");
    return el("div.bag-acts", stepper, remove);
  }

  #end(told) {
    const { t } = this;
    const end = el("div.bag-end", this.#voucher(told));
    if (told.voucher_trouble) end.append(el("p.bag-trouble", { text: told.voucher_trouble }));
    if (told.markets.length > 1) end.append(this.#markets(told));
    if (told.no_delivery) end.append(el("p.bag-trouble", { text: told.no_delivery }));
    if (told.total) {
      const row = (part, name, value) => el("div", { data: { part } }, el("dt", { text: name }), el("dd.v-num", { text: value }));
      const rows = told.sums.map(({ part, name, value }) => row(part, name, value));
      end.append(el("dl.sums", ...rows, row("total", told.total_name, told.total_text)));
    }
    if (told.tax_text) end.append(el("p.note.v-num", { text: told.tax_text }));
    end.append(this.#order(told), el("p.note.bag-paid", { text: told.paid }));
    const terms = el("a.bag-quiet", { href: this.bag.page, text: t("to_checkout") });
    end.append(terms);
    return end;
  }

  #voucher({ voucher }) {
    const { t } = this;
    const code = el("input", {
      name: "code", value: voucher, placeholder: t("voucher_code"), maxLength: 32, autocomplete: "off", spellcheck: false, "aria-label": t("voucher_code"), "data-act": "code",
    });
    const use = el("button.second", { text: t("use"), "data-act": "use" });
    return this.#form(el("label.bag-code", code), use, () => this.#change({ do: "voucher", code: code.value }));
  }

  #markets({ markets, market }) {
    const { t } = this;
    const select = el("select", { name: "market", "data-act": "market", on: { change: () => this.#send({ do: "market", market: select.value }) } });
    for (const { code, name } of markets) select.append(el("option", { value: code, text: name, selected: code === market }));
    return el("label.bag-code", el("span", { text: t("deliver_to") }), select);
  }

  #order(told) {
    const { t } = this;
    const adult = told.min_age && el("input", { type: "checkbox", required: true });
    const age = adult && el("label.bag-age", adult, ` ${t("min_age", { n: told.min_age })}`);
    const kept = told.kept && el("p.kept", drawing(CLOCK), told.kept);
    const button = el("button.bag-buy", { disabled: !told.ready, text: t("order", { price: told.total_text }), "data-act": "order" });
    return this.#form(age, kept, button, () => this.take({ do: "order", total: told.total, ...(adult && { adult: "yes" }) }, null));
  }

  /** @param {...any} parts nodes, and last what is done */
  #form(...parts) {
    const run = parts.pop();
    const form = el("form", ...parts.filter(Boolean));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#once(run);
    });
    return form;
  }

  /** @param {Record<string, any>} fields @param {string} [saying] */
  #send(fields, saying = "") {
    return this.#once(() => this.#change(fields, saying));
  }

  async #change(fields, saying = "") {
    const told = await this.bag.send(fields);
    this.#said = told.said;
    if (told.said) this.#told();
    this.status.textContent = saying;
  }

  /** One thing after the other: what is pressed twice is done once. */
  async #once(run) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await run();
    } catch {
      this.#said = this.t("no_answer");
      if (this.bag.told) this.#told();
    } finally {
      this.#busy = false;
    }
  }
}
