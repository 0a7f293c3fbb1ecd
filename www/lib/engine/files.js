/** The parts of a browser engine, each file checked to be of this version. */
import { downloadBytes } from "../store/download.js";
import { HanvoxError } from "../shared/errors.js";
import { wasmFile } from "./support.js";
import { requireFile } from "./version.js";

const LEXICON = "pkg/lexicon.bin";

// The packed lexicon is a few megabytes; a bound on memory.
const MAX_LEXICON_BYTES = 64 * 1024 * 1024;

/** @typedef {{base: string, parts?: Record<string, string>}} Place The folder of the package, and what is elsewhere. */

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
  const bytes = new Uint8Array(await response.arrayBuffer());
  await requireFile(file, bytes);
  // Streaming compilation works only if the server sends the type application/wasm.
  return streamed.catch(() => WebAssembly.compile(bytes)).catch((cause) => unfetched(response.url, { cause }));
}

/** @param {Place} place */
export async function fetchLexicon(place) {
  const options = { fetch, missing: /** @type {const} */ ("voice-missing"), context: { file: "lexicon.bin" } };
  const bytes = await downloadBytes(addressOf(LEXICON, place), MAX_LEXICON_BYTES, options);
  await requireFile(LEXICON, bytes);
  return bytes;
}

/** Browsers name the policy in the error of a compilation. @param {unknown} cause */
function isForbidden(cause) {
  return cause instanceof WebAssembly.CompileError && /content security policy|CSP/i.test(cause.message);
}

/** @param {string} url */
async function fetchPart(url) {
  const response = await fetch(url).catch((cause) => unfetched(url, { cause }));
  return response.ok ? response : unfetched(url, { status: response.status });
}

/**
 * @param {string} url
 * @param {{cause?: unknown, status?: number}} why
 * @returns {never}
 */
function unfetched(url, { cause, status }) {
  if (isForbidden(cause)) {
    const message = "the content security policy forbids WebAssembly: script-src needs 'wasm-unsafe-eval'";
    throw new HanvoxError("engine-blocked", message, { context: { url }, cause });
  }
  const context = status === undefined ? { url } : { url, status };
  throw new HanvoxError("network", "the engine could not be fetched or compiled", { context, cause });
}
