import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { FORMATS, formatOfFile } from "../../../www/lib/encode/formats.js";
import { openEncoder } from "../../../www/lib/node/node-encoders.js";
import { temporaryFolder } from "../support/folder.js";

/** @typedef {import("../../../www/lib/encode/formats.js").Format} Format */

const RATE = 24_000;
const SECONDS = 2.5;
const TONE_HZ = 440;
const WINDOW_BYTES = 7_000;
const TAGS = { title: "第一章", artist: "hanvox", tracknumber: "1/12" };
const ffmpeg = spawnSync("ffprobe", ["-version"]).status === 0;
const skip = ffmpeg ? false : "needs ffmpeg";

/** A tone that swells, so that a shift or a gap is heard. */
function tone() {
  const pcm = new Int16Array(RATE * SECONDS);
  for (let at = 0; at < pcm.length; at += 1)
    pcm[at] = 12_000 * (0.3 + (0.7 * at) / pcm.length) * Math.sin((2 * Math.PI * TONE_HZ * at) / RATE);
  return new Uint8Array(pcm.buffer);
}

/**
 * @param {Format} format
 * @param {{seekable?: boolean, tags?: Record<string, string>}} [how]
 */
async function encoded(format, { seekable = false, tags } = {}) {
  const encoder = await openEncoder(format, { sampleRate: RATE, seekable, tags });
  const pcm = tone();
  const parts = [];
  for (let at = 0; at < pcm.length; at += WINDOW_BYTES) parts.push(encoder.encode(pcm.subarray(at, at + WINDOW_BYTES)));
  parts.push(encoder.finish());
  const file = Buffer.concat(parts);
  if (seekable) file.set(encoder.head(), 0);
  return { file, parts };
}

/** What ffmpeg makes of it. @param {Buffer} file @param {Format} format */
async function decoded(file, format) {
  const path = join(await temporaryFolder(), `out.${FORMATS[format].extension}`);
  await writeFile(path, file);
  const raw = format === "pcm" ? ["-f", "s16le", "-ar", String(RATE), "-ac", "1"] : [];
  const flags = ["-v", "error", ...raw, "-i", path, "-f", "s16le", "-ar", String(RATE), "-ac", "1", "-"];
  const bytes = execFileSync("ffmpeg", flags, { maxBuffer: 1 << 26 });
  const about = [
    "-v",
    "error",
    "-show_entries",
    "format=duration:format_tags:stream_tags",
    "-of",
    "json",
    ...raw,
    path,
  ];
  return {
    samples: new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2),
    about: JSON.parse(execFileSync("ffprobe", about, { encoding: "utf8" })),
  };
}

/** Decibels of what was meant above what differs. @param {Int16Array} samples */
function signalToNoise(samples) {
  const meant = new Int16Array(tone().buffer);
  let [signal, noise] = [0, 0];
  for (let at = 0; at < meant.length; at += 1) {
    signal += meant[at] ** 2;
    noise += ((samples[at] ?? 0) - meant[at]) ** 2;
  }
  return 10 * Math.log10(signal / Math.max(noise, 1));
}

for (const [format, decibels] of /** @type {[Format, number][]} */ ([
  ["wav", 100],
  ["pcm", 100],
  ["flac", 100],
  ["mp3", 20],
  ["opus", 15],
])) {
  test(`a file of ${format} decodes to the very sound, of its very length`, { skip }, async () => {
    const { file } = await encoded(format, { seekable: true });
    const { samples, about } = await decoded(file, format);
    assert.equal(samples.length, RATE * SECONDS);
    assert.ok(signalToNoise(samples) > decibels, `${signalToNoise(samples)} dB`);
    // Frames of mp3 are whole, and the player leaves out what the file says.
    assert.ok(Math.abs(Number(about.format.duration) - SECONDS) < 0.1, about.format.duration);
  });

  test(`a stream of ${format} comes in parts and decodes to the sound`, { skip }, async () => {
    const { file, parts } = await encoded(format);
    assert.ok(parts.filter((part) => part.length > 0).length > 5);
    const { samples } = await decoded(file, format);
    assert.ok(samples.length >= RATE * SECONDS - 1, `${samples.length}`);
    assert.ok(samples.length < RATE * (SECONDS + 0.2), `${samples.length}`);
  });
}

for (const format of /** @type {Format[]} */ (["mp3", "opus", "flac"])) {
  test(`the tags of ${format} are read back`, { skip }, async () => {
    for (const seekable of [true, false]) {
      const { about } = await decoded((await encoded(format, { seekable, tags: TAGS })).file, format);
      const tags = { ...about.streams?.[0]?.tags, ...about.format.tags };
      const lower = Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value]));
      assert.deepEqual([lower.title, lower.artist, lower.track], [TAGS.title, TAGS.artist, TAGS.tracknumber]);
    }
  });
}

test("a rate that a format lacks is refused, and the next stream is none the worse", async () => {
  for (const format of /** @type {Format[]} */ (["mp3", "opus"])) {
    await assert.rejects(openEncoder(format, { sampleRate: 12_345 }), { code: "option-invalid" });
    assert.ok((await encoded(format)).file.length > 1000);
  }
});

test("nothing at all is a file, too", async () => {
  for (const format of /** @type {Format[]} */ (Object.keys(FORMATS))) {
    const encoder = await openEncoder(format, { sampleRate: RATE });
    encoder.encode(new Uint8Array());
    assert.ok(encoder.finish());
  }
});

test("the ending of a name is its format, or is refused", () => {
  assert.deepEqual(["a.wav", "b.MP3", "c.ogg", "d/e.f.flac", "x.opus"].map(formatOfFile), [
    "wav",
    "mp3",
    "opus",
    "flac",
    "opus",
  ]);
  for (const name of ["out", "out.m4a", ".wav/out", "wav", "out."])
    assert.throws(() => formatOfFile(name), { code: "option-invalid" }, name);
});

for (const format of /** @type {Format[]} */ (["wav", "mp3", "opus", "flac", "pcm"]))
  test(`${format}: an encoder that is saved and opened again, after each window, gives the same file`, async () => {
    const options = { sampleRate: RATE, seekable: true, tags: TAGS };
    const whole = await encoded(format, options);
    let encoder = await openEncoder(format, options);
    const pcm = tone();
    const parts = [];
    for (let at = 0; at < pcm.length; at += WINDOW_BYTES) {
      parts.push(encoder.encode(pcm.subarray(at, at + WINDOW_BYTES)));
      encoder = await openEncoder(format, { ...options, saved: structuredClone(encoder.save()) });
    }
    parts.push(encoder.finish());
    const file = Buffer.concat(parts);
    file.set(encoder.head(), 0);
    assert.ok(file.equals(whole.file));
  });
