import { badgeText } from "./show/on-air.js";

/**
 * What the elements may ask for while a show is open: the name of an `ask` → what it does. Each
 * answers a promise; a refusal rejects it and is told by the element that asked.
 *
 * @param {import("./show-session.js").Desk} desk
 * @returns {Record<string, (args: any) => any>}
 */
export function deskActions(desk) {
  return { ...pinActions(desk), ...bagActions(desk), ...showActions(desk), ...shopActions(desk), ...dialogActions(desk) };
}

/** @param {import("./show-session.js").Desk} desk */
function pinActions(desk) {
  const { room } = desk;
  return {
    command: ({ command }) => room.command(command),
    pin: ({ sku, slot = 1 }) => desk.turnPin(slot, { type: "pin_product", sku, slot }),
    unpin: ({ slot = desk.newestSlot() } = {}) => desk.turnPin(slot, { type: "unpin_product", slot }),
    pinNext: () => desk.turnPin(1, { type: "pin_next" }),
    pinNumber: ({ number }) => {
      const item = room.model.bag.find((entry) => entry.number === number);
      if (item) return desk.turnPin(1, { type: "pin_product", sku: item.sku });
      return desk.say({ text: desk.ctx.t("toast.no_number", { n: number }), tone: "refused" });
    },
    undo: () => desk.undoPin(),
    calm: () => room.command({ type: "calm" }),
    panic: () => clearScreen(room),
    rehearsePurchase: () => {
      const { state, bag } = room.model;
      const sku = state.pins[0]?.product.sku ?? bag[Math.floor(Math.random() * bag.length)].sku;
      return room.command({ type: "rehearse_purchase", sku });
    },
  };
}

/** Where the server is away, the one thing that still helps is OBS itself. */
async function clearScreen(room) {
  try {
    return await room.command({ type: "panic" });
  } catch (problem) {
    if (problem.code === "offline") problem.code = "panic_offline";
    throw problem;
  }
}

/** @param {import("./show-session.js").Desk} desk */
function bagActions(desk) {
  const { room } = desk;
  const skus = () => room.model.bag.map(({ sku }) => sku);
  return {
    reloadBag: () => room.loadBag(),
    orderBag: ({ skus: order }) => room.setBag(order),
    addToBag: ({ skus: more }) => room.setBag([...skus(), ...more]),
    removeFromBag: async ({ item }) => {
      const before = skus();
      await room.setBag(before.filter((sku) => sku !== item.sku));
      desk.say({
        text: desk.ctx.t("toast.removed", { title: item.title }),
        stays: 10_000,
        action: { label: desk.ctx.t("toast.undo"), run: () => desk.attempt(() => room.setBag(before)) },
      });
    },
    catalogue: () => room.api.get("/products"),
    uploadImage: ({ file }) => room.api.post("/images", file),
    saveProduct: async ({ product, add }) => {
      const { products } = await room.api.post("/products", product);
      if (add) await room.setBag([...skus(), product.sku]);
      else await room.loadBag();
      return products[0];
    },
  };
}

/** @param {import("./show-session.js").Desk} desk */
function showActions(desk) {
  const { room, ctx } = desk;
  const start = (rehearsal) => room.command({ type: "start_show", rehearsal });
  const moves = {
    rehearse: () => start(true),
    shows: () => desk.root.querySelector("control-strips").ask("openShows"),
    pause: () => room.command({ type: "pause_show" }),
    resume: () => room.command({ type: "resume_show" }),
    live: () => {
      const badge = badgeText(ctx.t, room.model.state.show.disclosure);
      const lines = [ctx.t("live.line"), ctx.t("live.badge", { badge })];
      return desk.confirm("live", lines, "primary", () => start(false));
    },
    end: () => desk.confirm("end", [ctx.t("end.line")], "danger", () => room.command({ type: "end_show" })),
  };
  return {
    turnShow: ({ move }) => moves[move](),
    wake: async () => room.wake(),
    reload: () => location.reload(),
    takeNote: ({ ids }) => room.takeNote(ids),
    newOverlayLink: async () => {
      const made = await room.api.post(`${room.path}/keys`, { role: "overlay" });
      const url = made.url ?? new URL(`/overlay/${made.key}`, location.origin).href;
      room.keepLink({ id: made.id, url });
      await room.loadKeys();
    },
    revokeKey: ({ id, role, name }) =>
      desk.confirm("revoke", [ctx.t(`revoke.line.${role}`, { name })], "danger", async () => {
        await room.api.delete(`/keys/${id}`);
        await room.loadKeys();
      }),
    qr: ({ text }) => desk.door.picture("/qr", { text }),
    loadKeys: () => room.loadKeys(),
  };
}

/** @param {import("./show-session.js").Desk} desk */
function dialogActions(desk) {
  const { room } = desk;
  const show = () => room.model.state.show;
  return {
    openAnnounce: async () => {
      if (!["rehearsal", "live", "paused"].includes(show().status)) return;
      desk.open("control-announce-dialog", {
        announcement: room.model.state.announcement,
        most: desk.limits.announcement_chars,
      });
    },
    openDisclosure: async () => desk.open("control-disclosure-dialog", { disclosure: show().disclosure }),
    openDeal: async ({ item }) => desk.open("control-deal-dialog", { product: item, limits: desk.limits }),
    openAdd: async () => {
      const inBag = new Set(room.model.bag.map(({ sku }) => sku));
      desk.open("control-add-dialog", { inBag, currency: show().currency });
    },
    newProduct: ({ draft } = {}) =>
      desk.open("control-product-dialog", { currency: show().currency, ...(draft && { draft }) }),
    editProduct: async ({ item }) => {
      const product = room.model.bag.find(({ sku }) => sku === item.sku) ?? item;
      desk.open("control-product-dialog", { product, currency: show().currency });
    },
    openShortcuts: async () => desk.open("control-shortcuts-dialog"),
    newDevice: async ({ dock }) => {
      const { url } = await room.api.post("/login-codes", {});
      const link = new URL(url, location.origin);
      link.pathname = dock ? "/control/dock" : "/control";
      if (dock) link.search = `?show=${encodeURIComponent(room.slug)}`;
      desk.open("control-device-dialog", { link: link.href, dock });
    },
  };
}

/** As many past events as are looked through for what was sold. */
const LOOK_BACK = 1_000;

/**
 * What the elements may ask for about shops: their connections, secrets and product matches.
 *
 * @param {import("./show-session.js").Desk} desk
 */
function shopActions(desk) {
  const { room, ctx } = desk;
  const find = async (id) => (await room.connections()).find((one) => one.id === id);
  const openShop = (connection, fresh = null) => void desk.open("control-shop-dialog", { connection, fresh });
  const name = ({ kind }) => ctx.t(`connections.kind.${kind}`);
  return {
    loadConnections: () => room.loadConnections(),
    connections: () => room.connections(),
    newShop: async () => {
      const made = await desk.open("control-shop-new-dialog");
      if (made) openShop(await find(made.id), made.secret);
    },
    makeConnection: async ({ body, here }) => {
      const made = await room.api.post("/connections", { ...body, show: here ? room.slug : null });
      // The secret that the seller has typed needs not to be shown to him again.
      return { ...made, secret: body.secret ? null : made.secret };
    },
    openShop: async ({ id }) => {
      const connection = room.model.connections.find((one) => one.id === id);
      if (connection) openShop(connection);
    },
    addSecret: ({ id, secret }) => room.api.post(`/connections/${id}/secrets`, secret ? { secret } : {}),
    dropSecrets: ({ id }) => room.api.delete(`/connections/${id}/secrets`),
    putPoll: ({ id, access }) => room.api.put(`/connections/${id}/poll`, access),
    askPoll: ({ id }) => room.api.post(`/connections/${id}/poll`),
    dropPoll: ({ id }) => room.api.delete(`/connections/${id}/poll`),
    deleteConnection: ({ id, name: shown }) =>
      desk.confirm("delete_connection", [ctx.t("delete_connection.line", { name: shown })], "danger", async () => {
        await room.api.delete(`/connections/${id}`);
        await room.loadConnections();
      }),
    openMatches: async ({ id }) => {
      const connection = room.model.connections.find((one) => one.id === id);
      if (connection) void desk.open("control-match-dialog", { shop: id, name: name(connection) });
    },
    matching: ({ id }) => matching(room, id),
    saveMatches: async ({ id, matches }) => {
      await room.api.put(`/connections/${id}/matches`, matches);
      await room.loadConnections();
    },
  };
}

/** @param {import("./model.js").ControlRoom} room @param {string} id */
async function matching(room, id) {
  const after = Math.max(0, room.model.seq - LOOK_BACK);
  const [{ unmatched }, { matches }, { products }, { events }] = await Promise.all([
    room.api.get(`/connections/${id}/unmatched`),
    room.api.get(`/connections/${id}/matches`),
    room.api.get("/products"),
    room.api.get(`${room.path}/events?after=${after}&limit=${LOOK_BACK}`),
  ]);
  return { unmatched, matches, products, sold: soldOf(events) };
}

/** @param {any[]} events @returns {Map<string, number>} pieces by the name that an item had */
function soldOf(events) {
  const sold = new Map();
  const items = events.filter(({ type }) => type === "purchase_confirmed").flatMap((event) => event.items);
  for (const { sku, quantity } of items) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  return sold;
}
