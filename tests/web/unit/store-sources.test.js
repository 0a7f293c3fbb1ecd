import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest } from "../../../www/lib/store/manifest.js";
import { BLOCK_BYTES } from "../../../www/lib/store/blocks.js";
import { fileAddress, toSources } from "../../../www/lib/store/sources.js";
import { makeVoiceOfBlocks } from "../support/voice-of-blocks.js";

test("sources are made absolute, with a revision where they name none", () => {
  const hub = { base: "https://hub.test/me", layout: /** @type {const} */ ("hf"), revision: "main" };
  assert.deepEqual(toSources(["voices", hub], { from: "https://page.test/app/", revision: "v1" }), [
    { base: "https://page.test/app/voices/", revision: "v1" },
    { base: "https://hub.test/me/", layout: "hf", revision: "main" },
  ]);
});

test("addresses follow the layout, and a revision can't lead elsewhere", () => {
  const base = "https://hub.test/me/";
  assert.equal(fileAddress({ base }, "tiny", "a/b.bin"), "https://hub.test/me/tiny/a/b.bin");
  const hub = /** @type {const} */ ({ base, layout: "hf" });
  assert.equal(fileAddress(hub, "tiny", "b.bin"), "https://hub.test/me/tiny/resolve/main/b.bin");
  assert.equal(
    fileAddress({ ...hub, revision: "../../x?" }, "tiny", "b.bin"),
    "https://hub.test/me/tiny/resolve/..%2F..%2Fx%3F/b.bin",
  );
});

test("what is no source is refused", () => {
  const from = "https://page.test/";
  assert.throws(() => toSources(["https://"], { from }), { code: "option-invalid" });
  const odd = /** @type {any} */ ({ base: "x", layout: "odd" });
  assert.throws(() => toSources([odd], { from }), { code: "option-invalid" });
});

const { manifest } = makeVoiceOfBlocks();
const [file] = manifest.files;

/** @param {unknown} files */
function withFiles(files) {
  return JSON.stringify({ ...manifest, files });
}

test("a manifest may give the sums of blocks, or not", () => {
  const plain = { path: file.path, bytes: file.bytes, sha256: file.sha256 };
  assert.deepEqual(parseManifest(withFiles([file])).files, [file]);
  assert.deepEqual(parseManifest(withFiles([plain])).files, [plain]);
});

const BAD_PATHS = [
  "../a",
  "a/../b",
  "/a",
  "a//b",
  "a/",
  ".hidden",
  "a\\b",
  "C:a",
  "a\0",
  "a b",
  "ａ.onnx",
  "a\u202eb",
  "é",
  "",
  "voice.json",
  "a".repeat(201),
];

test("paths that leave the voice, or look like others, are refused", () => {
  for (const path of BAD_PATHS)
    assert.throws(() => parseManifest(withFiles([{ ...file, path }])), { code: "voice-corrupt" }, JSON.stringify(path));
});

/** @type {[string, unknown][]} */
const BAD_FILES = [
  ["too many", Array.from({ length: 101 }, (_, i) => ({ ...file, path: `f${i}` }))],
  ["too much", Array.from({ length: 5 }, (_, i) => ({ path: `f${i}`, bytes: 2 ** 28, sha256: file.sha256 }))],
  ["twice", [file, { ...file, path: file.path.toUpperCase() }]],
  ["empty file", [{ ...file, bytes: 0 }]],
  ["half a byte", [{ ...file, bytes: 1.5 }]],
  ["a sum too short", [{ ...file, sha256: "ab" }]],
  ["a block too few", [{ ...file, chunks: file.chunks?.slice(1) }]],
  ["a block that is no sum", [{ ...file, bytes: BLOCK_BYTES, chunks: ["x"] }]],
  ["no list", { length: 1 }],
  ["null", [null]],
];

test("sizes, numbers and sums out of bounds are refused before anything is fetched", () => {
  for (const [name, files] of BAD_FILES)
    assert.throws(() => parseManifest(withFiles(files)), { code: "voice-corrupt" }, name);
});

test("a demonstration is refused as a voice", () => {
  const text = JSON.stringify({ ...JSON.parse(withFiles([file])), demonstration: true });
  assert.throws(() => parseManifest(text, "demo_random"), { code: "voice-unsupported", message: /demo_random/ });
});
