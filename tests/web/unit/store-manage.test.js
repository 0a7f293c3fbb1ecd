import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { BLOCK_BYTES } from "../../../www/lib/store/blocks.js";
import { openIndexedDbBackend } from "../../../www/lib/store/indexeddb-backend.js";
import { MemoryBackend } from "../../../www/lib/store/memory-backend.js";
import { VoiceStore } from "../../../www/lib/store/voice-store.js";
import { BlockServer, SOURCES, entriesOf, makeVoiceOfBlocks } from "../support/voice-of-blocks.js";
import { offline, takesAll } from "../support/fake-voice.js";
import { silently } from "../support/silently.js";

/** @typedef {import("../../../www/lib/shared/protocol.js").Progress} Progress */
/** @typedef {import("../../../www/lib/store/voice-store.js").StoreParts} StoreParts */

const voice = makeVoiceOfBlocks();
const info = { name: "Tiny", version: "v1", licence: "CC0-1.0", language: "zh-CN", sampling_rate: 24000 };

/** @param {Partial<StoreParts>} [parts] */
function open(parts = {}) {
  const backend = new MemoryBackend();
  const server = new BlockServer(voice);
  const own = { backend: async () => backend, fetch: server.fetch, check: takesAll };
  return { backend, server, store: new VoiceStore({ ...own, ...parts }) };
}

/**
 * Changes a byte of a stored block.
 * @param {MemoryBackend} backend
 * @param {number} file
 * @param {number} chunk
 */
async function damage(backend, file, chunk) {
  const { sha256 } = voice.manifest.files[file];
  const stored = await backend.block("tiny", sha256, chunk);
  const bytes = stored?.bytes.slice() ?? new Uint8Array();
  bytes[5] ^= 1;
  await backend.putBlock("tiny", sha256, chunk, bytes, stored?.sha256 ?? "");
}

/** Locks of one browser, for all its tabs. */
class FakeLocks {
  /** @type {Map<string, Promise<unknown>>} */ #tails = new Map();

  /** @type {import("../../../www/lib/store/voice-store.js").Locks["request"]} */
  request = (name, _, work) => {
    const run = (this.#tails.get(name) ?? Promise.resolve()).then(work);
    this.#tails.set(
      name,
      run.catch(() => {}),
    );
    return run;
  };
}

test("ten tabs at once make one transfer", async () => {
  const factory = new IDBFactory();
  const server = new BlockServer(voice);
  const locks = new FakeLocks();
  const tabs = Array.from({ length: 10 }, () => {
    const { store } = open({ backend: () => openIndexedDbBackend(factory), fetch: server.fetch, locks });
    return store.load("tiny", { sources: SOURCES });
  });
  const loaded = await Promise.all(tabs);
  assert.equal(server.bytes, voice.total);
  assert.equal(loaded.filter(({ fromCache }) => !fromCache).length, 1);
  for (const { file } of loaded) assert.deepEqual(await file("big.onnx"), voice.contents.get("big.onnx"));
});

test("what is stored is listed, also what is not whole, and can be removed", async () => {
  const { backend, server, store } = open();
  assert.deepEqual(await store.list(), []);
  server.cutAfter = 1.5 * BLOCK_BYTES;
  await assert.rejects(store.load("tiny", { sources: SOURCES }), { code: "network" });
  assert.deepEqual(await store.list(), [{ id: "tiny", ...info, bytes: BLOCK_BYTES, whole: false }]);
  server.cutAfter = Infinity;
  await store.load("tiny", { sources: SOURCES });
  assert.deepEqual(await store.list(), [{ id: "tiny", ...info, bytes: voice.total, whole: true }]);
  await backend.setPending("odd", "no manifest");
  assert.equal((await store.list()).find(({ id }) => id === "odd")?.whole, false);
  await store.remove("odd");
  await store.remove("tiny");
  assert.deepEqual(await store.list(), []);
});

test("a check names the damaged blocks, and a repair fetches them and nothing else", async () => {
  const { backend, server, store } = open();
  await store.load("tiny", { sources: SOURCES });
  assert.deepEqual(await store.verifyAll(), [{ id: "tiny", ok: true, faults: [] }]);
  await damage(backend, 0, 2);
  await damage(backend, 2, 0);
  await backend.dropBlock("tiny", voice.manifest.files[1].sha256, 0);
  const faults = [
    { file: "big.onnx", chunk: 2 },
    { file: "exact.onnx", chunk: 0 },
    { file: "small.txt", chunk: 0 },
  ];
  assert.deepEqual(await store.verify("tiny"), { id: "tiny", ok: false, faults });
  server.bytes = 0;
  assert.deepEqual(await silently(() => store.repair("tiny", { sources: SOURCES })), { refetched: 3 });
  assert.equal(server.bytes, BLOCK_BYTES / 2 + BLOCK_BYTES + 3000);
  assert.deepEqual(await store.verifyAll(), [{ id: "tiny", ok: true, faults: [] }]);
  await assert.rejects(store.verify("other"), { code: "unknown-voice" });
});

test("a manifest that was damaged is named, and fetched again", async () => {
  const { backend, store } = open();
  await store.load("tiny", { sources: SOURCES });
  await backend.commit(
    "tiny",
    voice.text.slice(0, -5),
    voice.manifest.files.map(({ sha256 }) => sha256),
  );
  const message = "voice.json of voice tiny is no JSON";
  const faults = [{ file: "voice.json", chunk: 0, code: "voice-corrupt", message }];
  assert.deepEqual(await store.verifyAll(), [{ id: "tiny", ok: false, faults }]);
  assert.deepEqual(await silently(() => store.repair("tiny", { sources: SOURCES })), { refetched: 1 });
  assert.deepEqual(await store.verifyAll(), [{ id: "tiny", ok: true, faults: [] }]);
});

test("a repair keeps to the stored version, though the source has a newer one", async () => {
  const { backend, store } = open();
  await store.load("tiny", { sources: SOURCES });
  await damage(backend, 0, 1);
  const newer = new BlockServer(makeVoiceOfBlocks({ version: "v2" }));
  const { store: later } = open({ backend: async () => backend, fetch: newer.fetch });
  await silently(() => assert.rejects(later.repair("tiny", { sources: SOURCES }), { code: "voice-corrupt" }));
  assert.equal((await later.list())[0].version, "v1");
});

test("a voice is exported with its manifest last, and imported from that, without a network", async () => {
  const { store } = open();
  await store.load("tiny", { sources: SOURCES });
  const entries = [];
  for await (const entry of store.exportFiles("tiny")) entries.push(entry);
  assert.deepEqual(
    entries.map(({ path }) => path),
    [...voice.contents.keys(), "voice.json"],
  );
  const elsewhere = open({ fetch: offline });
  /** @type {Progress[]} */ const events = [];
  const onprogress = (/** @type {Progress} */ event) => void events.push(event);
  const imported = await elsewhere.store.importFiles(inFolder(entries), { onprogress });
  assert.deepEqual(imported, { id: "tiny", ...info, bytes: voice.total, whole: true });
  assert.deepEqual([events[0].status, events.at(-1)?.loaded], ["initiate", voice.total]);
  const loaded = await elsewhere.store.load("tiny", { sources: SOURCES });
  assert.deepEqual(await loaded.file("big.onnx"), voice.contents.get("big.onnx"));
  assert.equal(loaded.fromCache, true);
});

/** @param {{path: string, bytes: Uint8Array}[]} entries */
async function* inFolder(entries) {
  yield { path: "__MACOSX/x", bytes: new Uint8Array(4) };
  for (const { path, bytes } of entries) yield { path: `some/folder/${path}`, bytes };
}

test("an export of a damaged voice says which block it is", async () => {
  const { backend, store } = open();
  await store.load("tiny", { sources: SOURCES });
  await damage(backend, 0, 1);
  const reading = async () => {
    for await (const { path } of store.exportFiles("tiny")) assert.notEqual(path, "big.onnx");
  };
  await assert.rejects(reading(), { code: "voice-corrupt", context: { voice: "tiny", file: "big.onnx", chunk: 1 } });
});

const entries = entriesOf(voice);
const manifest = entries[entries.length - 1];

/** @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} change */
function withBig(change) {
  return entries.map(({ path, bytes }) => ({ path, bytes: path === "big.onnx" ? change(bytes) : bytes }));
}

/** @type {{name: string, code: string, entries: typeof entries}[]} */
const BAD_IMPORTS = [
  { name: "no manifest", code: "voice-missing", entries: entries.slice(0, -1) },
  { name: "a file missing", code: "voice-missing", entries: entries.slice(1) },
  { name: "two voices", code: "voice-corrupt", entries: [...entries, { ...manifest, path: "b/voice.json" }] },
  { name: "a manifest that is none", code: "voice-corrupt", entries: [{ ...manifest, bytes: new Uint8Array(9) }] },
  {
    name: "a byte changed",
    code: "voice-corrupt",
    entries: withBig((bytes) => bytes.map((byte, i) => (i === 9 ? byte ^ 1 : byte))),
  },
  {
    name: "a file cut off",
    code: "voice-corrupt",
    entries: withBig((bytes) => bytes.slice(1)),
  },
];

for (const { name, code, entries } of BAD_IMPORTS) {
  test(`an import with ${name} is refused whole: ${code}`, async () => {
    const { store } = open();
    await assert.rejects(store.importFiles(entries), { code });
    assert.deepEqual(await store.list(), []);
  });
}

/** An engine that knows only one version. @param {string} version @returns {StoreParts["check"]} */
function knows(version) {
  return async (text) => {
    if (JSON.parse(text).version !== version)
      throw new HanvoxError("voice-corrupt", "voice.json: mels is out of range", { context: { stage: "load" } });
  };
}

const REFUSED = { code: "voice-corrupt", message: "voice.json: mels is out of range" };

test("an import that the engine could not load is refused whole, with the engine's own words", async () => {
  const { store } = open({ check: knows("v2") });
  const context = { voice: "tiny", file: "voice.json", stage: "load" };
  await assert.rejects(store.importFiles(entries), { ...REFUSED, context });
  assert.deepEqual(await store.list(), []);
});

test("a newer version that the engine could not load leaves the stored one, which is loaded", async () => {
  const { backend, store } = open();
  await store.load("tiny", { sources: SOURCES });
  const newer = new BlockServer(makeVoiceOfBlocks({ version: "v2" }));
  const { store: later } = open({ backend: async () => backend, fetch: newer.fetch, check: knows("v1") });
  const { manifest } = await silently(() => later.load("tiny", { sources: SOURCES }));
  assert.equal(manifest.version, "v1");
  assert.equal((await later.list())[0].version, "v1");
});

test("a first version that the engine could not load is not stored", async () => {
  const { backend, store } = open({ check: knows("v2") });
  await assert.rejects(store.load("tiny", { sources: SOURCES }), REFUSED);
  assert.equal(await backend.manifest("tiny"), undefined);
});

test("a stored voice that the engine can't load is a fault, does not hide the others, and is repaired", async () => {
  const { backend } = open();
  const stored = open({ backend: async () => backend });
  await stored.store.load("tiny", { sources: SOURCES });
  await stored.store.importFiles(entriesOf(makeVoiceOfBlocks({ id: "other", version: "v2" })));
  const newer = new BlockServer(makeVoiceOfBlocks({ version: "v2" }));
  const { store } = open({ backend: async () => backend, fetch: newer.fetch, check: knows("v2") });
  const [one, two] = (await store.verifyAll()).sort((a, b) => a.id.localeCompare(b.id));
  assert.deepEqual([one.id, one.ok, two.id, two.ok], ["other", true, "tiny", false]);
  assert.deepEqual(two.faults, [{ file: "voice.json", chunk: 0, ...REFUSED }]);
  await store.repair("tiny", { sources: SOURCES });
  assert.equal((await store.verify("tiny")).ok, true);
});

test("an import that finds the disk full leaves what was there", async () => {
  const { backend, store } = open();
  await store.load("tiny", { sources: SOURCES });
  const newer = makeVoiceOfBlocks({ version: "v2" });
  const put = backend.putBlock.bind(backend);
  let left = 2;
  backend.putBlock = async (...args) => {
    left -= 1;
    if (left < 0) throw new HanvoxError("quota-exceeded", "full");
    await put(...args);
  };
  await assert.rejects(store.importFiles(entriesOf(newer)), { code: "quota-exceeded" });
  assert.deepEqual(await store.list(), [{ id: "tiny", ...info, bytes: voice.total, whole: true }]);
  assert.deepEqual(await store.verifyAll(), [{ id: "tiny", ok: true, faults: [] }]);
});

test("an import can be canceled", async () => {
  const { store } = open();
  await assert.rejects(store.importFiles(entries, { signal: AbortSignal.abort() }), { code: "canceled" });
  assert.deepEqual(await store.list(), []);
});

test("a download that won't fit is told before it begins; the voice speaks all the same", async () => {
  const storage = { estimate: async () => ({ usage: 9_000_000, quota: 10_000_000 }) };
  const { backend, store } = open({ storage });
  /** @type {Progress[]} */ const events = [];
  const onprogress = (/** @type {Progress} */ event) => void events.push(event);
  await store.load("tiny", { sources: SOURCES, onprogress });
  const { error } = events.find(({ status }) => status === "warning") ?? {};
  assert.equal(error?.code, "quota-exceeded");
  assert.deepEqual(error?.context, { voice: "tiny", needed: voice.total, available: 1_000_000 });
  assert.deepEqual(await backend.list(), []);
  await assert.rejects(store.importFiles(entries), {
    code: "quota-exceeded",
    context: { needed: voice.total, available: 1_000_000 },
  });
});

test("a browser that tells nothing of its room is no hindrance", async () => {
  const silentStorage = { estimate: () => Promise.reject(new TypeError("not here")) };
  const { store } = open({ storage: silentStorage });
  await silently(() => store.load("tiny", { sources: SOURCES }));
  assert.equal((await store.list())[0].whole, true);
});

test("the browser is asked once to keep what is stored, and tells what it holds", async () => {
  let asked = 0;
  let persisted = false;
  const storage = {
    estimate: async () => ({ usage: 1, quota: 1e9 }),
    persisted: async () => persisted,
    persist: async () => {
      asked += 1;
      return (persisted = true);
    },
  };
  const { store } = open({ storage });
  assert.deepEqual(await store.usage(), { usage: 1, quota: 1e9, persisted: false });
  await store.importFiles(entries);
  await store.importFiles(entries);
  assert.deepEqual([asked, (await store.usage()).persisted], [1, true]);
});

test("where storage is blocked a download that broke off is resumed from memory", async () => {
  const backend = async () => {
    throw new HanvoxError("storage-blocked", "private");
  };
  const { server, store } = open({ backend });
  server.cutAfter = 2.2 * BLOCK_BYTES;
  /** @type {Progress[]} */ const warnings = [];
  const onprogress = (/** @type {Progress} */ event) => void (event.status === "warning" && warnings.push(event));
  await assert.rejects(store.load("tiny", { sources: SOURCES, onprogress }), { code: "network" });
  server.cutAfter = Infinity;
  const { downloaded } = await store.load("tiny", { sources: SOURCES, onprogress });
  assert.equal(downloaded, voice.total - 2 * BLOCK_BYTES);
  assert.deepEqual(
    warnings.map(({ error }) => error?.code),
    ["storage-blocked", "storage-blocked"],
  );
  await assert.rejects(store.importFiles(entries), { code: "storage-blocked" });
});
