/**
 * Moves the rows of a list by dragging their handle or with Alt+Up and Alt+Down. It moves nodes;
 * `moved(keys, {row, index, by})` is told the new order once it stands.
 */
export class Reorder {
  #list;
  #moved;
  /** @type {HTMLElement|null} */
  #row = null;

  /** @param {HTMLElement} list its children carry `data-key` @param {(keys: string[], how: any) => void} moved */
  constructor(list, moved) {
    this.#list = list;
    this.#moved = moved;
    list.addEventListener("pointerdown", (event) => this.#grab(event));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** While a row hangs at the pointer, nobody else may rearrange the list. */
  get dragging() {
    return this.#row !== null;
  }

  get keys() {
    return [...this.#list.children].map((row) => row.dataset.key);
  }

  #rowOf(target) {
    const row = target.closest("[data-key]");
    return row?.parentElement === this.#list ? row : null;
  }

  #grab(event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0) return;
    this.#row = this.#rowOf(handle);
    if (!this.#row) return;
    const before = this.keys.join();
    const row = this.#row;
    const drag = new AbortController();
    row.toggleAttribute("data-dragging", true);
    const options = { signal: drag.signal };
    window.addEventListener("pointermove", (move) => this.#drag(move.clientY), options);
    const drop = () => {
      drag.abort();
      row.removeAttribute("data-dragging");
      this.#row = null;
      if (this.keys.join() !== before) this.#tell(row, "pointer");
    };
    window.addEventListener("pointerup", drop, options);
    window.addEventListener("pointercancel", drop, options);
  }

  #drag(y) {
    const others = [...this.#list.children].filter((row) => row !== this.#row);
    const after = others.find((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    const next = after ?? null;
    if (this.#row && this.#row.nextElementSibling !== next) this.#list.insertBefore(this.#row, next);
  }

  #key(event) {
    const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = step && this.#rowOf(event.target);
    if (!row) return;
    event.preventDefault();
    const neighbour = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!neighbour) return;
    // The neighbour moves, not the row: a node that moves loses the focus.
    if (step < 0) row.after(neighbour);
    else row.before(neighbour);
    this.#tell(row, "keyboard");
  }

  #tell(row, by) {
    const keys = this.keys;
    this.#moved(keys, { row, index: keys.indexOf(row.dataset.key), by });
  }
}
