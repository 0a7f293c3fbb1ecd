/** Where voices are fetched from. */
import { HanvoxError } from "../shared/errors.js";

/** @typedef {import("../shared/protocol.js").Source} Source */

/**
 * Resolves sources, as users write them, to absolute addresses.
 * @param {(string | Source)[]} sources An address means a plain source.
 * @param {{from: string, revision?: string}} options `from`: base for relative addresses; `revision`: for
 *   sources that name none.
 * @returns {Source[]}
 */
export function toSources(sources, { from, revision }) {
  return sources.map((given) => {
    const source = typeof given === "string" ? { base: given } : given;
    return checked({ revision, ...source, base: folderAddress(source.base, from) });
  });
}

/**
 * @param {string} address
 * @param {string} from
 */
export function folderAddress(address, from) {
  try {
    return new URL(address.endsWith("/") ? address : `${address}/`, from).href;
  } catch (cause) {
    throw new HanvoxError("option-invalid", `"${address}" is no address`, { context: { address }, cause });
  }
}

/**
 * @param {Source} source
 * @param {string} id
 * @param {string} path
 */
export function fileAddress({ base, layout = "plain", revision = "main", files = {} }, id, path) {
  if (layout === "files") return files[path] ?? absent(id, path);
  if (layout === "plain") return `${base}${id}/${path}`;
  return `${base}${id}/resolve/${encodeURIComponent(revision)}/${path}`;
}

/**
 * @param {string} voice
 * @param {string} file
 * @returns {never}
 */
function absent(voice, file) {
  throw new HanvoxError("voice-missing", `the source has no address of ${file}`, { context: { voice, file } });
}

/** @param {Source} source */
function checked(source) {
  const { layout = "plain" } = source;
  if (layout === "plain" || layout === "hf" || layout === "files") return source;
  throw new HanvoxError("option-invalid", `"${layout}" is no layout of a source`, { context: { layout } });
}
