/** The seam to the real engine: beginning again at a chunk, parts of chunks, the log and what errors say. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { speakingEngine, speakingModule, voice } from "../support/speaking-engine.js";
import { thrownBy } from "../support/thrown-by.js";

/** @typedef {import("../../../www/lib/engine/engine.js").EngineRecord} EngineRecord */
/** @typedef {import("../../../www/lib/engine/engine.js").EngineSpeech} EngineSpeech */

const TEXT = "你好。今天下午三点我们在公司门口见面，然后一起去吃饭。再见！";

/** @type {import("../../../www/lib/engine/engine.js").Engine} */
let engine;
before(async () => void (engine = await speakingEngine()));

test("a text resumed at a chunk is the same from there", () => {
  const speech = engine.open(TEXT, {});
  const whole = windows(speech);
  assert.deepEqual([...new Set(whole.map((window) => window.chunk))], [0, 1, 2]);
  for (const chunk of [1, 0, 2]) {
    speech.resume(chunk);
    assert.deepEqual(
      windows(speech),
      whole.filter((window) => window.chunk >= chunk),
    );
  }
  speech.resume(3);
  assert.equal(speech.next(), undefined);
  assert.throws(() => speech.resume(4), { code: "option-invalid", funcName: "Synthesis.resume" });
  speech.close();
});

test("with a limit a chunk is spoken in parts and stays one chunk", () => {
  const speech = engine.open(TEXT, {});
  const { chunks } = speech;
  speech.resume(1);
  const whole = windows(speech).filter((window) => window.chunk === 1);
  speech.resume(1);
  speech.limit(8);
  const parts = windows(speech).filter((window) => window.chunk === 1);
  assert.ok(parts.length > whole.length);
  assert.equal(parts.filter((part) => part.first).length, 1);
  assert.equal(parts.filter((part) => part.last).length, 1);
  assert.deepEqual(speech.chunks, chunks);
  assert.throws(() => speech.limit(0), { code: "option-invalid" });
  speech.close();
});

test("symbol lines are resumed and cut into parts like a text, and know their places", () => {
  const lines = engine.symbols(TEXT, {});
  const speech = engine.openSymbols(lines, {});
  assert.deepEqual(
    speech.chunks.map(({ start, end, text }) => [lines.slice(start, end), text]),
    lines.split("\n").map((line) => [line.replace(/^\d+\t/, ""), line.replace(/^\d+\t/, "")]),
  );
  assert.equal(speech.chunks[0].readings.length, lines.split("\n")[0].split("{").length - 1);
  const whole = windows(speech);
  assert.deepEqual([...new Set(whole.map((window) => window.chunk))], [0, 1, 2]);
  speech.resume(2);
  assert.deepEqual(
    windows(speech),
    whole.filter((window) => window.chunk === 2),
  );
  const long = whole.filter((window) => window.chunk === 1);
  speech.resume(1);
  speech.limit(20);
  const parts = windows(speech).filter((window) => window.chunk === 1);
  assert.ok(parts.length > long.length);
  assert.deepEqual([parts.filter(({ first }) => first).length, parts.filter(({ last }) => last).length], [1, 1]);
  speech.close();
});

test("symbol lines carry their emotions, so that none may be asked for", () => {
  const lines = engine.symbols("你好。", {});
  assert.throws(() => engine.openSymbols(lines, { emotion: "happy" }), { code: "option-invalid" });
  assert.throws(() => engine.openSymbols(`${lines}\n1\t{nothing}`, {}), { code: "markup-invalid", message: /line 2/ });
  assert.throws(() => engine.openSymbols(" \n", {}), { code: "empty-text" });
  assert.throws(() => engine.symbols("你好。", { emotion: "nothing" }), {
    code: "unknown-emotion",
    message: /neutral/,
  });
});

test("options that are unknown, of a wrong type or out of range are named", () => {
  for (const [options, message] of /** @type {[any, RegExp][]} */ ([
    [{ sped: 1 }, /^options: unknown field `sped`, expected one of `speed`/],
    [{ speed: "fast" }, /^options: invalid type: string "fast", expected f32/],
    [{ speed: null }, /^options: invalid type/],
    [{ speed: NaN }, /^speed is NaN, it must be between 0.5 and 3$/],
    [{ pitch: 1e300 }, /^pitch is inf/],
    [{ emotion: 1 }, /^options: invalid type: .*1.*, expected a string/],
    [1, /^options: invalid type: .*1.*, expected struct Options/],
    [undefined, /^options: invalid type/],
  ])) {
    for (const call of [engine.open, engine.symbols, engine.openSymbols])
      assert.throws(() => call("你好。", options), { code: "option-invalid", message });
  }
  const bad = /** @type {any} */ ({ emoji: "eat" });
  assert.throws(() => engine.setReading(bad), { code: "option-invalid", message: /^reading options: .*`eat`/ });
});

test("options that are undefined count as omitted", () => {
  const none = { speed: undefined, emotion: undefined, speaker: undefined };
  assert.equal(engine.symbols("你好。", none), engine.symbols("你好。", {}));
  engine.setReading({ emoji: undefined, dictionary: undefined, a_variants: undefined });
});

test("each mark of the markup stands in the window and at the sample where the next character begins", () => {
  const speech = engine.open(
    `<speak><mark name="a"/>你好。<mark name="b"/>今天<mark name="c"/>见。<mark name="d"/></speak>`,
    {},
  );
  const made = windows(speech);
  const length = (/** @type {number} */ chunk) =>
    made.filter((window) => window.chunk === chunk).reduce((sum, { samples }) => sum + samples.length, 0);
  let before = 0;
  /** @type {[string, number][]} */
  const placed = [];
  for (const { samples, marks } of made) {
    for (const { name, sample } of marks) placed.push([name, before + sample]);
    before += samples.length;
  }
  const c = placed[2]?.[1];
  const first = length(0);
  assert.deepEqual(placed, [
    ["a", 0],
    ["b", first],
    ["c", c],
    ["d", before],
  ]);
  assert.ok(c > first && c < before);
  speech.close();
});

test("values are plain: objects, numbers, texts and null", () => {
  const [token] = engine.pinyin("一个");
  assert.deepEqual(token, { text: "一", start: 0, end: 1, pinyin: "yi1", surface: "yi2" });
  const { normalized, words } = engine.explain("一个");
  assert.deepEqual([normalized, words.at(-1)?.mark], ["一个", null]);
  const speech = engine.open("你好。", {});
  assert.deepEqual(speech.chunks, JSON.parse(JSON.stringify(speech.chunks)));
  assert.ok(speech.next()?.samples instanceof Float32Array);
  assert.deepEqual(Object.keys(speech.stats()), ["frontend", "encoder", "decoder", "vocoder", "audio"]);
  speech.close();
});

test("a panic that no sink takes is a record on the console, and its stack", async () => {
  const { exports } = await speakingModule();
  const { value, records } = onConsole(() => thrownBy(() => exports.pcm16(4, 2 ** 30)));
  assert.ok(value instanceof WebAssembly.RuntimeError);
  const [{ message, module, lineno, ...record }, stack] = records;
  assert.match(stack, /panicked at .*Stack:/s);
  assert.deepEqual(record, { level: "error", code: "engine-crashed" });
  assert.ok(message !== "" && /\.rs$/.test(module) && lineno > 0);
});

test("records tell the request, the chunk and the stage, and never the text", async () => {
  const nets = Object.keys(JSON.parse((await voice()).text).stages);
  assert.deepEqual(nets, ["encoder", "curves", "decoder"]);
  /** @type {EngineRecord[]} */
  const records = [];
  engine.setLog("debug", (record) => records.push(record));
  speak("r-1");
  assert.ok(records.every((record) => record.request === "r-1" && record.timestamp && record.lineno > 0));
  for (const stage of ["frontend", ...nets])
    assert.ok(records.some((record) => record.stage === stage && record.duration_ms !== undefined));
  assert.ok(records.some((record) => record.chunk === 2 && record.stage === "decoder"));
  assert.equal(records.at(-1)?.message, "synthesize is done");
  assert.doesNotMatch(JSON.stringify(records), /[今你饭]/);

  for (const [level, count] of /** @type {const} */ ([
    ["info", 1],
    ["error", 0],
    ["off", 0],
  ])) {
    records.length = 0;
    engine.setLogLevel(level);
    speak("r-2");
    assert.equal(records.length, count, level);
  }
  assert.throws(() => engine.setLogLevel(/** @type {any} */ ("loud")), { code: "option-invalid" });
});

test("an error says the stage that it struck and what caused it", async () => {
  assert.throws(() => engine.open(" ", {}), { code: "empty-text", context: { stage: "frontend" } });
  const { text, file } = await voice();
  const broken = async (/** @type {string} */ path) => {
    const bytes = await file(path);
    return path === "decoder.onnx" ? bytes.fill(255, 0, 4096) : bytes;
  };
  const another = await speakingEngine();
  const error = await another.loadVoice({ text, file: broken }).catch((thrown) => thrown);
  assert.deepEqual([error.code, error.context], ["voice-corrupt", { stage: "load" }]);
  assert.ok(error.cause instanceof Error && error.cause.message !== "");
});

test("while a voice is loaded the engine has none, and of two loads the last to end counts", async () => {
  const another = await speakingEngine();
  const { text, file } = await voice();
  const loads = [another.loadVoice({ text, file }), another.loadVoice({ text, file })];
  assert.throws(() => another.open("你好。", {}), { code: "voice-missing" });
  assert.equal(another.normalize("3月"), "三月");
  await Promise.all(loads);
  assert.ok((another.open("你好。", {}).next()?.samples.length ?? 0) > 0);
  const gone = new Error("gone");
  const failing = another.loadVoice({ text, file: () => Promise.reject(gone) });
  assert.equal(await failing.catch((thrown) => thrown), gone);
  assert.throws(() => another.open("你好。", {}), { code: "voice-missing" });
});

/** The first values that are printed as errors. @template T @param {() => T} work */
function onConsole(work) {
  const { error } = console;
  /** @type {any[]} */
  const records = [];
  console.error = (value) => void records.push(value);
  try {
    return { value: work(), records };
  } finally {
    console.error = error;
  }
}

/** @param {string} request */
function speak(request) {
  const speech = engine.open(TEXT, {}, request);
  windows(speech);
  speech.close();
}

/** @param {EngineSpeech} speech */
function windows(speech) {
  const all = [];
  for (let window = speech.next(); window; window = speech.next()) all.push(window);
  return all;
}
