/** The places of the text in the sound, against the sound: fixture voices hold each symbol at a level of its own. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Hanvox } from "../../../www/lib/node/index.js";

const HOP_SECONDS = 0.0125;
const HOP = 300;
/** Waves of the two tones in a hop: tests/voices/nets.py. */
const WAVES = [3, 9];

/** @type {Record<string, Hanvox>} */
const voices = {};

before(async () => {
  const folder = (/** @type {string} */ name) =>
    fileURLToPath(new URL(`../../../tests/voices/${name}`, import.meta.url));
  voices.fastspeech2 = await Hanvox.fromPretrained(folder("tone"));
  voices.sambert = await Hanvox.fromPretrained(folder("moods"));
  voices.student = await Hanvox.fromPretrained("han");
  voices.two = await Hanvox.fromPretrained(folder("tone"), { workers: 2 });
});
after(() => {
  for (const voice of Object.values(voices)) voice.dispose();
});

/** The level of each tone in each hop. @param {Float32Array} audio */
function levels(audio) {
  const hops = Math.floor(audio.length / HOP);
  return Array.from({ length: hops }, (_, hop) =>
    WAVES.map((waves) => {
      const part = audio.subarray(hop * HOP, (hop + 1) * HOP);
      const product = part.reduce((sum, x, i) => sum + x * Math.sin((2 * Math.PI * waves * i) / HOP), 0);
      return (2 * product) / HOP;
    }),
  );
}

/** Seconds at which the sound changes. @param {Float32Array} audio */
function borders(audio) {
  const heard = levels(audio);
  const differs = (/** @type {number} */ hop) =>
    heard[hop].some((level, tone) => Math.abs(level - heard[hop - 1][tone]) > 0.004);
  return heard.flatMap((_, hop) => (hop > 0 && differs(hop) ? [hop * HOP_SECONDS] : []));
}

const TEXT = "他们在2026年买了3.5千克香蕉，一共花了￥128。明天早上去公园吧！I like 杭州。";

for (const name of ["fastspeech2", "two"])
  test(`with ${name}, each character begins and ends at a border in the sound, within a hop`, async () => {
    const { audio, characters } = await voices[name].generate(TEXT);
    const heard = borders(audio);
    assert.ok(characters.length > 35, String(characters.length));
    for (const { start, end, from } of characters)
      for (const second of [start, end]) {
        const off = Math.min(...heard.map((border) => Math.abs(border - second)));
        assert.ok(off < 0.013, `${TEXT[from]} at ${second} is ${off} off`);
      }
    // A syllable of this voice is an onset of 4 hops and a rhyme of 10: one border inside, and none is missed.
    const word = characters.find(({ from }) => TEXT[from] === "香");
    assert.ok(word && Math.abs(word.end - word.start - 14 * HOP_SECONDS) < 1e-6, JSON.stringify(word));
  });

for (const name of ["fastspeech2", "sambert", "student"])
  test(`with ${name}, times are in order, and inside the sound and the text`, async () => {
    const speech = await voices[name].generate(TEXT.replace("I like ", ""));
    const seconds = speech.audio.length / speech.samplingRate;
    for (const kind of /** @type {const} */ (["sentences", "words", "characters"])) {
      const times = speech[kind];
      let last = 0;
      for (const { start, end, from, to } of times) {
        assert.ok(last <= start + 1e-9 && start <= end && end <= seconds, `${kind} ${start} ${end}`);
        assert.ok(from < to && to <= TEXT.length, `${kind} ${from} ${to}`);
        last = end;
      }
    }
    assert.equal(speech.sentences.length, 3);
    assert.ok(speech.words.length < speech.characters.length);
  });

test("what is read for several characters of the text spans them all", async () => {
  const { words, characters, sentences } = await voices.student.generate(TEXT);
  const at = (/** @type {string} */ part) => ({ from: TEXT.indexOf(part), to: TEXT.indexOf(part) + part.length });
  const written = words.map(({ from, to }) => TEXT.slice(from, to));
  assert.ok(written.includes("￥128"), written.join(" "));
  assert.deepEqual(
    sentences.map(({ from, to }) => TEXT.slice(from, to)),
    ["他们在2026年买了3.5千克香蕉，一共花了￥128。", "明天早上去公园吧！", "I like 杭州。"],
  );
  const year = at("2026年");
  const spoken = characters.filter(({ from, to }) => from >= year.from && to <= year.to);
  assert.equal(spoken.length, 5);
  assert.deepEqual([spoken[0].from, spoken[4].to], [year.from, year.to]);
});

test("times are places in the text as it was given, also with markup", async () => {
  const text =
    '<speak>去<phoneme ph="chong2">重</phoneme>庆<break time="300ms"/>&amp;<sub alias="杭州">HZ</sub>。</speak>';
  const { characters, words } = await voices.fastspeech2.generate(text);
  const written = characters.map(({ from, to }) => text.slice(from, to));
  assert.deepEqual(written, ["去", "重", "庆", "&amp;", "HZ", "HZ"]);
  assert.ok(words.some(({ from, to }) => text.slice(from, to) === "HZ"));
});

test("a stream gives the same times as the whole", async () => {
  const whole = await voices.student.generate(TEXT);
  const parts = [];
  for await (const part of voices.student.stream(TEXT)) parts.push(part);
  assert.equal(parts.map(({ text }) => text).join(""), TEXT);
  for (const kind of /** @type {const} */ (["sentences", "words", "characters"]))
    assert.deepEqual(rounded(parts.flatMap((part) => part[kind])), rounded(whole[kind]));
});

/** @param {import("../../../www/lib/hanvox.js").SpokenAt[]} times */
function rounded(times) {
  const one = (/** @type {number} */ second) => Math.round(second * 1e6);
  return times.map(({ start, end, from, to }) => [one(start), one(end), from, to]);
}

test("subtitles have the lines of the text at their times", async () => {
  const speech = await voices.student.generate("今天天气很好。我们去公园。");
  const [first, second] = speech.sentences;
  const lines = speech.toLrc().trim().split("\n");
  assert.deepEqual(
    lines.map((line) => line.replace(/^\[.*\]/, "")),
    ["今天天气很好。", "我们去公园。"],
  );
  assert.match(speech.toSrt(), /^1\n00:00:00,\d{3} --> 00:00:0\d,\d{3}\n今天天气很好。\n\n2\n/);
  assert.match(speech.toVtt({ words: true }), /今天<00:00:00\.\d{3}>天气<00:00:\d\d\.\d{3}>很/);
  assert.ok(first.end < second.start);
});

/** Lengths of the silences between sounds, and before the first, in seconds. @param {{audio: Float32Array, samplingRate: number}} speech */
function silences({ audio, samplingRate }) {
  /** @type {number[]} */
  const found = [];
  let since = 0;
  audio.forEach((sample, at) => {
    // The fixture hums at a 64th of its level where it is silent.
    if (Math.abs(sample) < 0.01) return;
    if (at - since > 0.03 * samplingRate) found.push((at - since) / samplingRate);
    since = at;
  });
  return found;
}

for (const [inside, meant] of /** @type {const} */ ([
  ['我们<break time="300ms"/>去看书', [0.3]],
  ['<break time="0.5s"/>我们去看书', [0.5]],
  ['我<break strength="strong"/>们去<break time="100ms"/>看书', [0.7, 0.1]],
  ['我们去，<break time="60ms"/>看书', [0.06]],
  ['我们去。<break time="1s"/><break time="250ms"/>看书', [1.25]],
]))
  test(`the silence of ${inside} is as long as it says, within a hop`, async () => {
    const speech = await voices.fastspeech2.generate(`<speak>${inside}</speak>`);
    const heard = silences(speech);
    // Without a break, the voice itself is silent at the start.
    const own = meant.length < heard.length ? heard.slice(1) : heard;
    assert.equal(own.length, meant.length, heard.join(" "));
    for (const [at, seconds] of meant.entries())
      assert.ok(Math.abs(own[at] - seconds) <= 0.013, `${own[at]} s where ${seconds} s are due`);
  });
