import "./access/device-dialog.js";
import "./access/keys.js";
import "./bag/add-dialog.js";
import "./bag/bag.js";
import "./bag/product-dialog.js";
import "./deals/deal-dialog.js";
import "./deals/deals.js";
import { el } from "./dom.js";
import { card, closedCard, make } from "./element.js";
import "./overlays/overlays.js";
import "./shops/connections.js";
import "./shops/match-dialog.js";
import "./shops/new-shop-dialog.js";
import "./shops/shop-dialog.js";
import "./show/alerts.js";
import "./show/announce-dialog.js";
import "./show/audience.js";
import "./show/disclosure-dialog.js";
import "./show/header.js";
import "./show/on-air.js";
import "./show/shortcuts-dialog.js";

/**
 * The whole panel: strips and header above, the bag at the left, what is under way at the right.
 *
 * @param {import("../pages/show-session.js").Desk} desk
 * @returns {{nodes: Node[], parts: any[]}}
 */
export function panelLayout(desk) {
  const { ctx } = desk;
  const part = (name, props) => make(ctx, `control-${name}`, props);
  const strips = part("strips");
  const header = part("header", { items: menuItems(desk) });
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
  const side = el("aside.c-side", { "aria-label": ctx.t("side.label") }, ...sideNodes(desk, now, more));
  const desktop = el("div.c-desk", {}, el("main.c-main", {}, bag), side);
  return {
    nodes: [strips, header, desktop],
    parts: [strips, header, bag, ...Object.values(now), ...Object.values(more)],
  };
}

function sideNodes({ ctx, room }, now, more) {
  now.stage.classList.add("c-card");
  more.purchases.classList.add("c-card");
  const { t } = ctx;
  return [
    el("div.c-side-now", {}, now.deals, now.stage),
    el(
      "div.c-side-more",
      {},
      card(t("overlays.heading"), [more.overlays, more.link]),
      more.purchases,
      card(t("connections.heading"), [more.connections]),
      closedCard(t("viewer.heading"), [more.viewer]),
      closedCard(t("keys.heading"), [more.keys], () => room.loadKeys()),
    ),
  ];
}

/** What the menu behind the show's title holds. @param {import("../pages/show-session.js").Desk} desk */
export function menuItems({ ctx, root }) {
  const ask = (name, args) => {
    const header = root.querySelector("control-header, control-dock-bar");
    header?.act(header, name, args);
  };
  return [
    { label: ctx.t("menu.shows"), run: () => ask("openShows") },
    { label: ctx.t("menu.badge"), run: () => ask("openDisclosure") },
    { label: ctx.t("menu.dock"), run: () => ask("newDevice", { dock: true }), rule: true },
    { label: ctx.t("menu.device"), run: () => ask("newDevice", { dock: false }) },
    { label: ctx.t("menu.shortcuts"), run: () => ask("openShortcuts"), rule: true },
    { label: ctx.t("menu.theme"), run: () => ask("turnTheme") },
    { label: ctx.t("menu.logout"), run: () => ask("logout"), rule: true },
  ];
}
