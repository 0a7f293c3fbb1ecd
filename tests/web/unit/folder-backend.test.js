import assert from "node:assert/strict";
import * as fileSystem from "node:fs/promises";
import { mkdir, readFile, readdir, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cacheFolder } from "../../../www/lib/node/folder-cache.js";
import { openFolderBackend } from "../../../www/lib/node/folder-backend.js";
import { temporaryFolder } from "../support/folder.js";

const FILE = "a".repeat(64);
const BYTES = new Uint8Array(100).fill(7);

/** No process has it: Linux ends at 4194304. */
const DEAD_PID = 99_999_999;
const HOST = hostname().replace(/[^\w-]/g, "") || "host";

const PLACES = [
  { env: { HANVOX_CACHE: "/srv/voices" }, platform: "linux", folder: "/srv/voices" },
  { env: { HANVOX_CACHE: "/srv/voices" }, platform: "darwin", folder: "/srv/voices" },
  { env: { XDG_CACHE_HOME: "/var/xdg" }, platform: "linux", folder: "/var/xdg/hanvox" },
  { env: { XDG_CACHE_HOME: "relative" }, platform: "linux", folder: "/people/li/.cache/hanvox" },
  { env: { XDG_CACHE_HOME: "", HANVOX_CACHE: "" }, platform: "freebsd", folder: "/people/li/.cache/hanvox" },
  { env: { XDG_CACHE_HOME: "/var/xdg" }, platform: "darwin", folder: "/people/li/Library/Caches/hanvox" },
  {
    env: { LOCALAPPDATA: "C:\\Users\\li\\AppData\\Local" },
    platform: "win32",
    folder: "C:\\Users\\li\\AppData\\Local\\hanvox\\cache",
  },
  { env: { HANVOX_CACHE: "D:\\voices" }, platform: "win32", folder: "D:\\voices" },
];

for (const { env, platform, folder } of PLACES) {
  test(`the cache on ${platform} with ${JSON.stringify(env)} is ${folder}`, () => {
    assert.equal(cacheFolder({ env, platform, home: "/people/li" }), folder);
  });
}

/**
 * A file system where one call fails.
 * @param {"open" | "rename" | "mkdir" | "readFile" | "sync"} call
 * @param {string} code
 */
function failing(call, code) {
  const fail = async () => {
    throw Object.assign(new Error(`${code}: as the test has it`), { code });
  };
  if (call !== "sync") return { ...fileSystem, [call]: fail };
  const open = async (/** @type {[string, string]} */ ...args) => {
    const handle = await fileSystem.open(...args);
    return Object.assign(handle, { sync: fail });
  };
  return /** @type {typeof fileSystem} */ ({ ...fileSystem, open: /** @type {any} */ (open) });
}

/** @type {{call: Parameters<typeof failing>[0], code: string, expected: string}[]} */
const FAULTS = [
  { call: "open", code: "ENOSPC", expected: "quota-exceeded" },
  { call: "sync", code: "ENOSPC", expected: "quota-exceeded" },
  { call: "rename", code: "EDQUOT", expected: "quota-exceeded" },
  { call: "mkdir", code: "ENOSPC", expected: "quota-exceeded" },
  { call: "mkdir", code: "EROFS", expected: "storage-blocked" },
  { call: "mkdir", code: "EACCES", expected: "storage-blocked" },
  { call: "open", code: "EACCES", expected: "storage-blocked" },
  { call: "rename", code: "EIO", expected: "storage-blocked" },
];

for (const { call, code, expected } of FAULTS) {
  test(`${code} of ${call} while writing gives ${expected} and leaves nothing behind`, async () => {
    const folder = await temporaryFolder();
    const backend = openFolderBackend(folder, failing(call, code));
    await assert.rejects(backend.putBlock("baker", FILE, 0, BYTES, FILE), { code: expected });
    await assert.rejects(backend.commit("baker", "text", []), { code: expected });
    const left = await readdir(folder, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((entry) => entry.isFile()),
      [],
    );
    assert.equal(await openFolderBackend(folder).manifest("baker"), undefined);
  });
}

test("a folder that may not be read is told, not taken for empty", async () => {
  const backend = openFolderBackend(await temporaryFolder(), failing("readFile", "EACCES"));
  await assert.rejects(backend.manifest("baker"), { code: "storage-blocked" });
});

test("reading makes no folder, and a file where the folder should be is an empty backend that can't be written", async () => {
  const folder = join(await temporaryFolder(), "cache");
  assert.deepEqual(await openFolderBackend(folder).list(), []);
  await assert.rejects(stat(folder), { code: "ENOENT" });
  await writeFile(folder, "");
  assert.deepEqual(await openFolderBackend(folder).list(), []);
  await assert.rejects(openFolderBackend(folder).setPending("baker", ""), { code: "storage-blocked" });
});

const NAMES = ["../baker", "..", ".", "", "/etc", "a/b", "a\\b", "C:", "a\0b", "ｂaker", "-a", "a.b"];
const OUTSIDE = [...NAMES, "a".repeat(101)];

for (const id of OUTSIDE) {
  test(`the id ${JSON.stringify(id)} is refused by every method`, async () => {
    const backend = openFolderBackend(await temporaryFolder());
    const refused = { code: "unknown-voice" };
    await assert.rejects(backend.manifest(id), refused);
    await assert.rejects(backend.pending(id), refused);
    await assert.rejects(backend.setPending(id, ""), refused);
    await assert.rejects(backend.block(id, FILE, 0), refused);
    await assert.rejects(backend.putBlock(id, FILE, 0, BYTES, FILE), refused);
    await assert.rejects(backend.dropBlock(id, FILE, 0), refused);
    await assert.rejects(backend.commit(id, "", []), refused);
    await assert.rejects(backend.remove(id), refused);
  });
}

test("a file's digest and a block's index can't leave the folder either", async () => {
  const backend = openFolderBackend(await temporaryFolder());
  await assert.rejects(backend.block("baker", "../../x", 0), RangeError);
  await assert.rejects(backend.putBlock("baker", FILE, /** @type {any} */ ("../0"), BYTES, FILE), RangeError);
  await assert.rejects(backend.putBlock("baker", FILE, -1, BYTES, FILE), RangeError);
});

test("a block file cut off in its digest is no block", async () => {
  const folder = await temporaryFolder();
  const backend = openFolderBackend(folder);
  await backend.putBlock("baker", FILE, 0, BYTES, FILE);
  await truncate(join(folder, "voices/baker/chunks", FILE, "0"), 10);
  assert.equal(await backend.block("baker", FILE, 0), undefined);
});

test("a manifest with a changed byte is damaged, one cut off in its digest absent", async () => {
  const folder = await temporaryFolder();
  const backend = openFolderBackend(folder);
  await backend.commit("baker", "{}", []);
  const path = join(folder, "voices/baker/manifest");
  const stored = await readFile(path);
  for (const at of [0, stored.length - 1]) {
    await writeFile(
      path,
      stored.map((byte, index) => (index === at ? byte ^ 1 : byte)),
    );
    await assert.rejects(backend.manifest("baker"), { code: "voice-corrupt" });
  }
  await truncate(path, 10);
  assert.equal(await backend.manifest("baker"), undefined);
});

test("other things in the folder of voices are no voices", async () => {
  const folder = await temporaryFolder();
  for (const name of [".DS_Store", "con", "Upper", "a+", "empty"])
    await mkdir(join(folder, "voices", name), { recursive: true });
  await writeFile(join(folder, "voices", "file"), "");
  assert.deepEqual(await openFolderBackend(folder).list(), []);
});

test("what killed processes left is deleted by the next write; what others write now stays", async () => {
  const folder = await temporaryFolder();
  const scratch = join(folder, "tmp");
  const dead = join(scratch, `${HOST}.${DEAD_PID}.x.1`);
  const old = join(scratch, "elsewhere.1.x.1");
  await mkdir(join(dead, "chunks"), { recursive: true });
  const busy = ["elsewhere.1.x.2", `${HOST}.${process.pid}.x.1`].sort();
  for (const path of [join(dead, "chunks/0"), old, ...busy.map((name) => join(scratch, name))])
    await writeFile(path, "half");
  await utimes(old, 0, 0);
  await openFolderBackend(folder).setPending("baker", "{}");
  assert.deepEqual((await readdir(scratch)).sort(), busy);
});

test("the next commit drops the blocks that an import left when it was killed, and no others", async () => {
  const folder = await temporaryFolder();
  const backend = openFolderBackend(folder);
  for (const id of ["killed", "running", "begun"]) await backend.putBlock(id, FILE, 0, BYTES, FILE);
  await backend.setPending("begun", "{}");
  for (const id of ["killed", "begun"]) await utimes(join(folder, "voices", id, "chunks"), 0, 0);
  await backend.commit("baker", "{}", []);
  assert.deepEqual(await readdir(join(folder, "voices")), ["baker", "begun", "running"]);
});

test("many that put and remove the same voice at once don't disturb each other", async () => {
  const folder = await temporaryFolder();
  const puts = Array.from({ length: 40 }, async (_, index) => {
    const backend = openFolderBackend(folder);
    await backend.putBlock("baker", FILE, index % 4, BYTES, FILE);
    if (index % 10 === 5) await backend.remove("baker");
    await backend.commit("baker", "text", [FILE]);
    const block = await backend.block("baker", FILE, index % 4);
    assert.ok(block === undefined || block.bytes.length === 100);
  });
  await Promise.all(puts);
  assert.deepEqual(await readdir(join(folder, "tmp")), []);
});
