import { panelLayout } from "../control/layout.js";
import { Shell } from "../control/shell.js";

const root = /** @type {HTMLElement} */ (document.getElementById("control"));
new Shell(root, { layout: panelLayout }).start();
