/** Keys: the one that this device enters with, the way in, and the list of all. */

import { ROOT } from "../../client/reconnect.js";
import { Api, Problem } from "../../client/api.js";
import { el, setText } from "../../shared/dom.js";
import { ControlElement, arrange, problemText } from "../element.js";
import { field, fieldError } from "../forms/form.js";

const KEY = "vetrina.control.key";
const PREFIX = "vetrina.control.";
/** Kept beside a key that a login link made: it is this device's alone. */
const OWN = `${PREFIX}own`;

/**
 * Who may enter the panel. The key stays in this browser's storage and leaves it only as a header and
 * in the socket's hello: never in an address, a title, a text or the console.
 */
export class DeviceKey {
  /** @type {string|null} */
  key = localStorage.getItem(KEY);
  api = new Api({ key: this.key });

  /**
   * Takes the one-time code out of the address before anything else can read it there.
   *
   * @returns {string|null}
   */
  static takeCode() {
    const code = new URLSearchParams(location.hash.slice(1)).get("code");
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    return code;
  }

  /**
   * Enters with the key at hand, else with the code. OBS opens a dock with the same address at every
   * start, so a used code is no error while there is a key that works.
   *
   * @param {string|null} code
   * @returns {Promise<{shows: any[], next?: string}|null>} the newest shows, or null when somebody has to log in
   */
  async enter(code) {
    if (this.key) {
      try {
        return await this.shows();
      } catch (problem) {
        if (!isRefused(problem)) throw problem;
        this.#keep(null);
      }
    }
    return code ? this.exchange(code) : null;
  }

  /** @param {string} text a key, a one-time link or its code */
  async login(text) {
    const code = text.match(/#code=([^&\s]+)/)?.[1];
    if (code) return this.exchange(decodeURIComponent(code));
    const before = this.key;
    this.#use(text);
    try {
      const shows = await this.shows();
      this.#keep(text);
      return shows;
    } catch (problem) {
      this.#use(before);
      throw problem;
    }
  }

  /** @param {string} code @returns {Promise<{shows: any[], next?: string}>} */
  async exchange(code) {
    const { key } = await new Api({}).post("/login", { code });
    this.#keep(key);
    localStorage.setItem(OWN, "yes");
    return this.shows();
  }

  /** @param {string} [after] the `next` of the page before @returns {Promise<{shows: any[], next?: string}>} */
  async shows(after) {
    return this.api.get(`/shows?limit=100${after ? `&after=${after}` : ""}`);
  }

  /**
   * Leaves for good. The key of a login link is nobody else's, so it is revoked; one that was pasted
   * may be a script's too and stays good.
   *
   * @returns {Promise<boolean>} whether the server knows; this browser forgets the key in any case
   */
  async logout() {
    const own = localStorage.getItem(OWN) !== null;
    const { api } = this;
    this.leave();
    try {
      if (own) await api.delete("/keys/current");
      return true;
    } catch (problem) {
      return isRefused(problem);
    }
  }

  /** Forgets the key and everything else that the panel kept in this browser. */
  leave() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    for (const name of names) localStorage.removeItem(name);
    this.#use(null);
  }

  /**
   * An SVG is no JSON, so this one call goes past the Api.
   *
   * @param {string} path @param {any} body @returns {Promise<string>}
   */
  async picture(path, body) {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${this.key}` };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(`${ROOT}/api/v1${path}`, init).catch(() => null);
    if (!answer) throw new Problem({});
    if (!answer.ok) throw new Problem({ status: answer.status, code: "no_qr" });
    return answer.text();
  }

  /** A file that the server makes: a link cannot carry the key. @param {string} path @returns {Promise<Blob>} */
  async file(path) {
    const answer = await fetch(`${ROOT}/api/v1${path}`, { headers: { Authorization: `Bearer ${this.key}` } }).catch(() => null);
    if (!answer) throw new Problem({});
    if (!answer.ok) throw new Problem({ ...(await answer.json().catch(() => ({}))), status: answer.status });
    return answer.blob();
  }

  #use(key) {
    this.key = key;
    this.api = new Api({ key });
  }

  #keep(key) {
    localStorage.removeItem(OWN);
    if (key) localStorage.setItem(KEY, key);
    else localStorage.removeItem(KEY);
    this.#use(key);
  }
}

/** @param {any} problem */
export function isRefused({ status }) {
  return status === 401 || status === 403;
}

/** The way in: a control key, or a one-time login link pasted whole. */
class ControlLogin extends ControlElement {
  /** What went wrong on the way here, a used link for instance. */
  message = "";

  build() {
    this.setAttribute("role", "main");
    this.key = el("input", {
      type: "password",
      autocomplete: "current-password",
      spellcheck: false,
      placeholder: "ctl_…",
      autofocus: true,
    });
    this.go = el("button.c-button.c-primary", { type: "submit", text: this.t("login.submit") });
    this.note = el("p.c-problem", { role: "alert", text: this.message, hidden: !this.message });
    const form = el(
      "form.c-login",
      { noValidate: true, on: { submit: (event) => this.#submit(event) } },
      el("b.c-mark", { text: "Vetrina" }),
      el("h1", { text: this.t("login.heading") }),
      this.note,
      field({ name: "key", label: this.t("login.key"), control: this.key, hint: this.t("login.hint") }),
      this.go,
    );
    this.append(form);
  }

  listen() {
    this.key.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.key.value.trim();
    fieldError(this, "key", text ? "" : this.t("login.key_needed"));
    if (!text || this.go.getAttribute("aria-busy") === "true") return;
    this.go.setAttribute("aria-busy", "true");
    try {
      await this.ask("login", { text });
    } catch (problem) {
      const unknown = problem.status === 401 || problem.status === 403;
      const words = unknown ? this.t("login.refused") : problemText(this.ctx.t, problem);
      fieldError(this, "key", words);
      this.key.select();
    } finally {
      this.go.removeAttribute("aria-busy");
      setText(this.note, "");
      this.note.hidden = true;
    }
  }
}

customElements.define("control-login", ControlLogin);

/**
 * The devices that are logged in, then the show's other keys: by name, never the keys themselves. One
 * click revokes, after a question; this very device is logged out instead.
 */
class ControlKeys extends ControlElement {
  build() {
    this.empty = el("p.c-soft", { text: this.t("keys.none") });
    this.devices = this.#group("keys.devices");
    this.others = this.#group("keys.others");
    const hooks = el("button.c-button.c-small", {
      type: "button",
      text: this.t("keys.hook"),
      on: { click: () => this.act(hooks, "openHooks") },
    });
    this.append(this.empty, this.devices, this.others, el("div.c-bar", hooks));
  }

  /** @param {any} model */
  update({ keys }) {
    const open = (keys ?? []).filter(({ revoked_at: revoked }) => revoked === null);
    this.empty.hidden = open.length > 0;
    setText(this.empty, this.t(keys === null ? "keys.loading" : "keys.none"));
    this.keys = new Map((keys ?? []).map((key) => [key.id, key]));
    this.#show(this.devices, open.filter(({ role }) => role === "control"));
    this.#show(this.others, open.filter(({ role }) => role !== "control"));
  }

  #group(name) {
    return el("div.c-keys-group", { hidden: true }, el("p.c-soft.c-keys-name", { text: this.t(name) }), el("ul.c-keys"));
  }

  #show(group, keys) {
    group.hidden = keys.length === 0;
    const list = group.querySelector("ul");
    const shown = keys.map(({ id, last_used_at: used }) => `${id} ${used} ${this.#made(id).length}`).join();
    if (list.dataset.shown === shown) return;
    list.dataset.shown = shown;
    arrange(list, keys.map((key) => this.#line(key)));
  }

  #line(key) {
    const name = this.#name(key);
    const words = el("span", el("b", { text: name }), el("small.c-soft", { text: this.#about(key) }));
    return el("li", { title: key.id }, words, key.current ? this.#leave() : this.#revoke(key, name));
  }

  #revoke({ id, role }, name) {
    const revoke = el("button.c-link", {
      type: "button",
      text: this.t("keys.revoke"),
      "aria-label": this.t("keys.revoke_label", { name }),
      on: { click: () => this.act(revoke, "revokeKey", { id, role, name, made: this.#made(id) }) },
    });
    return revoke;
  }

  #name({ label, role }) {
    return label || this.t(`keys.role.${role}`);
  }

  /** The names of the keys in use that a key made, that these made, and so on. */
  #made(id) {
    const direct = [...this.keys.values()].filter(({ made_by: maker }) => maker === id);
    return direct.flatMap((key) => [
      ...(key.revoked_at === null ? [key.current ? this.t("keys.this_device") : this.#name(key)] : []),
      ...this.#made(key.id),
    ]);
  }

  #leave() {
    const leave = el("button.c-link", {
      type: "button",
      text: this.t("menu.logout"),
      on: { click: () => this.act(leave, "logout") },
    });
    return leave;
  }

  #about({ role, show, current, created_at: made, made_by: maker, last_used_at: used }) {
    const parts = [this.t("keys.made", { day: this.ctx.day(made) })];
    if (current) parts.unshift(this.t("keys.this_device"));
    else if (used !== null) parts.push(this.t("keys.used", { day: this.ctx.day(used) }));
    if (this.keys.has(maker)) parts.push(this.t("keys.made_by", { name: this.#name(this.keys.get(maker)) }));
    if (role === "control" && show !== null) parts.push(this.t("keys.one_show"));
    return parts.join(" · ");
  }
}

customElements.define("control-keys", ControlKeys);
