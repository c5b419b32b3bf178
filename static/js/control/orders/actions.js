/** What the pages of orders may ask for: each goes to the server. */

import { ROOT } from "../../client/reconnect.js";
import { Problem } from "../../client/api.js";

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
    exportOrders: ({ wanted }) => download(device, `/orders.csv?${queryOf(wanted)}`, "orders.csv"),
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

/**
 * A link cannot carry the key, so the file is fetched and then handed over.
 *
 * @param {import("../access/keys.js").DeviceKey} device @param {string} address @param {string} name
 */
async function download(device, address, name) {
  const headers = { Authorization: `Bearer ${device.key}` };
  const answer = await fetch(`${ROOT}/api/v1${address}`, { headers }).catch(() => null);
  if (!answer) throw new Problem({});
  if (!answer.ok) throw new Problem({ ...(await answer.json().catch(() => ({}))), status: answer.status });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
