/** The parts of a browser engine, each file checked to be of this version. */
import { joined } from "../shared/bytes.js";
import { downloadBytes } from "../store/download.js";
import { HanvoxError } from "../shared/errors.js";
import { wasmFile } from "./support.js";
import { requireFile } from "./version.js";

const LEXICON = "pkg/lexicon.bin";

// The packed lexicon is a few megabytes; a bound on memory.
const MAX_LEXICON_BYTES = 64 * 1024 * 1024;

/**
 * @typedef {object} Place
 * @property {string} base The folder of the package.
 * @property {Record<string, string>} [parts] Addresses of what is elsewhere.
 * @property {Record<string, number>} [sizes] Bytes of the parts, where the build tells them.
 * @property {import("./load-progress.js").OnPart} [onpart]
 */

/** @param {string} file @param {Place} place */
function addressOf(file, { base, parts = {} }) {
  return parts[file] ?? `${base}${file}`;
}

/**
 * Compiles during the download, and in a way that lets the browser cache the compiled code.
 * @param {Place} place
 * @param {boolean} [relaxed] Whether relaxed SIMD may be used.
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchWasm(place, relaxed) {
  const file = wasmFile(relaxed);
  const response = await fetchPart(addressOf(file, place));
  const streamed = WebAssembly.compileStreaming(response.clone());
  // Reported below, after the check: a file of another version may well not be wasm at all.
  streamed.catch(() => {});
  const bytes = await bodyOf(response, counter(file, place));
  await requireFile(file, bytes);
  // Streaming compilation works only if the server sends the type application/wasm.
  return streamed.catch(() => WebAssembly.compile(bytes)).catch((cause) => uncompiled(response.url, cause));
}

/** @param {Place} place */
export async function fetchLexicon(place) {
  const count = counter(LEXICON, place);
  const options = { fetch, missing: /** @type {const} */ ("network"), context: { file: "lexicon.bin" } };
  const bytes = await downloadBytes(addressOf(LEXICON, place), MAX_LEXICON_BYTES, { ...options, onbytes: count });
  count(bytes.length, true);
  await requireFile(LEXICON, bytes);
  return bytes;
}

/**
 * Tells how much of a part is there. Of a part whose size nobody told, all that is there is all that is known.
 * @param {string} file
 * @param {Place} place
 */
function counter(file, { sizes = {}, onpart }) {
  onpart?.(file, 0, sizes[file] ?? 0);
  return (/** @type {number} */ loaded, whole = false) =>
    onpart?.(file, loaded, whole ? loaded : Math.max(loaded, sizes[file] ?? 0));
}

/**
 * @param {Response} response
 * @param {ReturnType<typeof counter>} count
 */
async function bodyOf(response, count) {
  const parts = [];
  let length = 0;
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    count((length += next.value.length));
  }
  count(length, true);
  return joined(new Uint8Array(length), parts);
}

/** Browsers name the policy in the error of a compilation. @param {unknown} cause */
function isForbidden(cause) {
  return cause instanceof WebAssembly.CompileError && /content security policy|CSP/i.test(cause.message);
}

/** @param {string} url */
async function fetchPart(url) {
  const response = await fetch(url).catch((cause) =>
    failed(`${url} could not be fetched`, { url, reason: "refused" }, cause),
  );
  const { ok, status, headers } = response;
  if (!ok) return failed(`${url} answered ${status}`, { url, status, reason: "status" });
  // What servers of one-page applications answer for what is not there.
  if (!/^text\/html\b/i.test(headers.get("content-type") ?? "")) return response;
  return failed(`${url} answered with a web page instead of the engine`, { url, status, reason: "html" });
}

/**
 * @param {string} url
 * @param {unknown} cause
 * @returns {never}
 */
function uncompiled(url, cause) {
  if (!isForbidden(cause)) return failed(`${url} could not be compiled`, { url }, cause);
  const message = "the content security policy forbids WebAssembly: script-src needs 'wasm-unsafe-eval'";
  throw new HanvoxError("engine-blocked", message, { context: { url }, cause });
}

/**
 * @param {string} message
 * @param {Record<string, unknown>} context
 * @param {unknown} [cause]
 * @returns {never}
 */
function failed(message, context, cause) {
  throw new HanvoxError("network", message, { context, cause });
}
