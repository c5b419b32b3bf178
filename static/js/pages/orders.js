import "../control/access/keys.js";
import { orderActions } from "../control/orders/actions.js";
import { Shell } from "../control/shell.js";

const root = /** @type {HTMLElement} */ (document.getElementById("control"));
const { slip } = JSON.parse(document.getElementById("page-data")?.textContent || "{}");
const list = { tag: "control-orders", load: () => import("../control/orders/orders.js") };
const sheet = { tag: "control-packing-slip", load: () => import("../control/orders/packing-slip.js"), props: { order: slip } };

Shell.open(root, { home: { ...(slip ? sheet : list), actions: orderActions } });
