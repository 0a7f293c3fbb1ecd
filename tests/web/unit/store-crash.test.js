import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { CHUNK_BYTES } from "../../../www/lib/store/chunks.js";
import { openIndexedDbShelf } from "../../../www/lib/store/indexeddb-shelf.js";
import { MemoryShelf } from "../../../www/lib/store/memory-shelf.js";
import { VoiceStore } from "../../../www/lib/store/voice-store.js";
import { ChunkServer, SOURCES, makeChunkedVoice } from "../support/chunked-voice.js";
import { Steps, crashingFetch, crashingShelf } from "../support/crashing.js";
import { offline } from "../support/fake-voice.js";
import { silently } from "../support/silently.js";

/** @typedef {import("../../../www/lib/store/shelf.js").Shelf} Shelf */
/** @typedef {import("../../../www/lib/shared/protocol.js").Progress} Progress */
/** @typedef {import("../support/chunked-voice.js").ChunkedVoice} ChunkedVoice */

/**
 * @param {Shelf} shelf
 * @param {typeof fetch} fetch
 * @param {(progress: Progress) => void} [onprogress]
 */
function load(shelf, fetch, onprogress) {
  const store = new VoiceStore({ shelf: async () => staying(shelf), fetch });
  return silently(() => store.load("tiny", { sources: SOURCES, onprogress }));
}

/**
 * The same, open for another load.
 * @param {Shelf} shelf
 */
function staying(shelf) {
  return crashingShelf(shelf, new Steps());
}

/**
 * Dies at a step of a load, and loads again.
 * @param {() => Promise<Shelf>} makeShelf
 * @param {ChunkedVoice} voice
 * @param {number} step
 * @returns {Promise<boolean>} Whether the step came before the end.
 */
async function crashAt(makeShelf, voice, step) {
  const shelf = await makeShelf();
  const steps = new Steps(step);
  const server = new ChunkServer(voice);
  await load(crashingShelf(shelf, steps), crashingFetch(server.fetch, steps)).catch(() => {});
  const again = await load(shelf, server.fetch);
  for (const [path, bytes] of voice.contents) assert.deepEqual(again.files.get(path), bytes);
  assert(server.bytes <= voice.total + CHUNK_BYTES, `step ${step}: ${server.bytes} bytes came`);
  const store = new VoiceStore({ shelf: async () => staying(shelf), fetch: offline });
  assert.deepEqual(await store.verify("tiny"), { id: "tiny", ok: true, faults: [] });
  const kept = await load(shelf, offline);
  assert.deepEqual([kept.fromCache, kept.manifest.version], [true, voice.manifest.version]);
  return steps.taken >= step;
}

const SHELVES = [
  { name: "memory", make: async () => new MemoryShelf(), stride: 1 },
  { name: "IndexedDB", make: () => openIndexedDbShelf(new IDBFactory()), stride: 5 },
];

for (const { name, make, stride } of SHELVES) {
  for (const chunks of [true, false]) {
    test(`${name}: a crash at any step of a download is made good (chunks: ${chunks})`, async () => {
      const voice = makeChunkedVoice({ chunks });
      let step = 1;
      while (await crashAt(make, voice, step)) step += chunks ? stride : 4 * stride;
      assert(step > 40, `only ${step} steps`);
    });
  }

  test(`${name}: a crash at any step of an update leaves the old version or the new one`, async () => {
    const [old, voice] = [makeChunkedVoice(), makeChunkedVoice({ version: "v2" })];
    const stocked = async () => {
      const shelf = await make();
      await load(shelf, new ChunkServer(old).fetch);
      return shelf;
    };
    for (let step = 1; ; step += 4 * stride) {
      const shelf = await stocked();
      const steps = new Steps(step);
      const server = new ChunkServer(voice);
      await load(crashingShelf(shelf, steps), crashingFetch(server.fetch, steps)).catch(() => {});
      const { manifest, files } = await load(shelf, offline);
      const expected = manifest.version === "v1" ? old : voice;
      for (const [path, bytes] of expected.contents) assert.deepEqual(files.get(path), bytes);
      if (steps.taken < step) return assert.equal(manifest.version, "v2");
    }
  });
}

test("a disk that is full from any chunk on: the voice speaks, and what is stored is not fetched again", async () => {
  const voice = makeChunkedVoice();
  for (let room = 0; room < 5; room += 1) {
    const shelf = new MemoryShelf();
    let left = room;
    const full = new Proxy(shelf, {
      get(target, name) {
        const method = Reflect.get(target, name);
        if (name === "putChunk" && --left < 0) throw new HanvoxError("quota-exceeded", "full");
        return typeof method === "function" ? method.bind(target) : method;
      },
    });
    /** @type {Progress[]} */ const warnings = [];
    const spoken = await load(full, new ChunkServer(voice).fetch, (event) => {
      if (event.status === "warning") warnings.push(event);
    });
    assert.equal(spoken.files.size, 3);
    assert.deepEqual(warnings.map(({ error }) => error?.code), ["quota-exceeded"]);
    assert.equal(await shelf.manifest("tiny"), undefined);
    const [{ bytes: stored }] = await shelf.list();
    const server = new ChunkServer(voice);
    await load(shelf, server.fetch);
    assert.equal(server.bytes, voice.total - stored);
    assert.equal((await load(shelf, offline)).fromCache, true);
  }
});
