/** Overlays: what each is doing, the strips that warn of one, and its link. */

import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, ago, arrange, icon } from "../element.js";
import { copyText, linkCode } from "../forms/sharing.js";

const SILENT_MS = 70_000;

/**
 * What one overlay instance is doing, in one word of the catalogue (`overlay.<state>`).
 *
 * @param {{connected: boolean, lost: boolean, visible: boolean|null, active: boolean|null, heartbeat_age_ms: number}} overlay
 * @returns {"lost"|"gone"|"silent"|"on_air"|"hidden"|"waiting"|"connected"}
 */
export function overlayState({ connected, lost, visible, active, heartbeat_age_ms: age }) {
  if (!connected) return lost ? "lost" : "gone";
  if (age > SILENT_MS) return "silent";
  if (active) return "on_air";
  if (visible === false) return "hidden";
  return active === false ? "waiting" : "connected";
}

/** @param {any[]} overlays @returns {any[]} those that the audience would miss */
function alarms(overlays) {
  return overlays.filter((overlay) => overlayState(overlay) === "lost");
}

/**
 * What nobody may miss, over the whole width: the screen is cleared, the panel itself lost the
 * server, an overlay on air is not connected, the servers lost one another. Empty while all is well.
 */
class ControlStrips extends ControlElement {
  build() {
    this.panic = this.#strip("panic", "strip.panic", "header.calm", (button) =>
      this.act(button, "calm"),
    );
    this.offline = this.#strip("offline", "strip.offline", "strip.try_now", () => this.ask("wake"));
    this.overlay = this.#strip("overlay", "strip.overlay", "strip.take_note", (button) =>
      this.act(button, "takeNote", { ids: this.lost.map(({ id }) => id) }),
    );
    this.fresh = this.#strip("update", "strip.update", "strip.reload", () => this.ask("reload"));
    this.apart = this.#strip("apart", "strip.apart");
    this.append(this.panic, this.offline, this.overlay, this.apart, this.fresh);
  }

  /** @param {any} model */
  update({ state, status, overlays, updated, apart }) {
    this.panic.hidden = !state?.panic;
    this.apart.hidden = !apart;
    this.status = status;
    this.fresh.hidden = !updated;
    this.tick();
    const lost = alarms(overlays ?? []);
    const running = ["rehearsal", "live", "paused"].includes(state?.show.status);
    this.lost = lost;
    this.overlay.hidden = lost.length === 0 || !running;
    const labels = lost.map(({ label }) => label || this.t("overlays.unnamed")).join(", ");
    if (lost.length) setText(this.overlay.words, this.t("strip.overlay", { n: lost.length, labels }));
  }

  tick() {
    const { status, retryAt, since } = this.status ?? {};
    const away = status !== undefined && status !== "live";
    const long = away && Date.now() - since > 1500;
    this.offline.hidden = !long;
    if (long) setText(this.offline.words, this.#offlineText(status, retryAt));
  }

  #offlineText(status, retryAt) {
    if (status === "stopped") return this.t("strip.stopped");
    const wait = retryAt === null ? 0 : Math.ceil((retryAt - Date.now()) / 1000);
    return wait > 0 ? this.t("strip.offline_retry", { n: wait }) : this.t("strip.offline");
  }

  #strip(kind, key, action, run) {
    const words = el("span.c-strip-words", { text: this.t(key, { n: 1, labels: "" }) });
    const strip = el("div.c-strip", { role: "alert", hidden: true, data: { kind } }, icon("warning"), words);
    strip.words = words;
    if (!action) return strip;
    const click = () => run(button);
    const button = el("button.c-button", { type: "button", text: this.t(action), on: { click } });
    strip.append(button);
    return strip;
  }
}

customElements.define("control-strips", ControlStrips);

const SHAPES = [
  { key: "wide", ratio: "16:9", width: 1920, height: 1080, label: "main" },
  { key: "tall", ratio: "9:16", width: 1080, height: 1920, label: "vertical" },
];

/**
 * The overlay's address for OBS: dragged in, copied, or scanned with a second computer. The key in
 * it is known only to the browser that made it; another one makes a new link.
 */
class ControlOverlayLink extends ControlElement {
  build() {
    this.make_ = el("button.c-button", {
      type: "button",
      text: this.t("overlays.new_link"),
      on: { click: () => this.act(this.make_, "newOverlayLink") },
    });
    this.note = el("p.c-hint", { text: this.t("overlays.link_hint") });
    this.box = el("div.c-link-box", { hidden: true });
    this.append(this.box, this.note, this.make_);
  }

  /** @param {any} model */
  update({ overlayLink, state }) {
    this.make_.hidden = Boolean(overlayLink);
    this.note.hidden = Boolean(overlayLink);
    this.show = state.show.title;
    if (overlayLink === this.link) return;
    this.link = overlayLink;
    this.box.hidden = !overlayLink;
    this.box.replaceChildren(...(overlayLink ? this.#parts(overlayLink) : []));
  }

  #parts(link) {
    const copy = el("button.c-button", { type: "button", text: this.t("overlays.copy") });
    copy.addEventListener("click", () => this.#copy(copy, link));
    const more = el("details.c-more", el("summary", { text: this.t("overlays.more") }), this.#more(link));
    const drags = SHAPES.map((shape) => this.#drag(shape, link));
    const hint = el("p.c-hint", { text: this.t("overlays.drag_hint") });
    return [el("div.c-drags", copy, ...drags), hint, more];
  }

  #more(link) {
    const secret = this.make("control-secret", { label: this.t("overlays.link"), value: link });
    const code = el("div.c-qr-box", { "aria-live": "polite" });
    secret.addEventListener("reveal", ({ detail }) => this.#code(code, detail ? link : null));
    const again = el("button.c-button.c-small", {
      type: "button",
      text: this.t("overlays.new_link"),
      on: { click: () => this.act(again, "newOverlayLink") },
    });
    return el("div.c-more-body", el("p.c-hint", { text: this.t("overlays.secret_hint") }), secret, code, again);
  }

  /** OBS takes the `layer-` parameters out of a dropped address and makes the source with them. */
  #drag({ key, ratio, width, height, label }, link) {
    const address = new URL(link);
    address.searchParams.set("label", label);
    address.searchParams.set("layer-name", `Vetrina ${ratio} · ${label}`);
    address.searchParams.set("layer-width", String(width));
    address.searchParams.set("layer-height", String(height));
    const start = (event) => {
      event.dataTransfer.effectAllowed = "copyLink";
      event.dataTransfer.setData("text/uri-list", address.href);
      event.dataTransfer.setData("text/plain", address.href);
    };
    const click = () => this.say(this.t("overlays.drag_hint"), "note");
    const words = el("span", { text: this.t("overlays.drag", { ratio }) });
    return el(
      "button.c-button.c-drag",
      { type: "button", draggable: true, data: { shape: key }, on: { dragstart: start, click } },
      icon("drag"),
      words,
    );
  }

  async #copy(button, link) {
    const done = await copyText(link);
    if (!done) return this.say(this.t("secret.copy_failed"), "refused");
    setText(button, this.t("secret.copied"));
    setTimeout(() => setText(button, this.t("overlays.copy")), 2_000);
  }

  async #code(box, link) {
    box.replaceChildren();
    if (!link) return;
    box.dataset.wanted = "true";
    const code = await linkCode(this, link, this.t("overlays.qr"));
    if (code) box.replaceChildren(code);
    if (code instanceof SVGElement) box.append(el("p.c-hint", { text: this.t("overlays.qr_hint") }));
  }
}

customElements.define("control-overlay-link", ControlOverlayLink);

/** Every overlay that is or was connected: what it is doing and what it last painted. */
class ControlOverlays extends ControlElement {
  /** @type {Map<string, any>} id → line */
  #lines = new Map();

  build() {
    this.list = el("ul.c-overlays");
    this.empty = el("p.c-soft");
    this.append(this.empty, this.list);
  }

  /** @param {any} model */
  update({ overlays, overlaysAt, seq }) {
    this.toldAt = overlaysAt;
    const known = overlays ?? [];
    this.empty.hidden = known.length > 0;
    setText(this.empty, this.t(overlays === null ? "overlays.loading" : "overlays.none"));
    const here = new Set(known.map(({ id }) => id));
    for (const id of this.#lines.keys()) if (!here.has(id)) this.#lines.delete(id);
    arrange(this.list, known.map((overlay) => this.#line(overlay, seq)));
  }

  /** How long one is away grows by itself between two words of the server. */
  tick() {
    for (const line of this.#lines.values()) {
      if (line.heardAt) setText(line.painted, this.#ago(line.heardAt));
    }
  }

  #ago(at) {
    return this.t("overlay.ago", { time: ago(this.ctx.t, Date.now() - at) });
  }

  #line(overlay, seq) {
    const line = this.#lines.get(overlay.id) ?? this.#newLine();
    this.#lines.set(overlay.id, line);
    const state = overlayState(overlay);
    setAttribute(line, "data-state", state);
    setText(line.label, overlay.label || this.t("overlays.unnamed"));
    const words = [shortEngine(overlay.engine), this.t(`overlay.${state}`)].filter(Boolean);
    setText(line.about, ` · ${words.join(" · ")}`);
    setAttribute(line.about, "title", overlay.engine);
    const unseen = ["lost", "gone", "silent", "hidden"].includes(state) || overlay.paint_ms === null;
    const heardAt = this.toldAt - overlay.heartbeat_age_ms;
    line.heardAt = overlay.connected ? null : heardAt;
    setText(line.painted, unseen ? this.#ago(heardAt) : this.#painted(overlay.paint_ms));
    const behind = overlay.painted_seq !== null && overlay.painted_seq < seq;
    const at = this.t(behind ? "overlay.seq_of" : "overlay.seq", { seq: String(overlay.painted_seq ?? 0), head: String(seq) });
    setAttribute(line.painted, "title", overlay.painted_seq === null ? null : at);
    return line;
  }

  #newLine() {
    const parts = { label: el("b"), about: el("span.c-soft"), painted: el("span.c-soft.v-num") };
    const line = el("li", el("span.c-dot", { "aria-hidden": "true" }), el("span.c-overlay-words", parts.label, parts.about), parts.painted);
    return Object.assign(line, parts);
  }

  #painted(paint) {
    const seconds = new Intl.NumberFormat(this.ctx.lang, {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    }).format(Math.max(0, paint) / 1000);
    return this.t("overlay.painted", { seconds });
  }
}

/** @param {string|null} engine "OBS 31.0 / Chrome 127" → "OBS 31.0" */
function shortEngine(engine) {
  return engine ? engine.split("/")[0].trim() : "";
}

customElements.define("control-overlays", ControlOverlays);
