/** @typedef {import("./stage-graphic.js").StageGraphic} Graphic */

/** One graphic on the stage, driven through its OGraf methods like in any other host. */
export class Slot {
  /**
   * @param {Graphic} graphic
   * @param {HTMLElement} place
   * @param {{lang: string, motion: any, now: () => number}} context
   */
  constructor(graphic, place, context) {
    this.graphic = graphic;
    this.lang = context.lang;
    graphic.motion = context.motion;
    graphic.now = context.now;
    place.append(graphic);
  }

  load() {
    return this.graphic.load({ data: { lang: this.lang } });
  }

  get shown() {
    return this.graphic.shown;
  }

  /** @param {Record<string, any>} data what it shows from now on; it arrives if it was not there */
  show(data) {
    void this.graphic.updateAction({ data });
    void this.graphic.playAction({ goto: 0 });
  }

  /** @param {boolean} [atOnce] without a way out */
  hide(atOnce = false) {
    void this.graphic.stopAction({ skipAnimation: atOnce });
  }
}
