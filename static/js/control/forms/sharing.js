/** What is copied, revealed or scanned: secrets, links, codes. */

import { ROOT } from "../../client/reconnect.js";
import { el, setText } from "../../shared/dom.js";
import { ControlElement, icon, problemText } from "../element.js";

/**
 * Puts text on the clipboard, also on a plain-HTTP address of the local network, where browsers
 * keep the clipboard interface away.
 *
 * @param {string} text
 * @returns {Promise<boolean>} whether it is there
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = /** @type {HTMLElement|null} */ (document.activeElement);
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.className = "c-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  focused?.focus();
  return done;
}

/** @param {string} link @returns {boolean} whether it leads to this very computer, from any other to itself */
export function isLoopback(link) {
  const { hostname } = new URL(link);
  return hostname === "[::1]" || /^127\.|(^|\.)localhost$/.test(hostname);
}

/** Says that what a viewer scans leads nowhere, and what to do. @param {(key: string) => string} t */
export function unreachableStrip(t) {
  const what = el("a", { href: `${ROOT}/handbook/public-address`, target: "_blank", rel: "noopener", text: t("unreachable.what") });
  const words = el("span", el("b", { text: t("unreachable.heading") }), ` ${t("unreachable.line")} `, what);
  return el("p.c-unreachable", icon("warning"), words);
}

/**
 * Draws a link as a code, or says why there is none: from another device a loopback address leads to
 * that device.
 *
 * @param {ControlElement} element @param {string} link @param {string} label for screen readers
 * @returns {Promise<Element|null>}
 */
export async function linkCode(element, link, label) {
  if (isLoopback(link)) return el("p.c-hint", { text: element.t("secret.no_code", { host: new URL(link).hostname }) });
  try {
    return drawQr(await element.ask("qr", { text: link }), label);
  } catch (problem) {
    return el("p.c-wrong", { text: problemText(element.ctx.t, problem) });
  }
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Redraws a QR code from the server's SVG: only its size and its paths are taken over, so that
 * nothing else that may stand in the text reaches the page.
 *
 * @param {string} text an SVG document
 * @param {string} label for screen readers
 * @returns {SVGSVGElement|null} null when it holds no code
 */
export function drawQr(text, label) {
  const source = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const paths = [...source.querySelectorAll("path")].filter((path) => path.hasAttribute("d"));
  if (source.localName !== "svg" || paths.length === 0) return null;
  const width = source.getAttribute("width") ?? "33";
  const height = source.getAttribute("height") ?? width;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", source.getAttribute("viewBox") ?? `0 0 ${parseFloat(width)} ${parseFloat(height)}`);
  svg.setAttribute("class", "c-qr");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  for (const path of paths) svg.append(redrawn(path));
  return svg;
}

/** @param {Element} path */
function redrawn(path) {
  const copy = document.createElementNS(SVG, "path");
  for (const name of ["d", "transform", "stroke", "fill", "stroke-width"]) {
    const value = path.getAttribute(name);
    if (value !== null) copy.setAttribute(name, value);
  }
  return copy;
}

const SHOWN_MS = 30_000;

/**
 * Something that must not be seen on a stream: dots until somebody asks, and dots again after half a
 * minute. It lives in an input's value, so it is in no text and no attribute of the page. Copying
 * needs no revealing. `reveal` events (detail: shown) let others follow, a QR code for instance.
 */
class ControlSecret extends ControlElement {
  label = "";
  value = "";
  /** Nothing to hide: only a field with a copy button. */
  plain = false;

  build() {
    this.input = el("input.c-secret-value", {
      type: "password",
      readOnly: true,
      autocomplete: "off",
      spellcheck: false,
      "aria-label": this.label,
      on: { focus: () => this.input.select() },
    });
    this.input.value = this.value;
    this.eye = el("button.c-icon-button", { type: "button", on: { click: () => this.show(!this.shown) } }, icon("eye"));
    this.copy = el("button.c-button.c-small", {
      type: "button",
      text: this.t("secret.copy"),
      on: { click: () => this.#copy() },
    });
    this.append(this.input, this.eye, this.copy);
    this.eye.hidden = this.plain;
    this.show(this.plain);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  /** @param {boolean} shown */
  show(shown) {
    clearTimeout(this.timer);
    this.shown = shown;
    this.input.type = shown ? "text" : "password";
    this.eye.setAttribute("aria-pressed", String(shown));
    this.eye.setAttribute("aria-label", this.t(shown ? "secret.hide" : "secret.reveal"));
    this.eye.title = this.t(shown ? "secret.hide" : "secret.reveal");
    if (shown && !this.plain) this.timer = setTimeout(() => this.show(false), SHOWN_MS);
    this.dispatchEvent(new CustomEvent("reveal", { detail: shown }));
  }

  async #copy() {
    const done = await copyText(this.value);
    setText(this.copy, this.t(done ? "secret.copied" : "secret.copy"));
    if (!done) this.say(this.t("secret.copy_failed"), "refused");
    setTimeout(() => setText(this.copy, this.t("secret.copy")), 2_000);
  }
}

customElements.define("control-secret", ControlSecret);

/** The public page of the show: its address in full, a copy button and a code to scan. */
class ControlViewerLink extends ControlElement {
  build() {
    this.link = el("a.c-address", { target: "_blank", rel: "noopener" });
    this.copy = el("button.c-button.c-small", {
      type: "button",
      text: this.t("secret.copy"),
      on: { click: () => this.#copy() },
    });
    this.code = el("button.c-button.c-small", {
      type: "button",
      text: this.t("viewer.qr"),
      "aria-expanded": "false",
      on: { click: () => this.#toggle() },
    });
    this.box = el("div.c-qr-box");
    this.draft = el("p.c-hint", { text: this.t("viewer.draft"), hidden: true });
    this.preview = el("button.c-button.c-small", {
      type: "button",
      text: this.t("viewer.preview"),
      hidden: true,
      on: { click: () => this.#preview() },
    });
    this.append(this.draft, this.link, el("div.c-bar", this.copy, this.code, this.preview), this.box);
  }

  /** @param {any} model */
  update({ viewerUrl, state }) {
    this.draft.hidden = this.preview.hidden = state.show.started_at !== null || state.show.status === "ended";
    if (this.link.href === viewerUrl) return;
    this.link.href = viewerUrl;
    setText(this.link, viewerUrl.replace(/^https?:\/\//, ""));
    this.box.replaceChildren();
  }

  async #copy() {
    const done = await copyText(this.link.href);
    setText(this.copy, this.t(done ? "secret.copied" : "secret.copy"));
    setTimeout(() => setText(this.copy, this.t("secret.copy")), 2_000);
  }

  /** The link carries a key, so it is as secret as an overlay's. */
  async #preview() {
    const { ok, answer } = await this.act(this.preview, "newPreviewLink");
    if (ok) this.box.replaceChildren(this.make("control-secret", { label: this.t("viewer.preview"), value: answer }));
  }

  async #toggle() {
    const open = this.box.childElementCount > 0;
    this.code.setAttribute("aria-expanded", String(!open));
    this.box.replaceChildren();
    if (open) return;
    const code = await linkCode(this, this.link.href, this.t("viewer.qr_label"));
    if (code) this.box.replaceChildren(code);
  }
}

customElements.define("control-viewer-link", ControlViewerLink);
