/**
 * Every way to fail, for real: the engine in its worker thread, fixture voices whose nets are at fault, traps,
 * hangs and deaths. Each must end with its code, be told once, counted and alerted, and the next request speaks.
 */
import assert from "node:assert/strict";
import { cp, mkdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { CODES } from "../../../www/lib/shared/codes.js";
import { Diagnostics, Hanvox } from "../../../www/lib/node/index.js";
import { faultWords } from "../support/faults.js";
import { FIXTURE_VOICES, faultyBase } from "../support/faulty-base.js";
import { temporaryFolder } from "../support/folder.js";

const HEALTHY = "今天天气很好。";
const REPEATS = 200;

/** @type {string} */
let base;
before(async () => ({ base } = await faultyBase()));

/** @typedef {import("../../../www/lib/shared/errors.js").ErrorCode} ErrorCode */
/** @typedef {import("../../../www/lib/hanvox.js").Options} Options */

/** A log without a reader and rules that alert at the first match. */
async function watching() {
  const diagnostics = await Diagnostics.create({ level: "debug", console: false, store: false });
  diagnostics.alerts.rules = diagnostics.alerts.rules.map((rule) => ({ ...rule, threshold: 1 }));
  return diagnostics;
}

/**
 * What must be there after a failed request, whichever it was.
 * @param {Diagnostics} diagnostics
 * @param {ErrorCode} code
 * @param {() => Promise<unknown>} work
 */
async function assertFails(diagnostics, code, work) {
  const before = await count(diagnostics, code);
  await assert.rejects(work(), (/** @type {any} */ error) => {
    assert.equal(error.code, code, JSON.stringify(error));
    assert.deepEqual([error.level, error.advice], [CODES[code].level, CODES[code].advice]);
    return true;
  });
  const records = diagnostics.recent().filter((record) => record.code === code);
  assert.equal(records.length, 1, JSON.stringify(records));
  assert.equal(await count(diagnostics, code), before + 1);
  assert.ok(
    diagnostics.alerts.active().some((alert) => alert.code === code),
    `no alert for ${code}`,
  );
  return records[0];
}

/** @param {Diagnostics} diagnostics @param {ErrorCode} code */
async function count(diagnostics, code) {
  const text = await diagnostics.metrics.text();
  return Number(new RegExp(`^hanvox_errors_total\\{code="${code}"\\} (\\d+)$`, "m").exec(text)?.[1]);
}

/** @param {string} voice @param {Options} [options] */
function load(voice, options) {
  return Hanvox.from_pretrained(voice, { voices: FIXTURE_VOICES, ...options });
}

/** @param {Hanvox} tts */
async function assertSpeaks(tts, text = HEALTHY) {
  const { audio } = await tts.generate(text);
  const rms = Math.sqrt(audio.reduce((sum, sample) => sum + sample * sample, 0) / audio.length);
  assert.ok(audio.length > 10_000 && rms > 0.01, `${audio.length} samples of RMS ${rms}`);
}

/** @type {{voice: string, code: ErrorCode, stage?: string, limits?: Options["limits"]}[]} */
const BROKEN_VOICES = [
  { voice: "one-frame", code: "mel-too-short", stage: "encoder" },
  { voice: "nan", code: "output-invalid", stage: "vocoder" },
  { voice: "silent", code: "output-invalid" },
  { voice: "clipped", code: "output-invalid" },
  { voice: "empty", code: "mel-too-short" },
  { voice: "hang", code: "synthesis-timeout", limits: { chunk_ms: 1500 } },
];

for (const { voice, code, stage, limits } of BROKEN_VOICES) {
  test(`a net that is at fault (${voice}) ends with ${code}, and another voice speaks`, async () => {
    const diagnostics = await watching();
    const broken = await load(voice, { diagnostics, limits });
    const record = await assertFails(diagnostics, code, () => broken.generate(HEALTHY));
    const { chunk, start, end, voice: of } = /** @type {any} */ (record).context;
    assert.deepEqual([chunk, start, end, of], [0, 0, HEALTHY.length, voice]);
    if (stage) assert.equal(/** @type {any} */ (record).context.stage, stage);
    broken.dispose();
    const healthy = await load("tone", { diagnostics });
    await assertSpeaks(healthy);
    healthy.dispose();
  });
}

/** @type {{name: string, code: ErrorCode, spoil: (folder: string) => Promise<unknown>}[]} */
const SPOILT_WEIGHTS = [
  { name: "missing", code: "voice-missing", spoil: (folder) => rm(join(folder, "encoder.onnx")) },
  {
    name: "unreadable",
    code: "voice-missing",
    spoil: async (folder) => {
      // Root may read any file, but no one a folder.
      await rm(join(folder, "encoder.onnx"));
      await mkdir(join(folder, "encoder.onnx"));
    },
  },
  { name: "truncated", code: "voice-corrupt", spoil: (folder) => truncate(join(folder, "encoder.onnx"), 100) },
  { name: "empty", code: "voice-corrupt", spoil: (folder) => truncate(join(folder, "encoder.onnx"), 0) },
];

for (const { name, code, spoil } of SPOILT_WEIGHTS) {
  test(`weights that are ${name} are named, and whole ones speak`, async () => {
    const diagnostics = await watching();
    const voices = await temporaryFolder();
    const folder = join(voices, "tone");
    await cp(join(FIXTURE_VOICES, "tone"), folder, { recursive: true });
    await spoil(folder);
    const record = await assertFails(diagnostics, code, () => load("tone", { diagnostics, voices }));
    assert.match(String(record.message), /encoder\.onnx/);
    const tts = await load("tone", { diagnostics });
    await assertSpeaks(tts);
    tts.dispose();
  });
}

/** @type {{name: string, text: string, code: ErrorCode, limits?: Options["limits"]}[]} */
const BAD_TEXTS = [
  { name: "empty", text: " \n", code: "empty-text" },
  { name: "without a word", text: "……！", code: "nothing-to-speak" },
  { name: "undecodable", text: "你好\uD83D", code: "encoding-invalid" },
  { name: "too long", text: "好".repeat(1001), code: "text-too-long", limits: { text: 1000 } },
  {
    name: "larger than the memory",
    text: "今天天气很好，我们去公园。".repeat(20_000),
    code: "out-of-memory",
    limits: { text: 1e6, memory_bytes: 64 * 1024 * 1024 },
  },
  { name: "a trap that stays", text: `好。${faultWords("trap")}。`, code: "engine-crashed" },
  { name: "memory that stays short", text: `好。${faultWords("unreachable")}。`, code: "out-of-memory" },
  { name: "a death that stays", text: `好。${faultWords("death")}。`, code: "engine-crashed" },
  { name: "a hang that stays", text: `${faultWords("hang")}。`, code: "synthesis-timeout", limits: { chunk_ms: 1500 } },
  { name: "an empty window", text: `${faultWords("no-samples")}。`, code: "output-invalid" },
  { name: "an empty response", text: `${faultWords("nothing")}。`, code: "output-invalid" },
  { name: "a trap in the front end", text: `${faultWords("trap", { at: "synthesize" })}。`, code: "engine-crashed" },
];

for (const { name, text, code, limits } of BAD_TEXTS) {
  test(`a text that is ${name} ends with ${code}, and the next one is spoken`, async () => {
    const diagnostics = await watching();
    const tts = await load("tone", { base, diagnostics, limits });
    await assertFails(diagnostics, code, () => tts.generate(text));
    await assertSpeaks(tts);
    tts.dispose();
  });
}

test("a long chunk that needs more memory than there is, is spoken in halves", async () => {
  const diagnostics = await watching();
  const tts = await load("hungry", { diagnostics, limits: { memory_bytes: 256 * 1024 * 1024 } });
  await assertSpeaks(tts, `${"春风又绿江南岸明月何时照我还".repeat(3)}。`);
  assert.match(await tts.metricsText(), /^hanvox_retries_total\{code="out-of-memory"\} [1-9]/m);
  tts.dispose();
});

test(`faults of every kind are mended ${REPEATS} times without a loss or a leak`, async (context) => {
  const diagnostics = await watching();
  const tts = await load("tone", { base, diagnostics, limits: { chunk_ms: 1500 } });
  const kinds = /** @type {const} */ (["trap", "death", "unreachable", "trap", "death", "hang", "trap", "death"]);
  const whole = (await tts.generate(HEALTHY)).audio.length;
  /** @type {number[]} */
  const sizes = [];
  for (let i = 0; i < REPEATS; i += 1) {
    const kind = kinds[i % kinds.length];
    const { audio } = await tts.generate(`${HEALTHY}${faultWords(kind, { heals: true })}${i}。`);
    assert.ok(audio.length > whole, `${kind} ${i}`);
    if (i % 20 === 19) sizes.push(process.memoryUsage().rss / 1e6);
  }
  context.diagnostic(`RSS in MB every 20 repeats: ${sizes.map((size) => size.toFixed(0)).join(" ")}`);
  // The first ones fill caches; from then on it must not grow by what an engine holds.
  assert.ok(Math.max(...sizes.slice(5)) < 1.25 * Math.max(...sizes.slice(0, 5)), sizes.join(" "));
  const mended = diagnostics.metrics.snapshot();
  context.diagnostic(JSON.stringify(mended).slice(0, 300));
  tts.dispose();
});
