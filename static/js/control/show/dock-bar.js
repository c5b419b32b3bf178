import { el, setAttribute, setText } from "../../shared/dom.js";
import { ControlElement, elapsed } from "../element.js";
import { overlayState } from "../overlays/overlays.js";
import { MOVES } from "./header.js";

const BAD = ["lost", "silent"];

/** The head of the dock: where the show stands, whether an overlay shows it, and the big buttons. */
class ControlDockBar extends ControlElement {
  /** @type {any[]} the entries of the menu */
  items = [];

  build() {
    this.chip = el("span.c-status", { role: "status" });
    this.words = el("span");
    this.clock = el("span.v-num", { "aria-hidden": "true" });
    this.chip.append(this.words, this.clock);
    this.dot = el("span.c-dot", { "aria-hidden": "true" });
    this.about = el("span.c-dock-overlays");
    this.menu = this.make("control-menu", { label: "", items: this.items });
    this.panic = this.#button("header.panic", "c-panic c-dock-panic", () => ({
      name: this.panicking ? "calm" : "panic",
    }));
    this.moves = el("div.c-dock-moves");
    this.next = this.#button("bag.next", "c-primary", () => ({ name: "pinNext" }));
    this.unpin = this.#button("bag.unpin", "", () => ({ name: "unpin" }));
    this.announce = this.#button("header.announce", "", () => ({ name: "openAnnounce" }));
    this.deal = this.#button("bag.deal", "", () => ({ name: "openDeal", args: { item: this.offered } }));
    this.heading = el("h1.c-hidden");
    this.append(
      this.heading,
      el("div.c-split", this.chip, this.menu),
      el("div.c-dock-air", this.dot, this.about),
      this.panic,
      this.moves,
      el("div.c-dock-pins", this.next, this.unpin),
      el("div.c-dock-pins", this.announce, this.deal),
    );
  }

  /** @param {any} model */
  update({ state, overlays, bag }) {
    const { show, panic, pins } = state;
    const running = ["rehearsal", "live", "paused"].includes(show.status);
    this.menu.name(show.title);
    setText(this.heading, `${show.title} · ${this.t("login.heading")}`);
    setAttribute(this.chip, "data-status", show.status);
    setText(this.words, this.t(`status.${show.status}`));
    this.started = show.status === "ended" ? null : show.started_at;
    this.tick();
    this.#drawMoves(show.status);
    this.next.disabled = !running || bag.length === 0;
    this.unpin.disabled = pins.length === 0;
    this.announce.disabled = !running;
    this.#drawDeal(state, bag, running);
    this.#drawPanic(panic);
    this.panic.disabled = show.status === "ended";
    this.#drawOverlays(overlays);
  }

  tick() {
    setText(this.clock, this.started ? elapsed(this.ctx.now() - this.started) : "");
  }

  /** A deal is offered for what was pinned last. */
  #drawDeal({ pins, deals }, bag, running) {
    const [pin] = [...pins].sort((a, b) => b.pinned_at - a.pinned_at);
    this.offered = bag.find(({ sku }) => sku === pin?.product.sku) ?? null;
    const offer = running && this.offered && !deals.some(({ product }) => product.sku === this.offered.sku);
    this.deal.disabled = !offer;
    setAttribute(this.deal, "title", this.offered?.title ?? null);
  }

  #drawPanic(panic) {
    // It means something else now, so it can be pressed although its last answer is still to come.
    if (panic !== this.panicking) this.panic.removeAttribute("aria-busy");
    this.panicking = panic;
    setText(this.panic, this.t(panic ? "header.calm" : "header.panic"));
    this.panic.classList.toggle("c-panic", !panic);
    this.panic.classList.toggle("c-primary", panic);
  }

  #drawOverlays(overlays) {
    const states = (overlays ?? []).map(overlayState).filter((state) => state !== "gone");
    const lost = states.some((state) => BAD.includes(state));
    const air = states.filter((state) => state === "on_air").length;
    const tone = lost ? "lost" : air ? "on_air" : states.length ? "hidden" : "gone";
    setAttribute(this.dot.parentElement, "data-state", tone);
    const key = lost ? "dock.overlay_lost" : air ? "dock.overlay_air" : "dock.overlay_connected";
    setText(this.about, overlays === null ? "" : this.t(key, { n: air || states.length }));
  }

  #drawMoves(status) {
    if (this.moves.dataset.status === status) return;
    this.moves.dataset.status = status;
    const moves = MOVES[status].map((move) =>
      this.#button(`header.${move}`, "c-small", () => ({ name: "turnShow", args: { move } })),
    );
    this.moves.replaceChildren(...moves);
  }

  #button(key, classes, what) {
    const click = () => {
      const { name, args } = what();
      this.act(button, name, args);
    };
    const button = el("button.c-button", { type: "button", class: classes, text: this.t(key), on: { click } });
    return button;
  }
}

customElements.define("control-dock-bar", ControlDockBar);
