/** Voice sources as written on the command line and in the environment. */
import { HanvoxError } from "../shared/errors.js";
import { toSources } from "../store/sources.js";

/** @typedef {import("../store/sources.js").Source} Source */

/** Precedes the address of a hub whose files are at URL/ID/resolve/REVISION/. */
const HUB = "hf+";

/**
 * The given sources, or else those in HANVOX_SOURCES (addresses separated by spaces); none by default.
 * @param {readonly (string | Source)[]} [given]
 * @param {string} [revision] For sources that name none.
 * @returns {Source[]}
 */
export function nodeSources(given = fromEnvironment(), revision) {
  return given.flatMap((source) => {
    const parsed = typeof source === "string" ? parse(source) : source;
    // There is no base here to resolve relative addresses against.
    return toSources([parsed], { from: httpAddress(parsed.base), revision });
  });
}

function fromEnvironment() {
  return (process.env.HANVOX_SOURCES ?? "").split(/\s+/).filter(Boolean);
}

/**
 * @param {string} text An address, with "hf+" before it for a hub, and "#" plus a revision after it.
 * @returns {Source}
 */
function parse(text) {
  const layout = text.startsWith(HUB) ? "hf" : "plain";
  const [base, revision] = text.slice(layout === "hf" ? HUB.length : 0).split("#");
  return revision ? { base, layout, revision } : { base, layout };
}

/** @param {string} address */
function httpAddress(address) {
  if (/^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : "")) return address;
  const context = { source: address };
  throw new HanvoxError("option-invalid", `a source is an http or https address, not "${address}"`, { context });
}
