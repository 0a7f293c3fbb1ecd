import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { BLOCK_BYTES } from "../../../www/lib/store/blocks.js";
import { openIndexedDbBackend } from "../../../www/lib/store/indexeddb-backend.js";
import { MemoryBackend } from "../../../www/lib/store/memory-backend.js";
import { VoiceStore } from "../../../www/lib/store/voice-store.js";
import { BlockServer, SOURCES, makeVoiceOfBlocks } from "../support/voice-of-blocks.js";
import { Steps, crashingFetch, crashingBackend } from "../support/crashing.js";
import { offline, takesAll } from "../support/fake-voice.js";
import { silently } from "../support/silently.js";

/** @typedef {import("../../../www/lib/store/backend.js").Backend} Backend */
/** @typedef {import("../../../www/lib/shared/protocol.js").Progress} Progress */
/** @typedef {import("../support/voice-of-blocks.js").VoiceOfBlocks} VoiceOfBlocks */

/**
 * @param {Backend} backend
 * @param {typeof fetch} fetch
 * @param {(progress: Progress) => void} [onprogress]
 */
function load(backend, fetch, onprogress) {
  const store = new VoiceStore({ check: takesAll, backend: async () => staying(backend), fetch });
  return silently(() => store.load("tiny", { sources: SOURCES, onprogress }));
}

/**
 * The same, open for another load.
 * @param {Backend} backend
 */
function staying(backend) {
  return crashingBackend(backend, new Steps());
}

/**
 * Dies at a step of a load, and loads again.
 * @param {() => Promise<Backend>} makeBackend
 * @param {VoiceOfBlocks} voice
 * @param {number} step
 * @returns {Promise<boolean>} Whether the step came before the end.
 */
async function crashAt(makeBackend, voice, step) {
  const backend = await makeBackend();
  const steps = new Steps(step);
  const server = new BlockServer(voice);
  await load(crashingBackend(backend, steps), crashingFetch(server.fetch, steps)).catch(() => {});
  const again = await load(backend, server.fetch);
  for (const [path, bytes] of voice.contents) assert.deepEqual(await again.file(path), bytes);
  assert(server.bytes <= voice.total + BLOCK_BYTES, `step ${step}: ${server.bytes} bytes came`);
  const store = new VoiceStore({ check: takesAll, backend: async () => staying(backend), fetch: offline });
  assert.deepEqual(await store.verify("tiny"), { id: "tiny", ok: true, faults: [] });
  const kept = await load(backend, offline);
  assert.deepEqual([kept.fromCache, kept.manifest.version], [true, voice.manifest.version]);
  return steps.taken >= step;
}

const BACKENDS = [
  { name: "memory", make: async () => new MemoryBackend(), stride: 1 },
  { name: "IndexedDB", make: () => openIndexedDbBackend(new IDBFactory()), stride: 5 },
];

for (const { name, make, stride } of BACKENDS) {
  for (const chunks of [true, false]) {
    test(`${name}: a crash at any step of a download is made good (chunks: ${chunks})`, async () => {
      const voice = makeVoiceOfBlocks({ chunks });
      let step = 1;
      while (await crashAt(make, voice, step)) step += chunks ? stride : 4 * stride;
      assert(step > 40, `only ${step} steps`);
    });
  }

  test(`${name}: a crash at any step of an update leaves the old version or the new one`, async () => {
    const [old, voice] = [makeVoiceOfBlocks(), makeVoiceOfBlocks({ version: "v2" })];
    const stocked = async () => {
      const backend = await make();
      await load(backend, new BlockServer(old).fetch);
      return backend;
    };
    for (let step = 1; ; step += 4 * stride) {
      const backend = await stocked();
      const steps = new Steps(step);
      const server = new BlockServer(voice);
      await load(crashingBackend(backend, steps), crashingFetch(server.fetch, steps)).catch(() => {});
      const { manifest, file } = await load(backend, offline);
      const expected = manifest.version === "v1" ? old : voice;
      for (const [path, bytes] of expected.contents) assert.deepEqual(await file(path), bytes);
      if (steps.taken < step) return assert.equal(manifest.version, "v2");
    }
  });
}

test("a disk that is full from any block on: the voice speaks, and what is stored is not fetched again", async () => {
  const voice = makeVoiceOfBlocks();
  for (let room = 0; room < 5; room += 1) {
    const backend = new MemoryBackend();
    let left = room;
    const full = new Proxy(backend, {
      get(target, name) {
        const method = Reflect.get(target, name);
        if (name === "putBlock" && --left < 0) throw new HanvoxError("quota-exceeded", "full");
        return typeof method === "function" ? method.bind(target) : method;
      },
    });
    /** @type {Progress[]} */ const warnings = [];
    const spoken = await load(full, new BlockServer(voice).fetch, (event) => {
      if (event.status === "warning") warnings.push(event);
    });
    for (const [path, bytes] of voice.contents) assert.deepEqual(await spoken.file(path), bytes);
    assert.deepEqual(
      warnings.map(({ error }) => error?.code),
      ["quota-exceeded"],
    );
    assert.equal(await backend.manifest("tiny"), undefined);
    const [{ bytes: stored }] = await backend.list();
    const server = new BlockServer(voice);
    await load(backend, server.fetch);
    assert.equal(server.bytes, voice.total - stored);
    assert.equal((await load(backend, offline)).fromCache, true);
  }
});
