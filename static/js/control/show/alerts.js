import { el, setText } from "../../shared/dom.js";
import { ControlElement } from "../element.js";
import { icon } from "../pictures.js";

const SILENT_MS = 70_000;

/**
 * What one overlay instance is doing, in one word of the catalogue (`overlay.<state>`).
 *
 * @param {{connected: boolean, visible: boolean|null, active: boolean|null, heartbeat_age_ms: number}} overlay
 * @returns {"lost"|"gone"|"silent"|"on_air"|"hidden"|"waiting"|"connected"}
 */
export function overlayState({ connected, visible, active, heartbeat_age_ms: age }) {
  if (!connected) return active ? "lost" : "gone";
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
