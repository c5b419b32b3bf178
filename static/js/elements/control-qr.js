const SVG = "http://www.w3.org/2000/svg";

/**
 * Redraws a QR code from the server's SVG: only its size and its paths are taken over, so that
 * nothing else that may stand in the text reaches the page.
 *
 * @param {string} text an SVG document
 * @param {string} label for screen readers
 * @returns {SVGSVGElement|null} null when it holds no code
 */
export function drawQr(text, label) {
  const source = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const paths = [...source.querySelectorAll("path")].filter((path) => path.hasAttribute("d"));
  if (source.localName !== "svg" || paths.length === 0) return null;
  const width = source.getAttribute("width") ?? "33";
  const height = source.getAttribute("height") ?? width;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", source.getAttribute("viewBox") ?? `0 0 ${parseFloat(width)} ${parseFloat(height)}`);
  svg.setAttribute("class", "c-qr");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  for (const path of paths) svg.append(redrawn(path));
  return svg;
}

/** @param {Element} path */
function redrawn(path) {
  const copy = document.createElementNS(SVG, "path");
  for (const name of ["d", "transform", "stroke", "fill", "stroke-width"]) {
    const value = path.getAttribute(name);
    if (value !== null) copy.setAttribute(name, value);
  }
  return copy;
}
