/** Choosing a variant: which one the values mean, what it costs, and what is not to be had. Pure. */

import { offerOf, wasHigher } from "../shared/offer.js";

const FEW = 10;

/** @param {any[]} variants @param {string[]} values @returns {any} the variant, or null where none is made */
export function variantOf(variants, values) {
  return variants.find((one) => one.values.every((value, index) => value === values[index])) ?? null;
}

/**
 * The nearest variant that is made: the value that was just chosen stays.
 *
 * @param {any[]} variants @param {string[]} values @param {number} kept index of the option just chosen
 */
export function nearest(variants, values, kept) {
  const fits = variants.filter((one) => one.values[kept] === values[kept]);
  const same = (one) => one.values.filter((value, index) => value === values[index]).length;
  return fits.sort((a, b) => same(b) - same(a) || gone(a) - gone(b))[0] ?? variants[0];
}

/** @param {any[]} variants @param {string[]} chosen @param {number} index @param {string} value */
export function isGone(variants, chosen, index, value) {
  const variant = variantOf(variants, chosen.map((one, at) => (at === index ? value : one)));
  return !variant || variant.stock === 0;
}

function gone(variant) {
  return variant.stock === 0 ? 1 : 0;
}

/**
 * `variant_offer` of `server/vetrina/domain/show/offer.py`.
 *
 * @param {any} product @param {any} variant @param {any} deal @param {number} now
 * @param {Record<string, any>} prices of a deal where variants differ, by SKU
 */
export function variantOfferOf(product, variant, deal, now, prices) {
  const whole = offerOf(product, deal, now);
  const running = whole.phase === "running";
  const price = running ? (prices[variant.sku] ?? deal.price) : variant.price;
  const before = running ? (product.price_to ? null : deal.was) : variant.prior_price;
  const { stock } = variant;
  const counted = running && deal.quantity;
  return {
    ...whole,
    price,
    priceTo: null,
    was: wasHigher(price, before) ? before : null,
    soldOut: stock === 0,
    few: stock && stock <= FEW && !counted ? stock : null,
  };
}
