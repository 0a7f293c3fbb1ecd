/** The engine in Node, with its parts read from the package's folder. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createEngine, createManifestCheck } from "../engine/engine.js";
import { HanvoxError } from "../shared/errors.js";
import { wasmFile } from "../engine/support.js";
import { LIMITS } from "../shared/limits.js";

// Not `new URL` of a folder, which bundlers would look for as a module.
export const PACKAGE = join(dirname(fileURLToPath(import.meta.url)), "../../");

let instances = 0;

/**
 * The engine without a voice.
 * @param {string} [base] The folder that contains `pkg/`.
 * @param {number} [memoryLimit] Bytes.
 * @param {boolean} [relaxed] Whether relaxed SIMD may be used.
 * @returns {Promise<import("../engine/engine.js").Engine>}
 */
export async function openFrontend(base = PACKAGE, memoryLimit = LIMITS.memory_bytes, relaxed = true) {
  return createEngine({
    ...(await readCode(base, relaxed)),
    lexicon: await readPart(base, "pkg/lexicon.bin"),
    memoryLimit,
  });
}

/** @type {ReturnType<typeof createManifestCheck> | undefined} */
let check;

/**
 * The engine's check of a manifest: rejects with what loading a voice with this manifest would.
 * @param {string} text
 */
export async function checkManifest(text) {
  check ??= readCode(PACKAGE, true).then(createManifestCheck);
  try {
    (await check)(text);
  } catch (thrown) {
    // After a trap it can't be used any more.
    if (!HanvoxError.from(thrown).code.startsWith("voice-")) check = undefined;
    throw thrown;
  }
}

/**
 * @param {string} base
 * @param {boolean} relaxed
 */
async function readCode(base, relaxed) {
  // A crashed wasm instance can't be revived, and a module is evaluated once per URL.
  const address = `${pathToFileURL(join(base, "pkg/hanvox.js"))}?instance=${++instances}`;
  return { bindings: await importEngine(address), wasm: await readPart(base, wasmFile(relaxed)) };
}

/**
 * @param {string} address
 * @returns {Promise<import("../engine/engine.js").Bindings>}
 */
async function importEngine(address) {
  try {
    return await import(address);
  } catch (cause) {
    throw new HanvoxError("voice-missing", "the engine is not built: run `npm start` or `npm run build`", {
      cause,
    });
  }
}

/**
 * @param {string} base
 * @param {string} path
 */
async function readPart(base, path) {
  try {
    return new Uint8Array(await readFile(join(base, path)));
  } catch (cause) {
    throw new HanvoxError("voice-missing", `${path} could not be read`, {
      context: { path: join(base, path) },
      cause,
    });
  }
}
