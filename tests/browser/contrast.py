"""Measures, inside a page, how well each visible text stands out from what is behind it."""

# Lines "ratio text" of texts below 4.5:1, or 3:1 where they are large, as WCAG 1.4.3 has it.
# Grounds are solid colours in this project; a text on a picture is not measured.
FAINT_TEXT = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(e).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  // What lets its ground through is mixed with it.
  const strength = (element) => {
    let left = 1;
    for (let e = element; e; e = e.parentElement) left *= Number(getComputedStyle(e).opacity);
    return left;
  };
  const mixed = (colour, under, part) => colour.map((v, n) => v * part + under[n] * (1 - part));
  const seen = (e) => e.getClientRects().length && !e.closest(".vh, [hidden]");
  const open = document.querySelector("dialog[open]");
  const walker = document.createTreeWalker(open ?? document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !seen(element) || element.closest("script, noscript")) continue;
    const style = getComputedStyle(element);
    if (element.closest(":disabled")) continue;
    const under = ground(element);
    const ink = mixed(rgb(style.color).slice(0, 3), under, strength(element));
    const [one, other] = [light(ink), light(under)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${node.data.trim()}`);
  }
  return faint;
}"""
