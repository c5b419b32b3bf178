const TWICE_MS = 700;
const SECOND_DIGIT_MS = 600;
const LETTERS = { n: "pinNext", u: "unpin", z: "undo", a: "openAnnounce", "?": "openShortcuts" };

/**
 * The panel's keys. They rest while somebody types or a dialog is open; a key held down counts once.
 * `run(name, args)` carries out; `numbers()` are the call numbers of the bag.
 */
export class Shortcuts {
  #run;
  #numbers;
  #escapeAt = -Infinity;
  #digits = "";
  #timer = 0;

  /** @param {{run: (name: string, args?: any) => void, numbers: () => number[]}} options */
  constructor({ run, numbers }) {
    this.#run = run;
    this.#numbers = numbers;
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  #key(event) {
    const { key, target } = event;
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (key === "Escape") this.#escape(target);
    else if (typing(target)) return;
    else if (/^[0-9]$/.test(key)) this.#digit(key);
    else if (key === "Enter" && this.#digits) this.#pin(event);
    else this.#letter(event);
  }

  /** The default is prevented, or the letter lands in the field of the dialog that it opens. */
  #letter(event) {
    const name = LETTERS[event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    this.#run(name);
  }

  /** Twice in a row clears the screen; the first one leaves the field that somebody types in. */
  #escape(target) {
    if (typing(target)) {
      target.blur();
      return;
    }
    const now = performance.now();
    const twice = now - this.#escapeAt < TWICE_MS;
    this.#escapeAt = twice ? -Infinity : now;
    if (twice) this.#run("panic");
  }

  /** Waits for a second digit only where a longer call number begins with the first. */
  #digit(digit) {
    clearTimeout(this.#timer);
    this.#digits = `${this.#digits}${digit}`.replace(/^0+/, "");
    const longer = this.#numbers().some((n) => String(n).startsWith(this.#digits) && String(n) !== this.#digits);
    if (!this.#digits) return;
    if (longer) this.#timer = setTimeout(() => this.#pin(), SECOND_DIGIT_MS);
    else this.#pin();
  }

  #pin(event) {
    event?.preventDefault();
    clearTimeout(this.#timer);
    const number = Number(this.#digits);
    this.#digits = "";
    this.#run("pinNumber", { number });
  }
}

/** @param {any} target */
function typing(target) {
  if (!(target instanceof Element)) return false;
  if (target.matches("textarea,select,[contenteditable]")) return true;
  return target.matches("input:not([type=checkbox]):not([type=radio]):not([readonly])");
}
