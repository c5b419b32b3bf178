/**
 * The look that the address asks for, as a style sheet in a cascade layer above the themes and below
 * every plain rule: whatever a streamer writes into OBS's Custom CSS wins over it, whenever it comes.
 *
 * @param {{theme: string|null, accent: string|null, scale: number}} options
 */
export function applyLook({ theme, accent, scale }) {
  if (theme) document.documentElement.dataset.theme = theme;
  const rules = [`--v-scale: ${scale};`];
  if (accent) rules.push(`--v-accent: ${accent};`, `--v-accent-ink: ${inkOn(accent)};`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer v-address { :root { ${rules.join(" ")} } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** @param {string} color "#rrggbb" @returns {string} the ink, light or dark, that is easier to read on it */
export function inkOn(color) {
  const light = luminance(color);
  const onLight = 1.05 / (light + 0.05);
  const onDark = (light + 0.05) / 0.056;
  return onLight >= onDark ? "#fff8f3" : "#17130e";
}

/** @param {string} color @returns {number} relative luminance, 0 to 1 */
function luminance(color) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
