/** What the pages of orders may ask for: each goes to the server. */

/** So long the browser may take to write a file. */
const KEPT_MS = 60_000;

/** @param {string} id @param {string} [part] */
const path = (id, part = "") => `/orders/${encodeURIComponent(id)}${part}`;

/**
 * @param {import("../access/keys.js").DeviceKey} device
 * @returns {Record<string, (args: any) => any>}
 */
export function orderActions(device) {
  const { api } = device;
  return {
    orders: ({ wanted, after }) => api.get(`/orders?${queryOf({ ...wanted, limit: 50, after })}`),
    order: ({ id }) => api.get(path(id)),
    buyer: ({ id }) => api.get(path(id, "/buyer")),
    orderShows: async () => (await device.shows()).shows,
    orderMarkets: () => markets(api),
    refundAmount: ({ id, body }) => api.post(path(id, "/refunds?dry_run=true"), body),
    refund: ({ id, body, key }) => api.post(path(id, "/refunds"), body, { idempotencyKey: key }),
    ship: ({ id, body, key }) => api.post(path(id, "/shipments"), body, { idempotencyKey: key }),
    deliver: ({ id, body }) => api.post(path(id, "/deliveries"), body),
    takeBack: ({ id, body, key }) => api.post(path(id, "/returns"), body, { idempotencyKey: key }),
    places: () => api.get("/places"),
    addPlace: ({ body }) => api.post("/places", body),
    changePlace: ({ code, body }) => api.put(`/places/${encodeURIComponent(code)}`, body),
    removePlace: ({ code }) => api.delete(`/places/${encodeURIComponent(code)}`),
    placedStock: ({ sku }) => api.get(`/products/${encodeURIComponent(sku)}/places`),
    moveStock: ({ body, key }) => api.post("/stock-moves", body, { idempotencyKey: key }),
    stockMoves: ({ limit }) => api.get(`/stock-moves?limit=${limit}`),
    orderPlaces: ({ id }) => api.get(path(id, "/places")),
    pick: ({ id, body }) => api.post(path(id, "/picked"), body),
    exportOrders: async ({ wanted }) => save(await device.file(`/orders.csv?${queryOf(wanted)}`), "orders.csv"),
  };
}

/** @param {Record<string, any>} wanted what is empty is not asked for */
function queryOf(wanted) {
  return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
}

/** Where the shop has none there is nothing to choose. @param {import("../../client/api.js").Api} api */
async function markets(api) {
  try {
    return (await api.get("/markets")).markets ?? [];
  } catch {
    return [];
  }
}

/** @param {Blob} file @param {string} name */
function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
