/** The encoders in Node, with their wasm read from the package's folder. */
import { readFile } from "node:fs/promises";
import { openEncoder as open } from "../encode/encoder.js";
import { HanvoxError } from "../shared/errors.js";

/**
 * @param {import("../encode/formats.js").Format} format
 * @param {import("../encode/encoder.js").EncoderOptions} options
 */
export function openEncoder(format, options) {
  return open(format, options, compileFile);
}

/** @type {import("../encode/encoder.js").Compile} */
async function compileFile(url) {
  try {
    return await WebAssembly.compile(await readFile(url));
  } catch (cause) {
    throw new HanvoxError("voice-missing", "the encoders are not built: run `npm start` or `npm run build`", { cause });
  }
}
