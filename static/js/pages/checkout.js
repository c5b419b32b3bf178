import "../shared/timers.js";

/**
 * `/checkouts/{token}/pay`: the clock of the reservation, and the provider's frame where that is on
 * our page. Without it the page does the same by links.
 */
const RELOAD_MS = 1_500;

/** Server time, as the page brought it. @param {number} now */
function clockFrom(now) {
  const ahead = now - Date.now();
  return () => Date.now() + ahead;
}

/** @param {{now: number, expires_at: number|null, over: string}} data */
function startClock({ now, expires_at, over }) {
  const clock = /** @type {any} */ (document.querySelector("v-countdown"));
  if (!clock || expires_at === null) return;
  const said = document.getElementById("said");
  clock.now = clockFrom(now);
  clock.overText = over;
  clock.addEventListener("countdown-mark", () => (said.textContent = clock.textContent));
  clock.addEventListener("countdown-over", () => setTimeout(() => location.reload(), RELOAD_MS));
  clock.deadline = expires_at;
}

/** @param {string} address @returns {Promise<void>} */
function loaded(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => reject(new Error("the provider's script did not come")));
    document.head.append(script);
  });
}

/** @param {{script: string, key: string, secret: string, failed: string}} data */
async function showFrame({ script, key, secret, failed }) {
  try {
    await loaded(script);
    const stripe = /** @type {any} */ (window).Stripe(key);
    const make = stripe.createEmbeddedCheckoutPage ?? stripe.initEmbeddedCheckout;
    const frame = await make.call(stripe, { clientSecret: secret });
    frame.mount("#frame");
  } catch {
    const told = document.getElementById("failed");
    told.textContent = failed;
    told.hidden = false;
  }
}

const data = JSON.parse(document.getElementById("page-data").textContent);
startClock(data);
if (data.script) void showFrame(data);
