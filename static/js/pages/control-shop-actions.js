/** As many past events as are looked through for what was sold. */
const LOOK_BACK = 1_000;

/**
 * What the elements may ask for about shops: their connections, secrets and product matches.
 *
 * @param {import("./control-desk.js").Desk} desk
 */
export function shopActions(desk) {
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

/** @param {import("./control-room.js").ControlRoom} room @param {string} id */
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
export function soldOf(events) {
  const sold = new Map();
  const items = events.filter(({ type }) => type === "purchase_confirmed").flatMap((event) => event.items);
  for (const { sku, quantity } of items) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  return sold;
}
