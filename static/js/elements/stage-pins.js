import { Alarm } from "./stage-alarm.js";

/**
 * The pinned products. A pin is state: the last one in a slot wins and none is ever queued. The
 * lowest slot is the large card, others stand small above it. A running deal gives the price.
 */
export class PinLane {
  #slots;
  #context;
  #alarm;
  /** @type {any} */
  #view = null;

  /** @param {import("./stage-slot.js").Slot[]} slots @param {import("./stage.js").Context} context */
  constructor(slots, context) {
    this.#slots = slots;
    this.#context = context;
    this.#alarm = new Alarm(context.now, () => this.#render());
  }

  /** @param {any} view the state, and what of it may be seen */
  update(view) {
    this.#view = view;
    this.#render();
  }

  /** @param {boolean} [atOnce] */
  clear(atOnce) {
    this.#alarm.set(null);
    for (const slot of this.#slots) slot.hide(atOnce);
  }

  #render() {
    const { state, stale } = this.#view;
    const now = this.#context.now();
    /** @type {any[]} */
    const pins = stale ? [] : state.pins.filter((/** @type {any} */ pin) => (pin.expires_at ?? Infinity) > now);
    this.#slots.forEach((slot, index) => {
      const pin = pins.find((one) => one.slot === index + 1);
      if (pin) slot.show(this.#data(pin, pin !== pins[0]));
      else slot.hide();
    });
    const edges = state.deals.flatMap((/** @type {any} */ deal) => [deal.starts_at, deal.ends_at]);
    this.#alarm.setFirst(...pins.map((pin) => pin.expires_at), ...edges);
  }

  /** @param {any} pin @param {boolean} compact */
  #data(pin, compact) {
    const { options, now } = this.#context;
    const { product } = pin;
    const deal = runningDeal(this.#view.state.deals, product.sku, now());
    const codeOnly = !options.widgets.has("pin");
    return {
      number: pin.number,
      title: product.title,
      image: product.image,
      stock: product.stock,
      price: deal ? deal.price : product.price,
      was: deal ? deal.was : product.prior_price,
      percent: deal?.percent ?? null,
      pinned_at: pin.pinned_at + options.delay,
      compact: compact && !codeOnly,
      qr_only: codeOnly,
      qr: options.widgets.has("qr") ? this.#code(pin.number) : null,
    };
  }

  /** @param {number} number */
  #code(number) {
    return `/qr/${encodeURIComponent(this.#view.state.show.slug)}/${number}.svg`;
  }
}

/** @param {any[]} deals @param {string} sku @param {number} now server time; the clock decides, not the word */
export function runningDeal(deals, sku, now) {
  return deals.find((deal) => deal.product.sku === sku && deal.starts_at <= now && now < deal.ends_at) ?? null;
}
