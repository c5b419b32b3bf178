/** The bag that somebody carries: it is in a cookie that no script reads, so the server is asked. */

import { ROOT } from "../client/reconnect.js";

/** Sends "bag" whenever it was told anew; `told` is the server's answer. */
export class YourBag extends EventTarget {
  /** @type {any} null until the first answer */
  told = null;

  /** @param {string} shop handle @param {string} lang */
  constructor(shop, lang) {
    super();
    this.page = `${ROOT}/shop/${encodeURIComponent(shop)}/bag`;
    this.address = `${this.page}?lang=${encodeURIComponent(lang)}`;
  }

  /** @returns {Promise<any>} */
  read() {
    return this.#ask({});
  }

  /**
   * What a form would send.
   *
   * @param {Record<string, string|number>} fields
   * @returns {Promise<any>} the bag, or `{pay: {url}}`; `said` says why something was refused
   */
  send(fields) {
    const body = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
    return this.#ask({ method: "POST", body });
  }

  async #ask(how) {
    const answer = await fetch(this.address, { ...how, headers: { Accept: "application/json" }, cache: "no-store" });
    const told = await answer.json();
    if (told.lines) {
      this.told = told;
      this.dispatchEvent(new CustomEvent("bag"));
    } else if (!answer.ok) throw new Error(told.detail ?? `bag: ${answer.status}`);
    return told;
  }
}
