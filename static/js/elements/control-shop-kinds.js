/**
 * What each shop system needs of a seller. `secret`: who makes it, the shop ("theirs") or we ("ours");
 * `early`: it is known before the shop is told our address. `steps`: how many there are in the
 * catalogue, as `shop.step.<kind>.<n>`; `poll`: what it takes to ask the shop for what it missed.
 *
 * @typedef {{secret: "theirs"|"ours", steps: number, early?: boolean, poll?: string[]}} Kind
 * @type {Record<string, Kind>}
 */
export const KINDS = {
  shopify: { secret: "theirs", steps: 4 },
  woocommerce: { secret: "ours", steps: 4, poll: ["address", "key", "secret"] },
  stripe: { secret: "theirs", steps: 4, poll: ["key"] },
  fourthwall: { secret: "theirs", steps: 3 },
  tiktok: { secret: "theirs", steps: 3, early: true },
  generic: { secret: "ours", steps: 3 },
};

const PRIVATE = /^(localhost|127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])|\.(local|lan|test)$/;

/**
 * Whether a shop on the internet can deliver to an address: shops insist on https, and a name of the
 * local network means nothing to them.
 *
 * @param {string} address
 */
export function isReachable(address) {
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" && hostname.includes(".") && !PRIVATE.test(hostname);
}
