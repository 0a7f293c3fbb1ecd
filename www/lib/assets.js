/**
 * Where the parts of the engine and the default voice are. Bundlers follow `new URL(..., import.meta.url)` as it is
 * written here: each part is a file of the output, and its address is known.
 */
import { HanvoxError } from "./shared/errors.js";

/** @typedef {Record<string, string>} Addresses Of the parts, by their paths in the package. */

/**
 * @typedef {object} Located
 * @property {string} base Address of the folder that contains `pkg/`.
 * @property {Addresses} parts Those that a bundler moved.
 * @property {Addresses} [voice] The files of the default voice that a bundler moved.
 * @property {string} [worker] Address of the worker, where it isn't the bundler's.
 */

const WHERE = import.meta.url;

/** The path of this file in the package. */
const OWN = "lib/assets.js";

/** Where development servers and plain pages have the package. */
const INSTALLED = "/node_modules/hanvox/www/";

/** @returns {Addresses} */
function parts() {
  return {
    "pkg/hanvox_bg.wasm": new URL("../pkg/hanvox_bg.wasm", import.meta.url).href,
    "pkg/hanvox_relaxed_bg.wasm": new URL("../pkg/hanvox_relaxed_bg.wasm", import.meta.url).href,
    "pkg/lexicon.bin": new URL("../pkg/lexicon.bin", import.meta.url).href,
  };
}

/** @returns {Addresses} */
function voice() {
  return {
    "voice.json": new URL("../voices/han/voice.txt", import.meta.url).href,
    "CARD.md": new URL("../voices/han/CARD.md", import.meta.url).href,
    "curves.onnx": new URL("../voices/han/curves.onnx", import.meta.url).href,
    "decoder.onnx": new URL("../voices/han/decoder.onnx", import.meta.url).href,
    "encoder.onnx": new URL("../voices/han/encoder.onnx", import.meta.url).href,
  };
}

/** Address of the module that plays sound on the audio thread; undefined where a bundler has left it behind. */
export function processorAddress() {
  const address = new URL("./playback/processor.js", import.meta.url).href;
  return isMoved("./playback/processor.js", address) || WHERE.endsWith(`/${OWN}`) ? ofPage(address) : undefined;
}

/**
 * Finds the parts: as they are in the package, where a bundler put them, or where the package is served.
 * @param {string} [assets] Address of a copy of the folder `www` of the package.
 * @returns {Promise<Located>}
 */
export async function locate(assets) {
  if (assets !== undefined) return served(ofPage(assets.endsWith("/") ? assets : `${assets}/`));
  if (isFollowed()) return { base: ofPage("./"), parts: absolute(parts()), voice: absolute(voice()) };
  const [folder] = WHERE.split(`/${OWN}`);
  if (folder !== WHERE) return served(`${folder}/`);
  const base = ofPage(INSTALLED);
  if (await isThere(`${base}${OWN}`)) return served(base);
  const message =
    "the engine is not beside the bundle: copy node_modules/hanvox/www and name it by the option `assets`";
  throw new HanvoxError("engine-blocked", message, { context: { looked: base } });
}

/** Absolute, as the page means it. @param {string} address */
function ofPage(address) {
  return new URL(address, globalThis.location?.href).href;
}

/** @param {string} base @returns {Located} */
function served(base) {
  return { base, parts: {}, worker: `${base}lib/engine/worker.js` };
}

/** Whether the bundler has put the parts somewhere. */
function isFollowed() {
  const [path, address] = Object.entries(parts())[0];
  return isMoved(`../${path}`, address);
}

/** Whether an address is not what its text says: a bundler has put the file somewhere. @param {string} path @param {string} address */
function isMoved(path, address) {
  return address !== new URL(path, WHERE).href;
}

/** Some bundlers give addresses without the origin. @param {Addresses} addresses @returns {Addresses} */
function absolute(addresses) {
  const whole = (/** @type {[string, string]} */ [path, address]) => [path, ofPage(address)];
  return Object.fromEntries(Object.entries(addresses).map(whole));
}

/** A server may answer with a page instead of what is missing. @param {string} address */
async function isThere(address) {
  const response = await fetch(address, { method: "HEAD" }).catch(() => undefined);
  return Boolean(response?.ok) && !/text\/html/.test(response?.headers.get("content-type") ?? "");
}
