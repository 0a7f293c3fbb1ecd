/** Parses the download sources of voices: one URL per line, prefixed with `hf` for the `hf` layout. */
import { HanvoxError } from "../../lib/shared/errors.js";

/** @typedef {{base: string, layout?: "hf"}} Source */

/**
 * @param {string} text Empty lines are ignored.
 * @param {string} page Base for relative URLs.
 * @returns {Source[]} `option-invalid` for a line that is not a valid URL.
 */
export function parseSources(text, page) {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.flatMap((line, place) => (line ? [parseLine(line, place + 1, page)] : []));
}

/** The sources that the page's own policy blocks. @param {Source[]} sources @param {string} page */
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
