import { Api, Problem } from "../../client/api.js";
import { el, setText } from "../../shared/dom.js";
import { ControlElement, problemText } from "../element.js";
import { field, fieldError } from "../forms/field.js";

const KEY = "vetrina.control.key";
const PREFIX = "vetrina.control.";
/** Kept beside a key that a login link made: it is this device's alone. */
const OWN = `${PREFIX}own`;

/**
 * Who may enter the panel. The key stays in this browser's storage and leaves it only as a header and
 * in the socket's hello: never in an address, a title, a text or the console.
 */
export class Door {
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
   * @returns {Promise<any[]|null>} the shows, or null when somebody has to log in
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

  /** @param {string} code @returns {Promise<any[]>} */
  async exchange(code) {
    const { key } = await new Api({}).post("/login", { code });
    this.#keep(key);
    localStorage.setItem(OWN, "yes");
    return this.shows();
  }

  /** @returns {Promise<any[]>} */
  async shows() {
    return (await this.api.get("/shows")).shows;
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
    const answer = await fetch(`/api/v1${path}`, init).catch(() => null);
    if (!answer) throw new Problem({});
    if (!answer.ok) throw new Problem({ status: answer.status, code: "no_qr" });
    return answer.text();
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

/** The door: a control key, or a one-time login link pasted whole. */
class ControlLogin extends ControlElement {
  /** What went wrong on the way here, a used link for instance. */
  message = "";

  build() {
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
      "form.c-door",
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
