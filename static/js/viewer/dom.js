/**
 * Small verbs for building and changing the viewer page. Text only ever enters as text.
 */

/**
 * @param {string} tag
 * @param {string} className
 * @param {...(Node | string)} children strings become text nodes
 */
export function node(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Text that only screen readers meet. */
export function aside(text) {
  return node("span", "vh", text);
}

/** Write only what differs: an untouched node keeps its selection and stays quiet for readers. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Show the element with this text, or hide it when there is nothing to say. */
export function setLine(element, text) {
  element.hidden = !text;
  setText(element, text ?? "");
}

/** Set an attribute, or take it away with null. */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Keep a foreign name or title from turning the direction of the sentence around it. */
export function isolate(text) {
  return `\u2068${text}\u2069`;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The one way in which things arrive: a short rise and fade; only the fade where motion is unwelcome. */
export function arrive(element) {
  const fade = { opacity: [0, 1] };
  const rise = { transform: ["translateY(12px)", "none"] };
  element.animate(still.matches ? fade : { ...fade, ...rise }, {
    duration: 240,
    easing: "cubic-bezier(0.2, 0.8, 0.2, 1)",
  });
}
