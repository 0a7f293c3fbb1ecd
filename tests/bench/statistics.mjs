/** What repeated measurements say. */

/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} least
 * @property {number} most
 */

/** @param {number[]} values At least one. @returns {Spread} */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], least: sorted[0], most: sorted[sorted.length - 1] };
}

/** @param {Spread} spread @param {number} [digits] */
export function spelled({ median, least, most }, digits = 4) {
  const [middle, low, high] = [median, least, most].map((value) => value.toFixed(digits));
  return `${middle} (${low} to ${high})`;
}
