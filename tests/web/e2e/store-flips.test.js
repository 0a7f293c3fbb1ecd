/** One bit flipped in what the browser stores of a voice: found at load, named, mended, and nothing else fetched. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../support/browser.js";
import { FaultServer, sentBytes } from "../support/fault-server.js";
import { temporaryFolder } from "../support/folder.js";
import { BLOCK_BYTES, paddedVoice } from "../support/padded-voice.js";
import * as store from "../support/store-page.js";
import { assertSpeech } from "../support/wav.js";

const SYLLABLES = 6;
const PLACES = 10;

/** @typedef {import("../support/store-page.js").Stored} Stored */
/** @typedef {import("../support/store-page.js").Outcome} Outcome */

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {import("../support/padded-voice.js").PaddedVoice} */
let voice;
/** @type {FaultServer} */
let server;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {Stored[]} */
let parts;

before(async () => {
  voice = await paddedVoice("padded");
  server = await FaultServer.start(voice);
  browser = await launch(await temporaryFolder());
  page = await store.openBarePage(browser, server.url);
  assertSpeaks(await store.loadAndSpeak(page, voice.id));
  parts = await store.storedParts(page);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** @param {Outcome} outcome */
function assertSpeaks({ error, warnings, ...sound }) {
  assert.deepEqual([error, warnings], [undefined, []]);
  assertSpeech(sound, SYLLABLES);
}

/**
 * The stored part and the place in it that are at a share of all bytes of chunks.
 * @param {number} share
 */
function placeAt(share) {
  const chunks = parts.filter(({ store, kind }) => store === "chunks" && kind === "bytes");
  let left = Math.floor(share * chunks.reduce((sum, { length }) => sum + length, 0));
  const part = chunks.find(({ length }) => (left -= length) < 0);
  assert.ok(part);
  return { part, at: left + part.length };
}

/** File, chunk and bytes that a part of the store "chunks" stands for. @param {Stored} part */
function meaning({ key: [, sha256, chunk] }) {
  const file = voice.files.find((file) => file.sha256 === sha256);
  assert.ok(file, `no file has the SHA-256 ${sha256}`);
  return { file: file.path, chunk, bytes: Math.min(BLOCK_BYTES, file.bytes - chunk * BLOCK_BYTES) };
}

/** What was fetched of the voice since: of which files, from where to where, and how much. @param {number} since */
function fetched(since) {
  const answers = server.log.slice(since).filter(({ file, sent }) => file !== "voice.json" && sent > 0);
  return {
    files: [...new Set(answers.map(({ file }) => file))],
    start: Math.min(...answers.map(({ start }) => start)),
    end: Math.max(...answers.map(({ start, sent }) => start + sent)),
    sent: sentBytes(answers),
  };
}

/** Whether the log names a chunk. @param {Outcome} outcome @param {{file: string, chunk: number}} place */
function named({ records }, { file, chunk }) {
  return records.some(({ code, context }) => {
    const about = /** @type {any} */ (context ?? {});
    return code === "voice-corrupt" && about.file === file && about.chunk === chunk;
  });
}

describe("a byte of a chunk", () => {
  for (let place = 0; place < PLACES; place += 1) {
    test(`at ${Math.round((100 * (place + 0.5)) / PLACES)} % of the voice`, async () => {
      const { part, at } = placeAt((place + 0.5) / PLACES);
      const { bytes, ...struck } = meaning(part);
      await store.flip(page, part, at);
      const since = server.log.length;
      const outcome = await store.loadAndSpeak(page, voice.id);
      assertSpeaks(outcome);
      assert.ok(named(outcome, struck), JSON.stringify([struck, outcome.records]));
      const start = struck.chunk * BLOCK_BYTES;
      assert.deepEqual(fetched(since), { files: [struck.file], start, end: start + bytes, sent: bytes });
    });
  }

  test("without a network is named too, and mended when the network is back", async () => {
    const { part, at } = placeAt(0.42);
    const struck = meaning(part);
    await store.flip(page, part, at);
    server.rule = () => ({ kind: "drop", after: 0 });
    const { error, seconds, records } = await store.loadAndSpeak(page, voice.id);
    assert.deepEqual([error?.code !== undefined, seconds], [true, 0]);
    assert.ok(named({ ...empty, records }, struck), JSON.stringify([error, records]));
    server.heal();
    assertSpeaks(await store.loadAndSpeak(page, voice.id));
  });

  test("is found when the stored voices are verified", async () => {
    const { part, at } = placeAt(0.77);
    const { file, chunk } = meaning(part);
    await store.flip(page, part, at);
    const { ok, faults } = await store.callStore(page, "verify", voice.id);
    assert.deepEqual([ok, faults], [false, [{ file, chunk }]]);
    assertSpeaks(await store.loadAndSpeak(page, voice.id));
    assert.equal((await store.callStore(page, "verify", voice.id)).ok, true);
  });
});

/** @type {Outcome} */
const empty = { seconds: 0, rms: 0, warnings: [], records: [] };

describe("a letter of what is stored besides the chunks", () => {
  for (const share of [0, 0.3, 0.5, 0.9, 0.99]) {
    test(`at ${Math.round(100 * share)} % of it`, async () => {
      const texts = (await store.storedParts(page)).filter(({ kind }) => kind === "text");
      let left = Math.floor(share * texts.reduce((sum, { length }) => sum + length, 0));
      const part = texts.find(({ length }) => (left -= length) < 0);
      assert.ok(part);
      await store.flip(page, part, left + part.length);
      const listed = await store.callStore(page, "list");
      assert.ok(listed.length <= 1, JSON.stringify(listed));
      const since = server.log.length;
      assertSpeaks(await store.loadAndSpeak(page, voice.id));
      assert.ok(sentBytes(server.log.slice(since)) <= BLOCK_BYTES);
      assert.deepEqual(await store.callStore(page, "verify", voice.id), {
        id: voice.id,
        ok: true,
        faults: [],
      });
    });
  }
});
