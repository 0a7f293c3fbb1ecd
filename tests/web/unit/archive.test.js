import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { openAsBlob, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BOUNDS } from "../../../www/lib/archive/archive-rules.js";
import { readArchive, readFolder } from "../../../www/lib/archive/archive.js";
import { ARCHIVE_ERRORS } from "../../../www/lib/archive/archive-errors.js";
import { writeZip, zipParts } from "../../../www/lib/archive/write-zip.js";
import { temporaryFolder } from "../support/folder.js";
import { NEEDS_PYTHON } from "../support/python.js";
import { randomFrom } from "../support/random.js";
import { tarOf } from "../support/tar.js";

/** @typedef {import("../../../www/lib/archive/archive-errors.js").Reason} Reason */

const MAKER = fileURLToPath(new URL("../support/archives.py", import.meta.url));

/** What the maker of the archives puts into them. @type {Record<string, Uint8Array<ArrayBuffer>>} */
const FILES = {
  "encoder.onnx": Uint8Array.from({ length: 256 * 40 }, (_, place) => place % 256),
  "nets/vocoder.onnx": encoded("vocoder".repeat(1000)),
  "CARD.md": encoded("一个小语音\n"),
  "voice.json": encoded(`{"id": "tiny"}`),
};

/** @type {string} */
let folder;

before(async () => {
  folder = await temporaryFolder();
  if (!("skip" in NEEDS_PYTHON)) execFileSync("python3", ["-W", "ignore", MAKER, folder]);
});

/** @param {string} text */
function encoded(text) {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** @param {string} name */
async function read(name, options = {}) {
  return collected(readArchive(await openAsBlob(join(folder, name)), name, options));
}

/** @param {AsyncIterable<{path: string, bytes: Uint8Array}>} entries */
async function collected(entries) {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  for await (const { path, bytes } of entries) files[path] = bytes;
  return files;
}

/** @param {Promise<unknown>} reading @param {Reason} reason @param {string} [about] */
async function refused(reading, reason, about) {
  await assert.rejects(
    reading,
    (/** @type {any} */ error) => {
      assert.deepEqual([error.name, error.context?.reason], ["HanvoxError", reason], `${about}: ${error.stack}`);
      assert.deepEqual([error.code, error.advice], [ARCHIVE_ERRORS[reason].code, ARCHIVE_ERRORS[reason].advice]);
      return true;
    },
    about,
  );
}

const SOUND = ["deflated.zip", "stored.zip", "folder.zip", "junk.zip", "commented.zip", "streamed.zip"];
SOUND.push("ustar.tar", "gnu.tar", "pax.tar", "folder.tar.gz", "two-members.tar.gz");

test("archives of Python are read, without the folder around the files", NEEDS_PYTHON, async () => {
  for (const name of SOUND) assert.deepEqual(await read(name), FILES, name);
});

/** @type {[string, string[]][]} */
const TOOLS = [
  ["zip", ["-q", "-r", "system.zip", "tiny"]],
  ["tar", ["-czf", "system.tar.gz", "tiny"]],
  ["tar", ["-cf", "system.tar", "-C", "tiny", "."]],
];

for (const [tool, args] of TOOLS) {
  const skip = spawnSync(tool, ["--version"]).error === undefined ? {} : { skip: `${tool} is not installed` };
  test(`what the system's tool makes is read: ${tool} ${args.join(" ")}`, { ...NEEDS_PYTHON, ...skip }, async () => {
    execFileSync("python3", ["-m", "zipfile", "-e", "deflated.zip", "tiny"], { cwd: folder });
    execFileSync(tool, args, { cwd: folder });
    assert.deepEqual(await read(/** @type {string} */ (args.find((arg) => arg.startsWith("system")))), FILES);
  });
}

test("long names of both kinds of tar are read", NEEDS_PYTHON, async () => {
  for (const name of ["long-gnu.tgz", "long-pax.tgz"])
    assert.deepEqual(Object.keys(await read(name))[0], `nets/${"a".repeat(150)}.onnx`);
});

test("an archive may come as a stream, and its progress ends with all of it", NEEDS_PYTHON, async () => {
  const total = Object.values(FILES).reduce((sum, { length }) => sum + length, 0);
  for (const name of ["deflated.zip", "folder.tar.gz", "junk.zip"]) {
    const bytes = readFileSync(join(folder, name));
    async function* stream() {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
    }
    /** @type {object[]} */
    const progress = [];
    const options = { onprogress: (/** @type {object} */ event) => void progress.push(event) };
    assert.deepEqual(await collected(readArchive(stream(), name, options)), FILES);
    assert.deepEqual(progress.at(-1), { loaded: total, total });
  }
});

const REFUSED = /** @type {Record<string, Reason>} */ ({
  "link.tar": "special",
  "hard-link.tar": "special",
  "device.tar": "special",
  "disk.tar": "special",
  "pipe.tar": "special",
  "link.zip": "special",
  "device.zip": "special",
  "pipe.zip": "special",
  "twice.zip": "duplicate",
  "cases.zip": "duplicate",
  "twice.tar": "duplicate",
  "empty.zip": "empty",
  "folders.zip": "empty",
  "folders.tar": "empty",
  "bzip2.zip": "method",
  "encrypted.zip": "encrypted",
  "aes.zip": "encrypted",
  "zip64.zip": "too-large",
  "large.zip": "too-large",
  "large.tar": "too-large",
  "longer.zip": "content",
  "shorter.zip": "truncated",
  "renamed.zip": "content",
  "flipped.zip": "content",
  "parts.zip": "parts",
  "overlap.zip": "content",
  "header.tar": "format",
  "negative.tar": "content",
  "text.zip": "format",
  "nothing.zip": "format",
  "rar.zip": "format",
  "many.zip": "entries",
  "two-thousand.zip": "entries",
  "many.tar.gz": "entries",
  "bomb.zip": "ratio",
  "lying-bomb.zip": "content",
  "overlapping-bomb.zip": "content",
  // Zeros are the end of a tar file.
  "bomb.tar.gz": "empty",
  "zeros.tar.gz": "ratio",
});

for (const [name, reason] of Object.entries(REFUSED))
  test(`${name} is refused: ${reason}`, NEEDS_PYTHON, () => refused(read(name), reason, name));

const BAD_NAMES = ["parent", "deep-parent", "absolute", "drive", "backslash", "hidden", "long", "longest", "bidi"];
BAD_NAMES.push("control", "empty-part", "dot", "space", "chinese");

for (const kind of BAD_NAMES) {
  test(`a name is refused: ${kind}`, NEEDS_PYTHON, async () => {
    await refused(read(`name-${kind}.zip`), "name", `${kind} in a zip`);
    await refused(read(`name-${kind}.tar`), "name", `${kind} in a tar`);
  });
}

test("a name in a tar that goes on after its end is refused", async () => {
  const entries = ["voice.json", "a\u0000b"].map((name) => ({ name, bytes: encoded("{}") }));
  const archive = readArchive(new Blob([tarOf(entries)]), "voice.tar");
  await assert.rejects(archive.next(), ({ code, context }) => code === "voice-corrupt" && context.reason === "name");
});

test("a name with NUL and a folder outside are refused", NEEDS_PYTHON, async () => {
  await refused(read("name-nul.zip"), "name");
  await refused(read("name-folder.zip"), "name");
});

test("nothing is handed out of an archive whose end is missing, wherever it was cut", NEEDS_PYTHON, async () => {
  for (const name of ["deflated.zip", "stored.zip", "ustar.tar", "folder.tar.gz", "long-pax.tgz"]) {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    // A tar file is padded behind its end, where nothing is missed.
    const size = name.endsWith(".tar") ? bytes.findLastIndex((byte) => byte !== 0) : bytes.length;
    for (let part = 1; part < 16; part += 1) {
      const cut = new Blob([bytes.subarray(0, Math.floor((size * part) / 16))]);
      const reading = readArchive(cut, name)[Symbol.asyncIterator]();
      await refused(reading.next(), "truncated", `${name} cut at ${part}/16`);
    }
  }
});

test("whatever is changed in an archive, the error has a code, or the files are whole", NEEDS_PYTHON, async () => {
  const random = randomFrom(5);
  const pick = (/** @type {number} */ most) => Math.floor(random() * most);
  for (const name of ["deflated.zip", "folder.zip", "gnu.tar", "pax.tar", "folder.tar.gz", "long-gnu.tgz"]) {
    const sound = new Uint8Array(readFileSync(join(folder, name)));
    for (let round = 0; round < 150; round += 1) {
      const bytes = sound.slice(0, round % 3 ? sound.length : pick(sound.length));
      // Where the structure is: at the start, and at the end for a zip.
      const near = [0, bytes.length - 600][pick(2)];
      for (let change = pick(6); change >= 0; change -= 1)
        bytes[round % 2 ? pick(bytes.length) : Math.max(0, near + pick(600))] = pick(256);
      await collected(readArchive(new Blob([bytes]), name)).catch((error) => {
        assert.equal(error.name, "HanvoxError", error.stack);
        assert.ok(error.context.reason in ARCHIVE_ERRORS, error.stack);
      });
    }
  }
});

test("reading can be canceled on the way", NEEDS_PYTHON, async () => {
  for (const name of ["stored.zip", "ustar.tar", "folder.tar.gz"]) {
    const controller = new AbortController();
    const reading = readArchive(await openAsBlob(join(folder, name)), name, { signal: controller.signal });
    controller.abort();
    await assert.rejects(collected(reading), { code: "canceled" }, name);
  }
});

test("a file that is gone while it is read is an error with a code", NEEDS_PYTHON, async () => {
  const path = join(folder, "moved.zip");
  await writeFile(path, readFileSync(join(folder, "deflated.zip")));
  const blob = await openAsBlob(path);
  await writeFile(path, "other content, of another length");
  await refused(collected(readArchive(blob, "moved.zip")), "unreadable");
});

test("the files of a folder are read like those of an archive", async () => {
  const list = Object.entries(FILES).map(([path, bytes]) => ({ path: `标贝/${path}`, file: new Blob([bytes]) }));
  assert.deepEqual(await collected(readFolder(list)), FILES);
  const hidden = { path: "标贝/.DS_Store", file: new Blob(["x"]) };
  assert.deepEqual(await collected(readFolder([...list, hidden])), FILES);
  await refused(collected(readFolder([])), "empty");
  await refused(collected(readFolder([...list, list[0]])), "duplicate");
  await refused(collected(readFolder([{ path: "../evil.onnx", file: new Blob(["x"]) }])), "name");
  const large = /** @type {Blob} */ ({ size: BOUNDS.file + 1 });
  await refused(collected(readFolder([{ path: "large.onnx", file: large }])), "too-large");
});

test("a zip that is written is read by Python and by us, and is the same each time", NEEDS_PYTHON, async () => {
  const files = Object.entries(FILES).map(([path, bytes]) => ({ path, bytes }));
  const blob = await writeZip(files, { folder: "tiny" });
  assert.deepEqual(await collected(readArchive(blob, "tiny.zip")), FILES);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const path = join(folder, "written.zip");
  await writeFile(path, bytes);
  execFileSync("python3", ["-m", "zipfile", "-e", path, join(folder, "written")]);
  for (const [name, content] of Object.entries(FILES))
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, "written/tiny", name))), content, name);
  const script = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())";
  assert.equal(execFileSync("python3", ["-c", script, path], { encoding: "utf8" }), "None\n");
  const parts = [];
  for await (const part of zipParts(files, { folder: "tiny" })) parts.push(part);
  assert.deepEqual(new Uint8Array(Buffer.concat(parts)), bytes);
});
