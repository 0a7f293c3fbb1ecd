import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { fileName, soundOf, titleOf } from "../../../www/app/export/files.js";
import { runExport } from "../../../www/app/export/run.js";
import { openExportStore } from "../../../www/app/export/store.js";
import { partEnd } from "../../../www/app/export/text-parts.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { openEncoder } from "../../../www/lib/node/node-encoders.js";

/** @typedef {import("../../../www/app/export/store.js").Job} Job */

const RATE = 24_000;
const WINDOW = 1000;

/** Speaks each sentence as one chunk of two windows, a sample value for each character. */
class FakeSpeech {
  samplingRate = RATE;

  /** @param {string} text @param {AbortSignal} [signal] */
  constructor(text, signal) {
    this.signal = signal;
    this.chunks = [...text.matchAll(/[^。\n*]+。?/g)].map(({ index, 0: { length } }) => ({
      start: index,
      end: index + length,
      text: text.slice(index, index + length),
    }));
  }

  async *[Symbol.asyncIterator]() {
    for (const [chunk, { text }] of this.chunks.entries())
      for (const first of [true, false]) {
        this.signal?.throwIfAborted();
        const samples = new Int16Array(WINDOW).fill(text.charCodeAt(0) % 1000);
        yield { chunk, first, last: !first, pcm: new Uint8Array(samples.buffer) };
      }
  }
}

/** @param {string} text @param {{signal?: AbortSignal}} [options] */
async function speak(text, { signal } = {}) {
  if (/^[*\s]*$/.test(text)) throw new HanvoxError("nothing-to-speak", "only stars");
  return /** @type {any} */ (new FakeSpeech(text, signal));
}

/** @param {Partial<Job>} [more] @returns {Job} */
function jobOf(more = {}) {
  return {
    ...{ id: "one", title: "书", length: 0, begun: 1, voice: "han", options: {}, format: "mp3", sampleRate: RATE },
    ...{ at: 0, samples: 0, parts: 0, whole: false },
    ...more,
  };
}

const TEXT = Array.from({ length: 120 }, (_, line) => `这是第${line}行的文字，写得很长很长很长很长很长很长。`).join(
  "\n",
);

/** @param {string} id @param {string} text @param {Partial<Job>} [more] */
async function begin(id, text, more) {
  const store = await openExportStore(indexedDB);
  const job = jobOf({ id, length: text.length, ...more });
  await store.add(job, text);
  return { store, job };
}

/** @param {Blob} blob */
async function bytesOf(blob) {
  return Buffer.from(await blob.arrayBuffer());
}

test("a text is cut at line breaks, then at sentences, then at commas, and never in a character", () => {
  const pieces = (/** @type {string} */ text, /** @type {number} */ most) => {
    const found = [];
    for (let at = 0; at < text.length; ) {
      const end = partEnd(text, at, most);
      found.push(text.slice(at, end));
      at = end;
    }
    return found;
  };
  assert.deepEqual(pieces("一二。\n三四。五六", 6), ["一二。\n", "三四。五六"]);
  assert.deepEqual(pieces("“一二三。”四五六七八", 8), ["“一二三。”", "四五六七八"]);
  assert.deepEqual(pieces("一二，三四五六七", 5), ["一二，", "三四五六七"]);
  assert.deepEqual(pieces("𠀀𠀀𠀀", 3), ["𠀀", "𠀀", "𠀀"]);
  assert.deepEqual(pieces(`<speak>${"一。".repeat(9)}</speak>`, 5).length, 1);
});

for (const format of /** @type {const} */ (["wav", "mp3", "opus", "flac"]))
  test(`${format}: an export that is stopped after each part and goes on gives the same file`, async () => {
    const signal = new AbortController().signal;
    const whole = await begin(`whole ${format}`, TEXT, { format });
    const how = { tts: { open: speak }, openEncoder, onprogress() {}, signal };
    const done = await runExport(whole.job, { ...how, store: whole.store });
    assert.ok(done.parts > 2);
    assert.deepEqual([done.at, done.samples], [TEXT.length, 2 * WINDOW * 120]);

    const { store, job } = await begin(`broken ${format}`, TEXT, { format });
    /** @type {Job} */
    let current = job;
    let stops = 0;
    while (!current.whole) {
      const stop = new AbortController();
      await runExport(current, { ...how, store, signal: stop.signal, onprogress: () => stop.abort() }).catch(
        (error) => {
          assert.equal(error.code, "canceled");
          stops += 1;
        },
      );
      current = /** @type {Job} */ (await store.job(job.id));
    }
    assert.ok(stops > 1);
    const files = await Promise.all([soundOf(done, whole.store, openEncoder), soundOf(current, store, openEncoder)]);
    const [one, other] = await Promise.all(files.map(bytesOf));
    assert.ok(one.length > 200 && one.equals(other));
  });

test("what is made when an export is stopped is a file that is whole in itself", async () => {
  const stop = new AbortController();
  const { store, job } = await begin("stopped", TEXT, { format: "wav" });
  const how = { tts: { open: speak }, openEncoder, store };
  await assert.rejects(runExport(job, { ...how, onprogress: () => stop.abort(), signal: stop.signal }), {
    code: "canceled",
  });
  const kept = /** @type {Job} */ (await store.job("stopped"));
  const file = await bytesOf(await soundOf(kept, store, openEncoder));
  assert.equal(file.readUInt32LE(40), 2 * kept.samples);
  assert.equal(file.length, 44 + 2 * kept.samples);
});

test("sentences have their place in the whole file and the whole text; what can't be spoken is left out", async () => {
  const text = `甲。乙。\n${"*".repeat(900)}\n丙。`;
  const { store, job } = await begin("times", text);
  const how = { tts: { open: speak }, openEncoder, onprogress() {}, store };
  const done = await runExport(job, { ...how, signal: new AbortController().signal });
  const parts = await Promise.all(Array.from({ length: done.parts }, (_, index) => store.part("times", index)));
  const sentences = parts.flatMap(({ times }) => times.sentences);
  assert.deepEqual(
    sentences.map(({ from, to }) => text.slice(from, to).trim()),
    ["甲。", "乙。", "丙。"],
  );
  const second = (2 * WINDOW) / RATE;
  assert.deepEqual(
    sentences.map(({ start, end }) => [start, end]),
    [0, 1, 2].map((place) => [place * second, (place + 1) * second]),
  );
  await store.remove("times");
  assert.equal(await store.part("times", 0), undefined);
});

test("files are named by the title, as file systems allow", () => {
  assert.equal(fileName("红楼梦：第一回 a/b?", "mp3"), "红楼梦：第一回 a b.mp3");
  assert.equal(fileName("..", "wav"), "hanvox.wav");
  assert.equal(titleOf(undefined, "  春眠不觉晓，处处闻啼鸟。夜来"), "春眠不觉晓，处处闻啼鸟");
  assert.equal(titleOf("书", "x"), "书");
});
