/** Compresses copies of the files in dist/, for hosts that serve them (nginx: gzip_static, brotli_static). */
import { readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { COMPRESSIBLE, SMALLEST_BYTES } from "../www/bin/compressed.js";
import { ROOT, filesUnder, runStep } from "./steps.mjs";

// Whoever hosts voices may send them whole.
const EXTENSIONS = new Set([...COMPRESSIBLE, ".onnx"]);

/** @type {Record<string, (bytes: Buffer) => Promise<Buffer>>} */
const ENCODINGS = {
  ".gz": (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ".br": (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_LGWIN]: 24 },
    }),
};

export function precompress() {
  return runStep({ name: "precompress", title: "Compressed copies in dist/", done: () => false, run: compressAll });
}

async function compressAll() {
  const files = filesUnder("dist").filter((path) => EXTENSIONS.has(extname(path)));
  await Promise.all(files.map((path) => compress(join(ROOT, path))));
}

/** @param {string} path */
async function compress(path) {
  const bytes = await readFile(path);
  if (bytes.length < SMALLEST_BYTES) return;
  for (const [suffix, encode] of Object.entries(ENCODINGS)) {
    const encoded = await encode(bytes);
    if (encoded.length < bytes.length) await writeFile(path + suffix, encoded);
  }
}
