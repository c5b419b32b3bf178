import "../control/access/keys.js";
import "../control/bag/bag.js";
import { card, closedCard, make } from "../control/element.js";
import { unreachableStrip } from "../control/forms/sharing.js";
import "../control/overlays/overlays.js";
import { Shell } from "../control/shell.js";
import "../control/shops/purchases.js";
import { menuItems } from "../control/show/header.js";
import "../control/show/on-air.js";
import { el } from "../shared/dom.js";

/**
 * The whole panel: strips and header above, the bag at the left, what is under way at the right.
 *
 * @param {import("../control/show-session.js").ShowSession} session
 * @returns {{nodes: Node[], parts: any[]}}
 */
function panelLayout(session) {
  const { ctx } = session;
  const part = (name, props) => make(ctx, `control-${name}`, props);
  const strips = part("strips");
  const header = part("header", { items: menuItems(session) });
  header.setAttribute("role", "banner");
  const bag = part("bag");
  const now = { deals: part("deals"), stage: part("stage") };
  const more = {
    overlays: part("overlays"),
    link: part("overlay-link"),
    purchases: part("purchases"),
    viewer: part("viewer-link"),
    connections: part("connections"),
    keys: part("keys"),
  };
  const side = el("aside.c-side", { "aria-label": ctx.t("side.label") }, ...sideNodes(session, now, more));
  const desktop = el("div.c-columns", el("main.c-main", bag), side);
  return {
    nodes: [strips, header, desktop],
    parts: [strips, header, bag, ...Object.values(now), ...Object.values(more)],
  };
}

function sideNodes({ ctx, source, unreachable }, now, more) {
  now.stage.classList.add("c-card");
  more.purchases.classList.add("c-card");
  const { t } = ctx;
  const warning = () => (unreachable ? [unreachableStrip(t)] : []);
  return [
    el("div.c-side-now", now.deals, now.stage),
    el(
      "div.c-side-more",
      card(t("overlays.heading"), [...warning(), more.overlays, more.link]),
      more.purchases,
      card(t("connections.heading"), [more.connections]),
      closedCard(t("viewer.heading"), [...warning(), more.viewer]),
      closedCard(t("keys.heading"), [more.keys], () => source.loadKeys()),
    ),
  ];
}

const root = /** @type {HTMLElement} */ (document.getElementById("control"));
Shell.open(root, { layout: panelLayout });
