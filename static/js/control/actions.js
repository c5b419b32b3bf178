/** What the panel's elements may ask for, and what is fetched for it. */

import { Problem } from "../client/api.js";
import { ROOT } from "../client/reconnect.js";
import { fetchWords } from "../shared/i18n.js";
import { badgeText } from "./show/on-air.js";
import { nameOf } from "./shops/purchases.js";

/**
 * What is fetched when it is first needed: dialogs, and the list of shows. Not the announcement and
 * what only asks back: a host on air goes on typing at once.
 */
const PARTS = {
  "control-add-dialog": () => import("./bag/add-dialog.js"),
  "control-deal-dialog": () => import("./deals/deal-dialog.js"),
  "control-device-dialog": () => import("./access/device-dialog.js"),
  "control-import-dialog": () => import("./catalogue/import-dialog.js"),
  "control-hook-dialog": () => import("./access/hook-dialog.js"),
  "control-live-dialog": () => import("./show/live-dialog.js"),
  "control-show-dialog": () => import("./show/show-dialog.js"),
  "control-disclosure-dialog": () => import("./show/disclosure-dialog.js"),
  "control-match-dialog": () => import("./shops/match-dialog.js"),
  "control-payments-dialog": () => import("./payments/payments-dialog.js"),
  "control-order-hooks-dialog": () => import("./orders/order-hooks-dialog.js"),
  "control-product-dialog": () => import("./bag/product-dialog.js"),
  "control-shop-dialog": () => import("./shops/shop-dialog.js"),
  "control-shop-new-dialog": () => import("./shops/new-shop-dialog.js"),
  "control-storefront-dialog": () => import("./storefront/storefront-dialog.js"),
  "control-shortcuts-dialog": () => import("./show/shortcuts-dialog.js"),
  "control-vouchers-dialog": () => import("./vouchers/vouchers-dialog.js"),
  "control-shows": () => import("./show/shows.js"),
};
const WORDS = {
  de: () => import("../i18n/control-dialogs/de.js"),
  en: () => import("../i18n/control-dialogs/en.js"),
  es: () => import("../i18n/control-dialogs/es.js"),
  fr: () => import("../i18n/control-dialogs/fr.js"),
  it: () => import("../i18n/control-dialogs/it.js"),
};

/** @param {string} tag @returns {tag is keyof typeof PARTS} */
export function isOnDemand(tag) {
  return tag in PARTS;
}

/**
 * Fetches a part of the panel with its words, those of all dialogs and its own; the browser keeps them.
 *
 * @param {import("./element.js").Context} ctx @param {any} tag @param {() => Promise<any>} [load] where it is no part of the panel
 * @returns {Promise<void>} rejects with the Problem `not_fetched` where the server is away
 */
export async function fetchPart(ctx, tag, load = PARTS[tag]) {
  try {
    const [words, part] = await Promise.all([fetchWords(WORDS, ctx.lang), load()]);
    ctx.learn(words[ctx.lang]);
    const more = await Promise.all([part.WORDS ?? []].flat().map((source) => fetchWords(source, ctx.lang)));
    for (const known of more) ctx.learn(known[ctx.lang]);
  } catch (error) {
    throw new Problem({ code: "not_fetched", detail: String(error) });
  }
}

/**
 * What the elements may ask for while a show is open: the name of an `ask` → what it does. Each
 * answers a promise; a refusal rejects it and is told by the element that asked.
 *
 * @param {import("./show-session.js").ShowSession} session
 * @returns {Record<string, (args: any) => any>}
 */
export function sessionActions(session) {
  return { ...pinActions(session), ...bagActions(session), ...showActions(session), ...shopActions(session), ...dialogActions(session) };
}

/** @param {import("./show-session.js").ShowSession} session */
function pinActions(session) {
  const { source } = session;
  return {
    command: ({ command }) => source.command(command),
    pin: ({ sku, slot = 1 }) => session.turnPin(slot, { type: "pin_product", sku, slot }),
    unpin: ({ slot = session.newestSlot() } = {}) => session.turnPin(slot, { type: "unpin_product", slot }),
    pinNext: () => session.turnPin(1, { type: "pin_next" }),
    pinNumber: ({ number }) => {
      const item = source.model.bag.find((entry) => entry.number === number);
      if (item) return session.turnPin(1, { type: "pin_product", sku: item.sku });
      return session.say({ text: session.ctx.t("toast.no_number", { n: number }), tone: "refused" });
    },
    undo: () => session.undoPin(),
    calm: () => source.command({ type: "calm" }),
    panic: () => clearScreen(source),
    rehearsePurchase: () => {
      const { state, bag } = source.model;
      const sku = state.pins[0]?.product.sku ?? bag[Math.floor(Math.random() * bag.length)].sku;
      return source.command({ type: "rehearse_purchase", sku });
    },
  };
}

/** Where the server is away, the one thing that still helps is OBS itself. */
async function clearScreen(source) {
  try {
    return await source.command({ type: "panic" });
  } catch (problem) {
    if (problem.code === "offline") problem.code = "panic_offline";
    throw problem;
  }
}

/** @param {import("./show-session.js").ShowSession} session */
function bagActions(session) {
  const { source } = session;
  const skus = () => source.model.bag.map(({ sku }) => sku);
  return {
    reloadBag: () => source.loadBag(),
    orderBag: ({ skus: order }) => source.setBag(order),
    addToBag: ({ skus: more }) => source.setBag([...skus(), ...more]),
    removeFromBag: async ({ item }) => {
      const before = skus();
      await source.setBag(before.filter((sku) => sku !== item.sku));
      session.say({
        text: session.ctx.t("toast.removed", { title: item.title }),
        stays: 10_000,
        action: { label: session.ctx.t("toast.undo"), run: () => session.attempt(() => source.setBag(before)) },
      });
    },
    catalogue: (wanted) => source.api.products(wanted),
    prices: ({ sku }) => source.api.get(`/products/${encodeURIComponent(sku)}/prices`),
    startImport: ({ query, body }) => source.api.post(`/catalogue/imports?${query}`, body),
    readImport: ({ id }) => source.api.get(`/catalogue/imports/${id}`),
    openImport: async () => void session.open("control-import-dialog", { currency: source.model.state.show.currency }),
    uploadImage: ({ file }) => source.api.post("/images", file),
    saveProduct: async ({ product, add }) => {
      const saved = await source.api.saveProduct(product);
      if (add) await source.setBag([...skus(), product.sku]);
      else await source.loadBag();
      return saved;
    },
  };
}

/** @param {import("./show-session.js").ShowSession} session */
function showActions(session) {
  const { source, ctx } = session;
  const start = (rehearsal) => source.command({ type: "start_show", rehearsal });
  const moves = {
    rehearse: () => start(true),
    shows: () => session.root.querySelector("control-strips").ask("openShows"),
    pause: () => source.command({ type: "pause_show" }),
    resume: () => source.command({ type: "resume_show" }),
    live: () => {
      const badge = badgeText(ctx.t, source.model.state.show.disclosure);
      return session.open("control-live-dialog", { badge, run: () => start(false) });
    },
    end: () => session.confirm("end", [ctx.t("end.line")], "danger", () => source.command({ type: "end_show" })),
  };
  return {
    turnShow: ({ move }) => moves[move](),
    editShow: ({ changes }) => source.api.patch(source.path, changes),
    checks: () => source.api.get(`${source.path}/checks`),
    lead: async ({ to }) => lead(session.root.querySelector(to), source.slug),
    wake: async () => source.wake(),
    reload: () => location.reload(),
    takeNote: ({ ids }) => source.takeNote(ids),
    newOverlayLink: async () => {
      const made = await source.api.post(`${source.path}/keys`, { role: "overlay" });
      const url = made.url ?? new URL(`${ROOT}/overlay/${made.key}`, location.origin).href;
      source.keepLink({ id: made.id, url });
      await source.loadKeys();
    },
    newPreviewLink: async () => {
      const made = await source.api.post(`${source.path}/keys`, { role: "overlay", label: ctx.t("viewer.preview") });
      const link = new URL(source.model.viewerUrl);
      link.searchParams.set("preview", made.key);
      await source.loadKeys();
      return link.href;
    },
    newHookKey: async ({ label, actions }) => {
      const made = await source.api.post(`${source.path}/keys`, { role: "hook", label, actions });
      await source.loadKeys();
      return made;
    },
    revokeKey: ({ id, role, name, made }) => {
      const option = made.length ? ctx.t("revoke.with_made", { names: made.join(", ") }) : "";
      const lines = [ctx.t(`revoke.line.${role}`, { name })];
      return session.confirm("revoke", lines, "danger", async (withMade) => {
        await source.api.delete(`/keys/${id}${withMade ? "?with_made=true" : ""}`);
        await source.loadKeys();
      }, option);
    },
    qr: ({ text }) => session.device.picture("/qr", { text }),
    loadKeys: () => source.loadKeys(),
  };
}

/** @param {import("./show-session.js").ShowSession} session */
function dialogActions(session) {
  const { source } = session;
  const show = () => source.model.state.show;
  return {
    openAnnounce: async () => {
      if (!["rehearsal", "live", "paused"].includes(show().status)) return;
      session.open("control-announce-dialog", { announcement: source.model.state.announcement, most: session.limits.announcement_chars });
    },
    openDisclosure: async () => session.open("control-disclosure-dialog", { disclosure: show().disclosure }),
    openDeal: async ({ item }) => session.open("control-deal-dialog", { product: item, limits: session.limits }),
    openAdd: async () => void session.open("control-add-dialog", { inBag: new Set(source.model.bag.map(({ sku }) => sku)), currency: show().currency }),
    newProduct: ({ draft } = {}) => session.open("control-product-dialog", { currency: show().currency, ...(draft && { draft }) }),
    editProduct: async ({ item }) => {
      const product = await source.api.product(item.sku);
      void session.open("control-product-dialog", { product, currency: show().currency });
    },
    openEdit: async () => {
      const { state, bag } = source.model;
      const fixed = state.totals?.orders ? "show.fixed.sold" : bag.length ? "show.fixed.bag" : "";
      session.open("control-show-dialog", { show: state.show, fixed });
    },
    openPayments: async () =>
      void session.open("control-payments-dialog", { told: await source.api.get("/payments"), connections: source.model.connections ?? [] }),
    savePayments: ({ wanted }) => source.api.put("/payments", wanted),
    openStorefront: async () => {
      const [told, { markets }] = await Promise.all([source.api.get("/shop"), source.api.get("/markets")]);
      session.open("control-storefront-dialog", { ...told, markets, currency: show().currency, seller: show().host?.name ?? "" });
    },
    saveStorefront: async ({ profile, markets }) => (await source.api.put("/markets", { markets }), source.api.put("/shop", profile)),
    call: ({ method, path, body }) => source.api[method](path, body),
    openVouchers: async () => void session.open("control-vouchers-dialog", { state: () => source.model.state }),
    openOrderHooks: async () => void session.open("control-order-hooks-dialog"),
    openHooks: async () => void session.open("control-hook-dialog", { bag: source.model.bag }),
    openShortcuts: async () => session.open("control-shortcuts-dialog"),
    newDevice: async ({ dock }) => {
      const { url } = await source.api.post("/login-codes", {});
      const link = new URL(url, location.origin);
      link.pathname = dock ? `${ROOT}/control/dock` : `${ROOT}/control`;
      if (dock) link.search = `?show=${encodeURIComponent(source.slug)}`;
      session.open("control-device-dialog", { link: link.href, dock });
    },
  };
}

/** Shows a part of the panel, opened; the dock has few of them. @param {Element|null} part @param {string} slug */
function lead(part, slug) {
  if (!part) return void open(`${ROOT}/control?show=${encodeURIComponent(slug)}`, "_blank", "noopener");
  const box = part.closest("details");
  if (box) box.open = true;
  part.scrollIntoView({ block: "center" });
  part.querySelector("button, a")?.focus();
}

/**
 * What the elements may ask for about shops: their connections, secrets and product matches.
 *
 * @param {import("./show-session.js").ShowSession} session
 */
function shopActions(session) {
  const { source, ctx } = session;
  const find = async (id) => (await source.connections()).find((one) => one.id === id);
  const openShop = (connection, fresh = null) => void session.open("control-shop-dialog", { connection, fresh });
  const name = (connection) => nameOf(ctx.t, connection);
  return {
    loadConnections: () => source.loadConnections(),
    connections: () => source.connections(),
    newShop: async () => {
      const made = await session.open("control-shop-new-dialog");
      if (made) openShop(await find(made.id), made.secret);
    },
    makeConnection: async ({ body, here }) => {
      const made = await source.api.post("/connections", { ...body, show: here ? source.slug : null });
      // The secret that the seller has typed needs not to be shown to him again.
      return { ...made, secret: body.secret ? null : made.secret };
    },
    openShop: async ({ id }) => {
      const connection = source.model.connections.find((one) => one.id === id);
      if (connection) openShop(connection);
    },
    leadShop: async ({ id }) => {
      const connection = await find(id);
      if (connection) openShop(connection);
    },
    addSecret: ({ id, secret }) => source.api.post(`/connections/${id}/secrets`, secret ? { secret } : {}),
    dropSecrets: ({ id }) => source.api.delete(`/connections/${id}/secrets`),
    putPoll: ({ id, access }) => source.api.put(`/connections/${id}/poll`, access),
    askPoll: ({ id }) => source.api.post(`/connections/${id}/poll`),
    beginSync: ({ id, keep }) => source.api.post(`/connections/${id}/sync`, { keep }),
    stopSync: ({ id }) => source.api.delete(`/connections/${id}/sync`),
    dropPoll: ({ id }) => source.api.delete(`/connections/${id}/poll`),
    deleteConnection: ({ id, name: shown }) =>
      session.confirm("delete_connection", [ctx.t("delete_connection.line", { name: shown })], "danger", async () => {
        await source.api.delete(`/connections/${id}`);
        await source.loadConnections();
      }),
    openMatches: async ({ id }) => {
      const connection = source.model.connections.find((one) => one.id === id);
      if (connection) void session.open("control-match-dialog", { shop: id, name: name(connection) });
    },
    matching: ({ id }) => source.matching(id),
    saveMatches: async ({ id, matches }) => {
      await source.api.put(`/connections/${id}/matches`, matches);
      await source.loadConnections();
    },
  };
}
