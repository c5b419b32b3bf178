/**
 * Who can see this source. OBS tells by events (newer) or by callbacks (older), a browser by the
 * page's visibility. `visible`: shown anywhere; `active`: part of the programme that goes out.
 * Fires "change".
 */
export class Sight extends EventTarget {
  visible = !document.hidden;
  active = !document.hidden;
  #toldByObs = false;

  constructor() {
    super();
    addEventListener("obsSourceVisibleChanged", (event) => this.#heard({ visible: detail(event).visible }));
    addEventListener("obsSourceActiveChanged", (event) => this.#heard({ active: detail(event).active }));
    document.addEventListener("visibilitychange", () => this.#pageChanged());
    const obs = /** @type {any} */ (globalThis).obsstudio;
    if (!obs) return;
    obs.onVisibilityChange = (/** @type {unknown} */ visible) => this.#heard({ visible });
    obs.onActiveChange = (/** @type {unknown} */ active) => this.#heard({ active });
  }

  /** @param {{visible?: unknown, active?: unknown}} news */
  #heard(news) {
    this.#toldByObs = true;
    this.#set({
      visible: typeof news.visible === "boolean" ? news.visible : this.visible,
      active: typeof news.active === "boolean" ? news.active : this.active,
    });
  }

  /** A page that OBS hides is also hidden to the browser; what OBS itself says counts more. */
  #pageChanged() {
    const visible = !document.hidden;
    this.#set({ visible, active: this.#toldByObs ? this.active : visible });
  }

  /** @param {{visible: boolean, active: boolean}} sight */
  #set({ visible, active }) {
    if (visible === this.visible && active === this.active) return;
    this.visible = visible;
    this.active = active;
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Event} event @returns {any} */
function detail(event) {
  return /** @type {CustomEvent} */ (event).detail ?? {};
}
