import assert from "node:assert/strict";
import { cp, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { temporaryFolder } from "../support/folder.js";
import { hanvox, hanvoxBytes } from "../support/hanvox.js";
import { VOICE_FAULTS } from "../support/voice-faults.js";
import { assertSpeech, readWav } from "../support/wav.js";

const VOICE = fileURLToPath(new URL("../../../www/voices/han", import.meta.url));

/** @param {string[]} args @param {{input?: string, env?: Record<string, string>}} [options] */
async function succeed(args, options) {
  const { status, stdout, stderr } = await hanvox(args, options);
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout;
}

/** @param {string} folder */
async function sound(folder) {
  return readWav(await readFile(join(folder, "out.wav")));
}

test("say writes a WAV file and reports what it did", async () => {
  const folder = await temporaryFolder();
  const output = ["-o", join(folder, "out.wav")];
  const report = JSON.parse(await succeed(["say", "今天天气很好。明天也不错。", ...output, "--json"]));
  const { rate, seconds, rms } = await sound(folder);
  assert.equal(rate, 24000);
  assertSpeech({ seconds, rms }, 11);
  assert.ok(Math.abs(report.audio_seconds - seconds) < 1e-6);
  assert.deepEqual([report.chunks.length, report.chunks[1].text], [2, "明天也不错。"]);
  assert.deepEqual(Object.keys(report.compute_seconds).sort(), ["decoder", "encoder", "frontend", "vocoder"]);
  assert.ok(Object.values(report.compute_seconds).every((value) => value >= 0));
  assert.ok(report.peak_wasm_bytes > 1e6);
  assert.deepEqual(await readdir(folder), ["out.wav"]);
});

test("say reads standard input, and speed makes it shorter", async () => {
  const folder = await temporaryFolder();
  const output = ["-o", join(folder, "out.wav")];
  assert.equal(await succeed(["say", "-", ...output], { input: "今天天气很好。\n" }), "");
  const usual = await sound(folder);
  await succeed(["say", "今天天气很好。", ...output, "--speed", "1.6"]);
  const fast = await sound(folder);
  assert.ok(fast.seconds < usual.seconds * 0.85, `${usual.seconds} s and ${fast.seconds} s`);
});

/** The first bytes of a file of each format. @type {[string, string][]} */
const MAGIC = [
  ["mp3", "\xff\xf3"],
  ["opus", "OggS"],
  ["flac", "fLaC"],
  ["wav", "RIFF"],
];

test("the ending of the file is its format, and --format outweighs it", async () => {
  const folder = await temporaryFolder();
  for (const [format, magic] of MAGIC) {
    await succeed(["say", "好。", "-o", join(folder, `out.${format}`)]);
    const file = await readFile(join(folder, `out.${format}`), "latin1");
    assert.equal(file.slice(0, magic.length), magic);
  }
  await succeed(["say", "好。", "-o", join(folder, "audio"), "--format", "flac"]);
  assert.equal((await readFile(join(folder, "audio"), "latin1")).slice(0, 4), "fLaC");
});

test("-o - writes the sound to standard output", async () => {
  const folder = await temporaryFolder();
  await succeed(["say", "你好。", "-o", join(folder, "out.wav")]);
  const file = await readFile(join(folder, "out.wav"));
  const { status, bytes } = await hanvoxBytes(["say", "你好。", "-o", "-"]);
  assert.deepEqual([status, bytes.subarray(44)], [0, file.subarray(44)]);
  assert.equal(bytes.readUInt32LE(40), 0xffff_ffff);
  const pcm = await hanvoxBytes(["say", "你好。", "-o", "-", "--format", "pcm"]);
  assert.deepEqual(pcm.bytes, file.subarray(44));
});

test("normalize and pinyin give a line for each line, in order, also for empty ones", async () => {
  const input = "今天是3月8日。\n\n你好\r\n再见";
  const normalized = (await succeed(["normalize"], { input })).split("\n");
  assert.deepEqual(normalized, ["今天是三月八日。", "", "你好", "再见", ""]);
  const spoken = (await succeed(["pinyin"], { input })).split("\n");
  assert.deepEqual(spoken.slice(1), ["", "ni3 hao3", "zai4 jian4", ""]);
  const tokens = (await succeed(["pinyin", "--json"], { input }))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual([tokens.length, tokens[1]], [4, []]);
  assert.deepEqual(tokens[2][0], { text: "你", start: 0, end: 1, pinyin: "ni3", surface: "ni2" });
  assert.equal(await succeed(["pinyin", "女儿"]), "nv3 er2\n");
});

test("only a line feed ends a line", async () => {
  const input = "一\u2028二\r三\u0085四\n五";
  assert.equal((await succeed(["normalize"], { input })).split("\n").length, 3);
});

test("an interrupted say leaves no file", async () => {
  const folder = await temporaryFolder();
  const args = ["say", "今天天气很好。".repeat(200), "-o", join(folder, "out.wav")];
  const begun = (async () => {
    while ((await readdir(folder)).length === 0) await setTimeout(20);
  })();
  const { status, stderr } = await hanvox(args, { interruptAfter: begun });
  assert.deepEqual([status === 0, JSON.parse(stderr).code, await readdir(folder)], [false, "canceled", []]);
});

test("own words, emoji and explanations are there for the asking", async () => {
  const folder = await temporaryFolder();
  const dictionary = join(folder, "words.txt");
  await writeFile(dictionary, "单于\tchan2 yu2\n");
  assert.equal(await succeed(["pinyin", "--dictionary", dictionary, "单于"]), "chan2 yu2\n");
  assert.equal(await succeed(["normalize", "好😀"]), "好\n");
  assert.equal(await succeed(["normalize", "--emoji", "好😀"]), "好，笑脸\n");
  assert.equal(await succeed(["normalize", "--digits", "each", "房号1208"]), "房号幺二零八\n");
  assert.equal(await succeed(["normalize", "--digits", "quantity", "20080808"]), "两千零八万零八百零八\n");
  assert.equal(await succeed(["normalize", "--links", "name", "见www.example.com"]), "见网址\n");
  const explained = await succeed(["pinyin", "--explain", "你好，3个"]);
  assert.match(explained, /normalized +你好，三个\nwords +你好 三 ?个/);
});

test("many lines through a pipe that closes early is no error", async () => {
  const { status, stderr } = await hanvox(["normalize"], { input: "一\n".repeat(20000), hangUp: true });
  assert.deepEqual([status, stderr], [0, ""]);
});

test("voices lists the voice", async () => {
  assert.match(await succeed(["voices"]), /^han\t/m);
  const voices = (await succeed(["voices", "--json"]))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(voices.find(({ id }) => id === "han").sampling_rate, 24000);
});

test("voices names the emotions that a voice was trained on", async () => {
  const env = { HANVOX_VOICES: FIXTURE_VOICES };
  const lines = (await succeed(["voices"], { env }))
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  assert.equal(lines.find(([id]) => id === "moods")?.at(-1), "neutral happy sad hate");
  assert.equal(lines.find(([id]) => id === "tone")?.at(-1), "");
  const voices = (await succeed(["voices", "--json"], { env }))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { emotions, emotion_kind } = voices.find(({ id }) => id === "moods");
  assert.deepEqual([emotions, emotion_kind], [["neutral", "happy", "sad", "hate"], "trained"]);
  assert.ok(!("emotions" in voices.find(({ id }) => id === "tone")));
});

const MOODS = ["--voice", join(FIXTURE_VOICES, "moods")];

/** The file that a text, or what else is said, gives. @param {string[]} args @param {string} [input] */
async function said(args, input) {
  const folder = await temporaryFolder();
  await succeed(["say", ...args, ...MOODS, "-o", join(folder, "out.wav")], { input });
  return readFile(join(folder, "out.wav"));
}

test("an emotion is spoken by its name", async () => {
  const [neutral, named, happy, sad] = await Promise.all(
    [[], ["neutral"], ["happy"], ["sad"]].map((names) =>
      said(["你好。", ...names.flatMap((name) => ["--emotion", name])]),
    ),
  );
  assert.deepEqual(named, neutral);
  assert.notDeepEqual(happy, neutral);
  assert.notDeepEqual(sad, happy);
  assert.deepEqual(await said(["你好。", "--emotion", "happy", "--intensity", "0"]), neutral);
});

test("pinyin writes the symbols of a voice, a line a chunk, and say speaks them", async () => {
  const text = "你好。再见！";
  const lines = await succeed(["pinyin", "--symbols", ...MOODS, text]);
  const symbol = String.raw`\{\S+\$\S+\$s_\w+\$word_\w+\$emotion_\w+\$F7\}`;
  assert.match(lines, new RegExp(`^0\t(${symbol} )+${symbol}\n1\t(${symbol} )+${symbol}\n$`));
  assert.equal(await succeed(["pinyin", "--symbols", ...MOODS], { input: text }), lines);
  const [first] = lines.split("\n");
  const folder = await temporaryFolder();
  const file = join(folder, "lines.txt");
  await writeFile(file, `${first}\r\n\n`);
  const spoken = await said(["--symbols", file]);
  assert.deepEqual(await said(["--symbols", "-"], first), spoken);
  // As the text is, but for the pause after it.
  const samples = spoken.subarray(44);
  assert.ok(samples.length > 0);
  assert.deepEqual((await said(["你好。"])).subarray(44, spoken.length), samples);
});

test("symbol lines carry the emotion, and may be spoken faster", async () => {
  const lines = await succeed(["pinyin", "--symbols", ...MOODS, "--emotion", "happy", "你好。"]);
  assert.match(lines, /emotion_happy/);
  const happy = await said(["--symbols", "-"], lines);
  assert.deepEqual((await said(["你好。", "--emotion", "happy"])).subarray(44, happy.length), happy.subarray(44));
  const fast = await said(["--symbols", "-", "--speed", "2"], lines);
  assert.ok(fast.length < happy.length * 0.8, `${happy.length} and ${fast.length} bytes`);
});

test("the default voice has symbols and emotions, too", async () => {
  const lines = await succeed(["pinyin", "--symbols", "你好。"]);
  assert.match(lines, /^0\t(\{\S+\} )+\{\S+\}\n$/);
  const folder = await temporaryFolder();
  const output = ["-o", join(folder, "out.wav")];
  await succeed(["say", "--symbols", "-", ...output], { input: lines });
  assertSpeech(await sound(folder), 2);
  await succeed(["say", "你好。", "--emotion", "happy", ...output]);
  assertSpeech(await sound(folder), 2);
});

/** @type {{name: string, args: string[], input?: string, code: string, told?: RegExp}[]} */
const REFUSED = [
  { name: "empty text", args: ["say", ""], code: "empty-text" },
  { name: "blank text", args: ["say", " 　\t"], code: "empty-text" },
  { name: "nothing speakable", args: ["say", "……——。"], code: "nothing-to-speak" },
  { name: "a speed out of range", args: ["say", "好", "--speed", "9"], code: "option-invalid" },
  { name: "a voice that is not there", args: ["say", "好", "--voice", "nobody"], code: "unknown-voice" },
  {
    name: "an emotion that the voice lacks",
    args: ["say", "好", ...MOODS, "--emotion", "angry"],
    code: "unknown-emotion",
    told: /angry.*neutral, happy, sad, hate/,
  },
  {
    name: "an intensity out of range",
    args: ["say", "好", ...MOODS, "--emotion", "happy", "--intensity", "1.5"],
    code: "option-invalid",
    told: /intensity/,
  },
  { name: "no symbol lines", args: ["say", "--symbols", "-", ...MOODS], code: "empty-text" },
  {
    name: "symbols that are none of the voice's",
    args: ["say", "--symbols", "-", ...MOODS],
    input: "0\t{#4$tone_none$s_none$word_none$emotion_none$F7}\n1\t{qq_c$tone1$s_begin$word_begin$emotion_happy$F7}",
    code: "markup-invalid",
    told: /line 2.*qq_c/,
  },
  {
    name: "text for symbol lines",
    args: ["say", "--symbols", "-"],
    input: "你好。",
    code: "markup-invalid",
    told: /line 1/,
  },
];

for (const { name, args, input, code, told = /./ } of REFUSED) {
  test(`${name} gives ${code} and leaves no file`, async () => {
    const folder = await temporaryFolder();
    const { status, stdout, stderr } = await hanvox([...args, "-o", join(folder, "out.wav")], { input });
    const error = JSON.parse(stderr);
    assert.deepEqual([status === 0, stdout, error.code], [false, "", code]);
    assert.match(error.message, told);
    assert.deepEqual(await readdir(folder), []);
  });
}

for (const { name, code, spoil } of VOICE_FAULTS) {
  test(`a voice with ${name} gives ${code}`, async () => {
    const folder = await temporaryFolder();
    const voice = join(folder, "han");
    await cp(VOICE, voice, { recursive: true });
    await spoil(voice);
    const { status, stderr } = await hanvox(["say", "好", "--voice", voice, "-o", join(folder, "out.wav")]);
    assert.deepEqual([status === 0, JSON.parse(stderr).code], [false, code]);
  });
}
