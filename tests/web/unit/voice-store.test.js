import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openIndexedDbBackend } from "../../../www/lib/store/indexeddb-backend.js";
import { VoiceStore } from "../../../www/lib/store/voice-store.js";
import { VOICES, makeVoice, offline, serverOf, takesAll } from "../support/fake-voice.js";
import { silently } from "../support/silently.js";

/** @typedef {import("../../../www/lib/shared/protocol.js").Progress} Progress */

const SOURCES = [{ base: VOICES }];

/**
 * @param {IDBFactory | undefined} indexedDB
 * @param {typeof fetch} fetch
 */
function storeOf(indexedDB, fetch) {
  return new VoiceStore({ backend: () => openIndexedDbBackend(indexedDB), fetch, check: takesAll });
}

/**
 * @param {IDBFactory | undefined} indexedDB
 * @param {typeof fetch} fetch
 * @param {{signal?: AbortSignal, onprogress?: (progress: Progress) => void}} [options]
 */
function load(indexedDB, fetch, options) {
  return storeOf(indexedDB, fetch).load("tiny", { sources: SOURCES, ...options });
}

/** @param {string} path @param {(bytes: Uint8Array<ArrayBuffer>) => BodyInit} change */
function changed(path, change) {
  const { contents } = makeVoice();
  return (/** @type {string} */ asked) =>
    asked === path ? new Response(change(contents["encoder.onnx"].slice())) : undefined;
}

/** Changes a byte of every stored file. @param {IDBFactory} indexedDB */
async function damageStored(indexedDB) {
  /** @type {IDBDatabase} */
  const db = await new Promise((resolve) => {
    const request = indexedDB.open("hanvox-voices");
    request.onsuccess = () => resolve(request.result);
  });
  const transaction = db.transaction("chunks", "readwrite");
  transaction.objectStore("chunks").openCursor().onsuccess = ({ target }) => {
    const cursor = /** @type {IDBRequest<IDBCursorWithValue>} */ (target).result;
    if (!cursor) return;
    const record = cursor.value;
    record.bytes[7] ^= 1;
    cursor.update(record);
    cursor.continue();
  };
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  db.close();
}

/** Hands out all files as they were made, and each of them once. @param {import("../../../www/lib/store/manifest.js").Voice} voice */
async function assertWhole({ file }) {
  for (const [path, bytes] of Object.entries(makeVoice().contents)) {
    assert.deepEqual(await file(path), bytes);
    await assert.rejects(file(path), { code: "voice-missing", context: { voice: "tiny", file: path } });
  }
}

test("a voice is fetched once with progress, and is there without the network afterwards", async () => {
  const indexedDB = new IDBFactory();
  const voice = makeVoice();
  /** @type {Progress[]} */
  const progress = [];
  const first = await load(indexedDB, serverOf(voice).fetch, { onprogress: (event) => progress.push(event) });
  assert.equal(first.fromCache, false);
  await assertWhole(first);
  assert.equal(progress[0].status, "initiate");
  const { loaded, total } = progress.filter(({ status }) => status === "progress").at(-1) ?? {};
  assert.deepEqual([loaded, total], [voice.total, voice.total]);

  const second = await load(indexedDB, offline);
  assert.equal(second.fromCache, true);
  assert.deepEqual(await second.file("vocoder.onnx"), voice.contents["vocoder.onnx"]);
});

const SERVER_FAULTS = [
  {
    name: "truncated",
    code: "voice-corrupt",
    fault: changed("encoder.onnx", (bytes) => bytes.slice(0, 100)),
  },
  {
    name: "too long",
    code: "voice-corrupt",
    fault: changed("encoder.onnx", (bytes) => new Blob([bytes, "more"])),
  },
  {
    name: "one byte off",
    code: "voice-corrupt",
    fault: changed("encoder.onnx", (bytes) => bytes.fill(9, 7, 8)),
  },
  {
    name: "HTML for weights",
    code: "voice-corrupt",
    fault: changed("encoder.onnx", () => "<!doctype html>"),
  },
  {
    name: "HTML for the manifest",
    code: "voice-corrupt",
    fault: changed("voice.json", () => "<!doctype html>"),
  },
  { name: "no file", code: "voice-missing", fault: notFound("vocoder.onnx") },
  { name: "no voice", code: "unknown-voice", fault: notFound("voice.json") },
  { name: "a failing server", code: "network", fault: () => new Response("", { status: 500 }) },
  { name: "another format", code: "voice-unsupported", changes: { format: 2 } },
  { name: "no files", code: "voice-corrupt", changes: { files: [] } },
  { name: "a path out of the voice", code: "voice-corrupt", changes: { files: [badFile("../../secret")] } },
  { name: "an absolute path", code: "voice-corrupt", changes: { files: [badFile("/etc/passwd")] } },
  {
    name: "a size beyond reason",
    code: "voice-corrupt",
    changes: { files: [{ ...badFile("a.onnx"), bytes: 1e12 }] },
  },
];

/** @param {string} path */
function notFound(path) {
  return (/** @type {string} */ asked) => (asked === path ? new Response("", { status: 404 }) : undefined);
}

/** @param {string} path */
function badFile(path) {
  return { path, bytes: 10, sha256: "0".repeat(64) };
}

for (const { name, code, fault, changes } of SERVER_FAULTS) {
  test(`${name}: ${code}, and the next try from a sound server succeeds`, async () => {
    const indexedDB = new IDBFactory();
    await assert.rejects(load(indexedDB, serverOf(makeVoice(changes), fault).fetch), {
      name: "HanvoxError",
      code,
    });
    const voice = await load(indexedDB, serverOf(makeVoice()).fetch);
    await assertWhole(voice);
    assert.equal((await load(indexedDB, offline)).fromCache, true);
  });
}

test("an interrupted download leaves no voice, and the next try fetches only what is missing", async () => {
  const indexedDB = new IDBFactory();
  const cut = serverOf(makeVoice(), (path) => (path === "vocoder.onnx" ? offline("") : undefined));
  await assert.rejects(load(indexedDB, cut.fetch), { code: "network" });
  await assert.rejects(load(indexedDB, offline), { code: "network" });
  const server = serverOf(makeVoice());
  await load(indexedDB, server.fetch);
  assert.deepEqual(server.requests, ["voice.json", "vocoder.onnx"]);
});

test("a load can be canceled", async () => {
  const controller = new AbortController();
  const server = serverOf(makeVoice(), (path) => void (path === "vocoder.onnx" && controller.abort()));
  await assert.rejects(load(new IDBFactory(), server.fetch, { signal: controller.signal }), {
    code: "canceled",
  });
});

test("a stored file that was damaged is found and fetched again", async () => {
  const indexedDB = new IDBFactory();
  await load(indexedDB, serverOf(makeVoice()).fetch);
  await damageStored(indexedDB);
  await silently(() => assert.rejects(load(indexedDB, offline), { code: "network" }));
  const server = serverOf(makeVoice());
  const voice = await silently(() => load(indexedDB, server.fetch));
  assert.deepEqual(server.requests, ["voice.json", "encoder.onnx", "vocoder.onnx"]);
  assert.deepEqual(await voice.file("encoder.onnx"), makeVoice().contents["encoder.onnx"]);
  assert.equal((await load(indexedDB, offline)).fromCache, true);
});

test("a newer version replaces the stored one, which stays in use while the newer can't be had", async () => {
  const indexedDB = new IDBFactory();
  await load(indexedDB, serverOf(makeVoice()).fetch);
  const newer = makeVoice({}, "2");
  const broken = serverOf(newer, (path) => (path === "vocoder.onnx" ? offline("") : undefined));
  assert.equal((await silently(() => load(indexedDB, broken.fetch))).manifest.version, "v");
  assert.equal((await load(indexedDB, serverOf(newer).fetch)).manifest.version, "v2");
  assert.equal((await load(indexedDB, offline)).manifest.version, "v2");
});

test("where storage is blocked or full the voice loads all the same, and the caller is told", async () => {
  for (const [indexedDB, code] of /** @type {const} */ ([
    [undefined, "storage-blocked"],
    [full(), "quota-exceeded"],
  ])) {
    /** @type {Progress[]} */
    const warnings = [];
    const onprogress = (/** @type {Progress} */ event) => void (event.status === "warning" && warnings.push(event));
    const voice = await silently(() => load(indexedDB, serverOf(makeVoice()).fetch, { onprogress }));
    await assertWhole(voice);
    assert.deepEqual(
      warnings.map(({ error }) => error?.code),
      [code],
    );
  }
});

/** A database whose writes find the disk full. */
function full() {
  const factory = new IDBFactory();
  const open = factory.open.bind(factory);
  factory.open = (name, version) => {
    const request = open(name, version);
    request.addEventListener("success", () => {
      const { result } = request;
      const transaction = result.transaction.bind(result);
      result.transaction = (stores, mode) => {
        if (mode === "readwrite") throw new DOMException("full", "QuotaExceededError");
        return transaction(stores, mode);
      };
    });
    return request;
  };
  return factory;
}

test("an id that is no id is refused before anything is fetched", async () => {
  const server = serverOf(makeVoice());
  const store = storeOf(new IDBFactory(), server.fetch);
  await assert.rejects(store.load("../tiny", { sources: SOURCES }), { code: "unknown-voice" });
  assert.deepEqual(server.requests, []);
});
