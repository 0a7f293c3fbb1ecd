/** Where voices are fetched from, as people type it: an address a line, `hf` before one that is laid out so. */
import { HanvoxError } from "../../lib/shared/errors.js";

/** @typedef {{base: string, layout?: "hf"}} Source */

/**
 * @param {string} text Empty lines say nothing.
 * @param {string} page Address that relative ones start at.
 * @returns {Source[]} `option-invalid` for a line that is no address.
 */
export function parseSources(text, page) {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.flatMap((line, place) => (line ? [parseLine(line, place + 1, page)] : []));
}

/** Those that the page may not ask by its own policy. @param {Source[]} sources @param {string} page */
export function foreign(sources, page) {
  return sources.filter(({ base }) => new URL(base).origin !== new URL(page).origin);
}

/**
 * @param {string} line
 * @param {number} number
 * @param {string} page
 * @returns {Source}
 */
function parseLine(line, number, page) {
  const [, hf, address] = /** @type {RegExpExecArray} */ (/^(hf\s+)?(.*)$/.exec(line));
  if (!/\s/.test(address) && URL.canParse(address, page)) {
    const { protocol, href } = new URL(address.endsWith("/") ? address : `${address}/`, page);
    if (/^https?:$/.test(protocol)) return { base: href, ...(hf && { layout: "hf" }) };
  }
  const context = { line: number, reason: "address" };
  throw new HanvoxError("option-invalid", `line ${number} of the sources is no address: ${address}`, { context });
}
