import { el, setText } from "../../shared/dom.js";

let count = 0;

/**
 * A labelled control with room for a hint and for what is wrong with it. `name` is the field of the
 * API that it fills, so that the server's `errors` find it.
 *
 * @param {{name: string, label: string, control: HTMLElement, hint?: string, wide?: boolean}} options
 * @returns {HTMLElement}
 */
export function field({ name, label, control, hint, wide }) {
  const id = `c-field-${++count}`;
  const help = el("p.c-hint", { id: `${id}-hint`, text: hint ?? "", hidden: !hint });
  const wrong = el("p.c-wrong", { id: `${id}-wrong`, hidden: true });
  const target = control.matches("input,select,textarea") ? control : control.querySelector("input");
  if (target) {
    target.id = id;
    target.setAttribute("aria-describedby", `${help.id} ${wrong.id}`);
  }
  return el(
    "div.c-field",
    { data: { field: name }, class: wide ? "c-wide" : null },
    el("label", { for: id, text: label }),
    control,
    help,
    wrong,
  );
}

/**
 * Says at the field what is wrong with it; an empty message takes it away.
 *
 * @param {Element} root @param {string} name @param {string} message
 * @returns {boolean} whether there is such a field
 */
export function fieldError(root, name, message) {
  const box = root.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!box) return false;
  const wrong = /** @type {HTMLElement} */ (box.querySelector(":scope > .c-wrong"));
  setText(wrong, message);
  wrong.hidden = !message;
  const input = box.querySelector("input,select,textarea");
  if (message) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
  return true;
}

/** @param {Element} root */
export function clearErrors(root) {
  for (const box of root.querySelectorAll("[data-field]")) {
    fieldError(root, /** @type {HTMLElement} */ (box).dataset.field ?? "", "");
  }
}

/**
 * A row of choices of which one holds, as radio buttons that look like one control.
 *
 * @param {{name: string, legend: string, options: {value: string, label: string}[], value: string,
 *   onchange?: () => void}} choice
 * @returns {HTMLElement & {value: string}}
 */
export function choices({ name, legend, options, value, onchange }) {
  const group = `${name}-${++count}`;
  const box = el("fieldset.c-choices", { data: { field: name } }, el("legend", { text: legend }));
  for (const option of options) {
    const input = el("input", {
      type: "radio",
      name: group,
      value: option.value,
      checked: option.value === value,
      on: { change: () => onchange?.() },
    });
    box.append(el("label", input, el("span", { text: option.label })));
  }
  box.append(el("p.c-wrong", { hidden: true }));
  Object.defineProperty(box, "value", {
    get: () => box.querySelector("input:checked")?.value ?? "",
    set: (next) => {
      for (const input of box.querySelectorAll("input")) input.checked = input.value === next;
    },
  });
  return box;
}
