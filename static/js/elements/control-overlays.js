import { arrange, attribute, el, write } from "./control-dom.js";
import { ControlElement } from "./control-element.js";
import { ago } from "./control-elapsed.js";
import { overlayState } from "./control-overlay-state.js";

/** Every overlay that is or was connected: what it is doing and what it last painted. */
export class ControlOverlays extends ControlElement {
  /** @type {Map<string, any>} id → line */
  #lines = new Map();

  build() {
    this.list = el("ul.c-overlays");
    this.empty = el("p.c-soft");
    this.append(this.empty, this.list);
  }

  /** @param {any} model */
  update({ overlays, seq }) {
    const known = overlays ?? [];
    this.empty.hidden = known.length > 0;
    write(this.empty, this.t(overlays === null ? "overlays.loading" : "overlays.none"));
    const here = new Set(known.map(({ id }) => id));
    for (const id of this.#lines.keys()) if (!here.has(id)) this.#lines.delete(id);
    arrange(this.list, known.map((overlay) => this.#line(overlay, seq)));
  }

  #line(overlay, seq) {
    const line = this.#lines.get(overlay.id) ?? this.#newLine();
    this.#lines.set(overlay.id, line);
    const state = overlayState(overlay);
    attribute(line, "data-state", state);
    write(line.label, overlay.label || this.t("overlays.unnamed"));
    const words = [shortEngine(overlay.engine), this.t(`overlay.${state}`)].filter(Boolean);
    write(line.about, ` · ${words.join(" · ")}`);
    attribute(line.about, "title", overlay.engine);
    write(line.painted, this.#painted(overlay, state));
    const behind = overlay.painted_seq !== null && overlay.painted_seq < seq;
    const at = this.t(behind ? "overlay.seq_of" : "overlay.seq", { seq: String(overlay.painted_seq ?? 0), head: String(seq) });
    attribute(line.painted, "title", overlay.painted_seq === null ? null : at);
    return line;
  }

  #newLine() {
    const parts = { label: el("b"), about: el("span.c-soft"), painted: el("span.c-soft.v-num") };
    const line = el("li", {}, el("span.c-dot", { "aria-hidden": "true" }), el("span.c-overlay-words", {}, parts.label, parts.about), parts.painted);
    return Object.assign(line, parts);
  }

  #painted({ paint_ms: paint, heartbeat_age_ms: age }, state) {
    if (["lost", "gone", "silent", "hidden"].includes(state) || paint === null) {
      return this.t("overlay.ago", { time: ago(this.ctx.t, age) });
    }
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
