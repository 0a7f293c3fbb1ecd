import assert from "node:assert/strict";
import { test } from "node:test";
import { Diagnostics } from "../../../www/lib/diagnostics/diagnostics.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { progressCallbackOf } from "../../../www/lib/hanvox.js";
import { SAMPLES_PER_CHARACTER } from "../support/fake-engine.js";
import { FakeHanvox, startFake } from "../support/fake-hanvox.js";
import { FakeWorker } from "../support/fake-worker.js";

/** @typedef {import("../support/fake-hanvox.js").Faults} Faults */

/**
 * Fails at the `nth` window of a chunk that holds 炸.
 * @param {number} [nth]
 * @param {import("../../../www/lib/shared/errors.js").ErrorCode} [code]
 * @returns {NonNullable<Faults>}
 */
function bomb(nth = 1, code = "engine-crashed") {
  let seen = 0;
  return {
    onnext(chunk) {
      if (chunk.includes("炸") && ++seen === nth) throw new HanvoxError(code, "the engine panicked");
    },
  };
}

/** The samples of a chunk of so many characters, each telling its place. @param {number} characters */
function places(characters) {
  return Float32Array.from({ length: characters * SAMPLES_PER_CHARACTER }, (_, i) => i / 1e4);
}

/** Gives the host its turn to close what the client let go. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("generate gives all samples, the chunks and a WAV file", async () => {
  const { tts, workers } = await startFake();
  const speech = await tts.generate("一二三四五。六七。");
  assert.equal(speech.audio.length, 9 * SAMPLES_PER_CHARACTER);
  assert.equal(speech.sampling_rate, 24000);
  assert.deepEqual(
    speech.chunks.map(({ start, end }) => [start, end]),
    [
      [0, 6],
      [6, 9],
    ],
  );
  const wav = speech.toWav();
  assert.equal(wav.length, 44 + 2 * speech.audio.length);
  assert.equal(new DataView(wav.buffer).getUint32(40, true), 2 * speech.audio.length);
  const blob = speech.toBlob();
  assert.deepEqual([blob.type, blob.size], ["audio/wav", wav.length]);
  await settled();
  assert.equal(workers[0].engine.open_speeches, 0);
});

test("stream gives a chunk at a time and computes no further than it is asked", async () => {
  const { tts, workers } = await startFake();
  const seen = [];
  for await (const { text, audio } of tts.stream("一二三。四。五。")) {
    seen.push([text, audio.length / SAMPLES_PER_CHARACTER]);
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen, [
    ["一二三。", 4],
    ["四。", 2],
  ]);
  await settled();
  assert.equal(workers[0].engine.open_speeches, 0);
  const windows = workers[0].received.filter(
    (message) => message.kind === "request" && message.request.type === "next",
  );
  assert.equal(windows.length, 2);
});

test("a canceled speech gives its memory back, and the next one speaks", async () => {
  const { tts, workers } = await startFake();
  const controller = new AbortController();
  const pending = tts.generate("一二三四五六七八九十。".repeat(2000), { signal: controller.signal });
  setTimeout(() => controller.abort(), 2);
  await assert.rejects(pending, { code: "canceled" });
  await settled();
  assert.equal(workers[0].engine.open_speeches, 0);
  assert.equal((await tts.generate("好。")).audio.length, 2 * SAMPLES_PER_CHARACTER);
});

test("a speech after a canceled one goes to an engine that computes nothing", async () => {
  // The first engine never comes back from a window.
  const stuck = { hang: (/** @type {{type: string}} */ { type }) => type === "next" };
  const { tts, workers } = await startFake([stuck], { workers: "auto" }, 2);
  await tts.warm();
  assert.deepEqual(workers[1].engine.voices, ["tiny"]);
  await tts.warm();
  assert.equal(workers.length, 2);
  const stopper = new AbortController();
  const old = assert.rejects(tts.generate("旧的地方。".repeat(9), { signal: stopper.signal, engines: 1 }), {
    code: "canceled",
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  const asked = workers[0].received.length;
  stopper.abort();
  const { chunks } = await tts.generate("新的地方。");
  await old;
  assert.equal(chunks[0].text, "新的地方。");
  // The old one is told to end, and asked for nothing more.
  const told = workers[0].received.slice(asked);
  assert.ok(told.every((message) => message.kind === "cancel" || message.request.type === "close"));
});

test("a speech that may use one engine leaves the others alone", async () => {
  const { tts, workers } = await startFake([], { workers: 2 });
  await tts.generate("好。".repeat(20), { engines: 1 });
  assert.equal(workers[1].received.length, 1);
});

test("a crash is mended: the chunk is spoken again in halves, and the fault is told once", async () => {
  const { tts, workers, diagnostics, records } = await startFake([bomb()]);
  const { audio } = await tts.generate("一二三。炸四五六七八九十一二三四。好。");
  assert.deepEqual(audio, concat([places(4), places(13), places(2)]));
  assert.deepEqual([workers.length, workers[1].engine.limits], [2, [7]]);
  assert.deepEqual(
    records().map(({ code, level }) => [code, level]),
    [["engine-crashed", "warning"]],
  );
  const text = await tts.metricsText();
  assert.match(text, /^hanvox_retries_total\{code="engine-crashed"\} 1$/m);
  assert.match(text, /^hanvox_errors_total\{code="engine-crashed"\} 0$/m);
  assert.match(text, /^hanvox_engine_restarts_total\{code="engine-crashed"\} 1$/m);
  assert.deepEqual(
    diagnostics.alerts.active().map(({ severity }) => severity),
    ["high"],
  );
});

test("a chunk of which a part was heard goes on at the very sample", async () => {
  const { tts, workers } = await startFake([bomb(3)]);
  const { audio } = await tts.generate("炸二三四五六七八九十一二三四五。好。");
  assert.deepEqual(audio, concat([places(16), places(2)]));
  assert.deepEqual([workers.length, workers[1].engine.limits], [2, []]);
});

test("each mark is an event with its time, once, also where an engine fails", async () => {
  const { tts, workers } = await startFake([bomb(3)]);
  const text = "*一*三。炸二三*四五六七八*九*。好*。";
  const speech = await tts.open(text);
  /** @type {import("../../../www/lib/shared/protocol.js").Mark[]} */
  const events = [];
  speech.addEventListener("mark", (event) => events.push(/** @type {CustomEvent} */ (event).detail));
  const inWindows = [];
  for await (const { marks } of speech) inWindows.push(...marks);
  const times = [...text.matchAll(/\*/g)].map(({ index }) => (index * SAMPLES_PER_CHARACTER) / speech.sampling_rate);
  assert.deepEqual(
    events.map(({ time }) => time),
    times,
  );
  assert.deepEqual([inWindows, speech.marks, workers.length], [events, events, 2]);
  assert.deepEqual((await tts.generate("一*。")).marks, [{ name: "star-1", time: 100 / speech.sampling_rate }]);
  for await (const { marks } of tts.stream("*。")) assert.deepEqual(marks, [{ name: "star-0", time: 0 }]);
});

test("a fault that stays is an error with its context, told once, and the next request succeeds", async () => {
  const { tts, workers, diagnostics, records } = await startFake([bomb(), bomb()]);
  await assert.rejects(tts.generate("一二三。炸。"), (/** @type {any} */ error) => {
    const { request, chunk, start, end, voice, elapsed_ms, memory_bytes, retries } = error.context;
    assert.deepEqual([error.code, chunk, start, end, voice, retries], ["engine-crashed", 1, 4, 6, "tiny", 1]);
    assert.ok(request && elapsed_ms >= 0 && memory_bytes > 0);
    assert.equal(error.cause.code, "engine-crashed");
    return true;
  });
  assert.deepEqual(
    records().map(({ code, level }) => [code, level]),
    [["engine-crashed", "error"]],
  );
  assert.match(await tts.metricsText(), /^hanvox_errors_total\{code="engine-crashed"\} 1$/m);
  assert.equal((await tts.generate("好。")).audio.length, 2 * SAMPLES_PER_CHARACTER);
  assert.equal(workers.length, 3);
  assert.equal(diagnostics.series().length, 2);
});

test("a hung engine is mended too, and another request that shares it hears nothing of it", async () => {
  let hung = false;
  const hang = (/** @type {{type: string, speech?: number}} */ { type, speech }) =>
    type === "next" && speech === 2 && (hung = true);
  const { tts, workers } = await startFake([{ hang }], { limits: { chunk_ms: 500 } });
  const all = await Promise.all([tts.generate("一二三四五六七八。九。"), tts.generate("一二三四。")]);
  assert.deepEqual(
    all.map(({ audio }) => audio),
    [concat([places(9), places(2)]), places(5)],
  );
  assert.deepEqual([hung, workers.length], [true, 2]);
});

test("no sound where speech was due is an error", async () => {
  const silent = () => {
    const worker = new FakeWorker();
    const { open } = worker.engine;
    worker.engine.open = (...args) => ({ ...open(...args), next: () => undefined });
    return worker;
  };
  const diagnostics = await Diagnostics.create({ console: false, store: false });
  const tts = await FakeHanvox.from(silent, { diagnostics });
  await assert.rejects(tts.generate("一二三。"), { code: "output-invalid" });
});

test("more requests than the queue takes are refused, those in it are answered in their order", async () => {
  const { tts } = await startFake([], { limits: { speeches: 1, queue: 2 } });
  const controller = new AbortController();
  const order = /** @type {number[]} */ ([]);
  const first = await tts.open("一。");
  const waiting = [1, 2].map((number) =>
    tts.generate("二。", number === 1 ? { signal: controller.signal } : {}).then(() => order.push(number)),
  );
  await assert.rejects(tts.generate("三。"), { code: "busy" });
  controller.abort();
  await assert.rejects(waiting[0], { code: "canceled" });
  const late = tts.generate("四。").then(() => order.push(4));
  first.close();
  await Promise.all([waiting[1], late]);
  assert.deepEqual(order, [2, 4]);
});

test("an engine that has nearly all of its memory is fed in small parts, and replaced when it is idle", async () => {
  const { tts, workers } = await startFake([], { limits: { memory_bytes: 80_000 } });
  await tts.generate("一二三四五六七八。");
  await tts.generate("好。");
  assert.deepEqual([workers.length, workers[0].engine.limits.at(-1)], [2, 12]);
});

test("text that is too long or broken is refused with a code and a place", async () => {
  const { tts } = await startFake([], { limits: { text: 10 } });
  await assert.rejects(tts.generate("一".repeat(11)), { code: "text-too-long" });
  await assert.rejects(tts.generate("好\uD83D"), (/** @type {any} */ error) => {
    assert.deepEqual([error.code, error.context.at], ["encoding-invalid", 1]);
    return true;
  });
});

test("the voice tells its emotions, and how they are made", async () => {
  const { tts } = await startFake();
  assert.deepEqual([tts.voice.emotions, tts.voice.emotion_kind], [["neutral", "happy"], "prosody"]);
});

/** Of what the worker was asked to open. @param {FakeWorker[]} workers */
function opened(workers) {
  const requests = workers.flatMap(({ received }) =>
    received.map((message) => ("request" in message ? message.request : undefined)),
  );
  return requests.filter((request) => request?.type === "open");
}

test("emotion and intensity reach the engine, also when the chunk is spoken again", async () => {
  const { tts, workers } = await startFake([bomb()]);
  await tts.generate("炸一二三。", { emotion: "happy", intensity: 0.5, speed: 1.2 });
  const options = { emotion: "happy", intensity: 0.5, speed: 1.2 };
  assert.deepEqual(
    opened(workers).map((request) => request?.options),
    [options, options],
  );
});

test("the symbols of a text are given a line a chunk, and spoken as such", async () => {
  const { tts, workers } = await startFake();
  const lines = await tts.symbols("一二三。四五。", { emotion: "happy" });
  assert.equal(lines.split("\n").length, 2);
  assert.match(lines, /^0\t\{一.*\n1\t\{四/);
  const { audio, chunks } = await tts.generate(lines, { symbols: true });
  assert.deepEqual(audio, concat([places(4), places(3)]));
  assert.deepEqual(
    chunks.map(({ start, end }) => lines.slice(start, end)),
    lines.split("\n"),
  );
  await settled();
  assert.equal(workers[0].engine.open_speeches, 0);
});

test("a crash in symbol lines is mended as in text", async () => {
  const { tts, workers } = await startFake([bomb()]);
  const lines = await tts.symbols("一二三。炸四五六七八九十一二三四。好。");
  const { audio } = await tts.generate(lines, { symbols: true });
  assert.deepEqual(audio, concat([places(4), places(13), places(2)]));
  // Thirteen symbols and twelve blanks, in halves.
  assert.deepEqual([workers.length, workers[1].engine.limits], [2, [13]]);
  assert.deepEqual(
    opened(workers).map((request) => [request?.symbols, request?.opening.from]),
    [
      [true, 0],
      [true, 1],
    ],
  );
});

test("the limit of a text counts the symbols of symbol lines, not their letters", async () => {
  const { tts } = await startFake([], { limits: { text: 10 } });
  const symbol = "{sh_c$tone4$s_begin$word_begin$emotion_neutral$F7} ";
  await tts.generate(`0\t${symbol.repeat(10)}`, { symbols: true });
  const long = tts.generate(`0\t${symbol.repeat(12)}`, { symbols: true });
  await assert.rejects(long, { code: "text-too-long", message: /about 11 symbols, the limit is 10/ });
  await assert.rejects(tts.symbols("一".repeat(11)), { code: "text-too-long" });
  await assert.rejects(tts.symbols("好\uD83D"), { code: "encoding-invalid" });
});

test("no record holds the text, unless the user allows it", async () => {
  const { tts, diagnostics } = await startFake();
  await tts.generate("天机不可泄露。");
  assert.ok(!JSON.stringify(diagnostics.recent()).includes("天机"));
  diagnostics.log.includeText = true;
  await tts.generate("天机可以泄露。");
  assert.ok(JSON.stringify(diagnostics.recent()).includes("天机可以"));
});

test("empty text and what is no text are refused with a code", async () => {
  const { tts } = await startFake();
  await assert.rejects(tts.generate(" "), { code: "empty-text" });
  await assert.rejects(tts.generate(/** @type {any} */ (undefined)), { code: "option-invalid" });
});

/** @param {Float32Array[]} parts */
function concat(parts) {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

test("names in snake_case, as transformers.js has them, are aliases", async () => {
  const callback = () => {};
  assert.equal(progressCallbackOf({ progress_callback: callback }), callback);
  const { tts } = await startFake();
  const speech = await tts.generate("好。");
  assert.equal(speech.sampling_rate, speech.samplingRate);
  for await (const chunk of tts.stream("好。")) assert.equal(chunk.sampling_rate, chunk.samplingRate);
});

test("a result knows its length, its times and how to become a file", async () => {
  const { tts } = await startFake();
  const speech = await tts.generate("一二。三四。");
  assert.equal(speech.duration, (6 * SAMPLES_PER_CHARACTER) / 24000);
  assert.deepEqual(
    speech.sentences.map(({ from, to }) => [from, to]),
    [
      [0, 3],
      [3, 6],
    ],
  );
  const at = (/** @type {number} */ character) => (character * SAMPLES_PER_CHARACTER) / 24000;
  const { start, end, ...place } = speech.characters[4];
  assert.deepEqual(place, { from: 4, to: 5 });
  assert.ok(Math.abs(start - at(4)) < 1e-9 && Math.abs(end - at(5)) < 1e-9);
  assert.throws(() => speech.toBlob("audio/mpeg"), { code: "option-invalid" });
  assert.throws(() => speech.play(), { code: "not-supported" });
  speech.dispose();
  assert.equal(speech.audio.length, 0);
});

test("a sentence of a growing text that nobody can say is left out, and the rest is spoken", async () => {
  const onopen = (/** @type {string} */ text) => {
    if (text.includes("カ")) throw new HanvoxError("nothing-to-speak", "kana");
  };
  const { tts } = await startFake([{ onopen }]);
  const pieces = (async function* () {
    yield* ["好。", "カ。", "再", "见。"];
  })();
  const texts = [];
  for await (const { text } of tts.stream(pieces)) texts.push(text);
  assert.equal(texts.join(""), "好。再见。");
  await assert.rejects(tts.stream("カ。").next(), { code: "nothing-to-speak" });
});

test("the parts of a stream are windows, and their texts together are the text", async () => {
  const { tts } = await startFake();
  const text = " 一二三四五六。 七八。";
  const parts = [];
  for await (const part of tts.stream(text)) parts.push(part);
  assert.equal(parts.map((part) => part.text).join(""), text);
  assert.deepEqual(
    parts.map(({ audio }) => audio.length / SAMPLES_PER_CHARACTER),
    [4, 4, 4],
  );
  assert.deepEqual(
    parts.map(({ sentences }) => sentences.length),
    [0, 1, 1],
  );
  for (const { time, characters } of parts) assert.ok(Math.abs(characters[0].start - time) < 1e-9);
});

test("a text that is still being written is spoken sentence by sentence", async () => {
  const { tts } = await startFake();
  const tokens = ["一二", "。三", "四五六", "七。", "八"];
  let given = 0;
  const pieces = (async function* () {
    for (const token of tokens) {
      given += 1;
      yield token;
    }
  })();
  const parts = [];
  for await (const part of tts.stream(pieces)) parts.push({ ...part, given });
  assert.ok(parts[0].given < tokens.length, "the first part leaves before the text is whole");
  const text = tokens.join("");
  for (const { start, end, ...part } of parts) assert.equal(text.slice(start, end), part.text);
  assert.equal(parts.map((part) => part.text).join(""), text);
  const characters = parts.flatMap((part) => part.characters);
  assert.deepEqual(
    characters.map(({ from }) => from),
    [...text].map((_, at) => at),
  );
  characters.reduce((last, { start }) => (assert.ok(start > last), start), -1);
});

test("thirty speeches at once all get their turn", async () => {
  const { tts } = await startFake();
  const all = await Promise.all(Array.from({ length: 30 }, () => tts.generate("好。")));
  assert.equal(all.length, 30);
});

test("readings can be changed: for all engines and those that come after, and a bad line changes nothing", async () => {
  const { tts, workers } = await startFake([bomb()], { reading: { dictionary: "old" } }, 1);
  await tts.setReading({ dictionary: "new" });
  await assert.rejects(tts.setReading({ dictionary: "wrong" }), { code: "option-invalid" });
  await tts.generate("炸。");
  assert.deepEqual(
    workers.map(({ engine }) => engine.readings),
    [["old", "new"], ["new"]],
  );
  tts.dispose();
});
