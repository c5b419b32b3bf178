import { arrive } from "./viewer-node.js";

/**
 * Keeps a list on screen in step with a list of models: what stays is changed in place and only
 * moved when its order changed, so focus, scrolling and open menus survive every update.
 * @template {{element: HTMLElement, update: (model: any) => void}} View
 */
export class KeyedList {
  /** @type {Map<string, View>} */
  #views = new Map();
  #settled = false;

  /**
   * @param {HTMLElement} root
   * @param {() => View} make
   */
  constructor(root, make) {
    this.root = root;
    this.make = make;
  }

  /** @param {{key: string}[]} models */
  update(models) {
    const keys = new Set(models.map((model) => model.key));
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
    let place = this.root.firstElementChild;
    for (const model of models) {
      const view = this.#views.get(model.key) ?? this.#add(model.key);
      view.update(model);
      if (view.element === place) place = place.nextElementSibling;
      else this.#put(view.element, place);
    }
    this.#settled = true;
  }

  #add(key) {
    const view = this.make();
    this.#views.set(key, view);
    return view;
  }

  /** What was there when the page opened does not make an entrance. */
  #put(element, place) {
    const isNew = !element.isConnected;
    this.root.insertBefore(element, place);
    if (isNew && this.#settled) arrive(element);
  }
}
