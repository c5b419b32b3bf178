import { el } from "../elements/control-dom.js";
import { make } from "../elements/control-element.js";
import "../elements/control-announce-dialog.js";
import "../elements/control-bag.js";
import "../elements/control-deals.js";
import "../elements/control-device-dialog.js";
import "../elements/control-disclosure-dialog.js";
import "../elements/control-dock-bar.js";
import "../elements/control-shortcuts-dialog.js";
import "../elements/control-stage.js";
import "../elements/control-strips.js";
import { menuItems } from "./control-layout.js";
import { Shell } from "./control-shell.js";

/**
 * One column of 300 px for a custom dock in OBS: what is on air and what turns it, nothing to set up.
 *
 * @param {import("./control-desk.js").Desk} desk
 */
function dockLayout(desk) {
  const part = (name, props) => make(desk.ctx, `control-${name}`, props);
  const strips = part("strips");
  const bar = part("dock-bar", { items: menuItems(desk) });
  const stage = part("stage", { compact: true });
  const deals = part("deals");
  const bag = part("bag", { compact: true });
  const head = el("h2.c-dock-heading", { text: desk.ctx.t("bag.heading") });
  return { nodes: [strips, bar, stage, deals, head, bag], parts: [strips, bar, stage, deals, bag] };
}

const root = /** @type {HTMLElement} */ (document.getElementById("control"));
new Shell(root, { layout: dockLayout, compact: true }).start();
