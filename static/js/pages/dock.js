import "../control/bag/bag.js";
import { make } from "../control/element.js";
import "../control/overlays/overlays.js";
import { Shell } from "../control/shell.js";
import "../control/show/dock-bar.js";
import { menuItems } from "../control/show/header.js";
import "../control/show/on-air.js";
import { el } from "../shared/dom.js";

/**
 * One column of 300 px for a custom dock in OBS: what is on air and what turns it, nothing to set up.
 *
 * @param {import("../control/show-session.js").ShowSession} session
 */
function dockLayout(session) {
  const part = (name, props) => make(session.ctx, `control-${name}`, props);
  const strips = part("strips");
  const bar = part("dock-bar", { items: menuItems(session) });
  const stage = part("stage", { compact: true });
  const deals = part("deals");
  const bag = part("bag", { compact: true });
  const head = el("h2.c-dock-heading", { text: session.ctx.t("bag.heading") });
  bar.setAttribute("role", "banner");
  return { nodes: [strips, bar, el("main", stage, deals, head, bag)], parts: [strips, bar, stage, deals, bag] };
}

const root = /** @type {HTMLElement} */ (document.getElementById("control"));
Shell.open(root, { layout: dockLayout, compact: true });
