import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Analysis, FRAME_SECONDS } from "../../../www/app/sound/analysis.js";
import { MelSpectrum } from "../../../www/app/sound/mel.js";

const RATE = 24_000;
const SIZE = 1024;
const GOLDEN = new URL("../../golden/mel.json", import.meta.url);

const never = () => false;

/** @param {number} length @param {(second: number) => number} wave */
const signal = (length, wave) => Float32Array.from({ length }, (_, i) => wave(i / RATE));

/** A voice of so many Hz: its first harmonics. @param {number} hz */
const voiced = (hz) => (/** @type {number} */ t) =>
  [1, 2, 3, 4, 5].reduce((sum, n) => sum + (0.1 / n) * Math.sin(2 * Math.PI * n * hz * t), 0);

/** @param {Float32Array} samples @param {number} [start] Seconds. */
const run = (samples, start = 0) => ({ samples: new Float32Array(samples), start, sampleRate: RATE });

test("mel spectra are those of librosa", async () => {
  const golden = JSON.parse(await readFile(GOLDEN, "utf8"));
  const wave = (/** @type {number} */ t) =>
    0.5 * Math.sin(2 * Math.PI * 220 * t) +
    0.1 * Math.sin(2 * Math.PI * 3100 * t) +
    0.2 * Math.sin(2 * Math.PI * (500 + 6000 * t) * t);
  const samples = signal(golden.length * SIZE, wave);
  const mel = new MelSpectrum({ sampleRate: RATE, size: SIZE, bands: golden[0].length, least: 0, most: 8000 });
  for (const [index, expected] of golden.entries()) {
    const made = mel.of(samples.subarray(index * SIZE, (index + 1) * SIZE));
    const worst = Math.max(...made.map((decibels, band) => Math.abs(decibels - expected[band])));
    assert.ok(worst < 0.05, `frame ${index}: ${worst} dB`);
  }
});

test("the pitch is that of the voice, and noise and silence have none", () => {
  const analysis = new Analysis(RATE);
  let seed = 1;
  const noise = () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;
  const parts = [
    signal(12_000, voiced(210)),
    signal(12_000, noise),
    new Float32Array(12_000),
    signal(12_000, voiced(95)),
  ];
  parts.forEach((samples, index) => analysis.take([run(samples, index / 2)], 0));
  analysis.advance(true, never);
  const within = (/** @type {number} */ part) =>
    analysis.frames.slice(Math.ceil((part / 2 + 0.05) / FRAME_SECONDS), Math.floor((part / 2 + 0.45) / FRAME_SECONDS));
  for (const [part, hz] of /** @type {const} */ ([
    [0, 210],
    [3, 95],
  ]))
    for (const { f0 } of within(part)) assert.ok(Math.abs((f0 ?? 0) - hz) < 2, `${f0} Hz for ${hz}`);
  for (const part of [1, 2]) assert.ok(within(part).every(({ f0 }) => f0 === undefined));
  assert.ok(within(0).every(({ low, high }) => low < -0.05 && high > 0.05));
  assert.ok(within(2).every(({ low, high }) => low === 0 && high === 0));
});

test("samples in pieces, a few frames at a time, give the frames of the whole", () => {
  const samples = signal(30_000, voiced(180));
  const whole = new Analysis(RATE);
  whole.take([run(samples)], 0, samples.length / RATE);
  whole.advance(true, never);
  assert.equal(whole.frames.length, samples.length / RATE / FRAME_SECONDS);
  const parts = new Analysis(RATE);
  for (let end = 0; end < samples.length; ) {
    end = Math.min(end + 3777, samples.length);
    // What was taken already is given again, as the player gives it.
    parts.take([run(samples.subarray(0, end), 7)], 7);
    for (let more = true; more; ) more = parts.advance(end === samples.length, () => true);
    assert.ok(parts.frames.length * FRAME_SECONDS <= end / RATE);
  }
  assert.deepEqual(parts.frames, whole.frames);
});

test("of a chunk whose start was heard before, the rest is shown in its place, and nothing of the next one", () => {
  const analysis = new Analysis(RATE);
  analysis.take([run(signal(12_000, voiced(180)), 10.5), run(signal(12_000, voiced(180)), 11)], 10, 1.25);
  analysis.advance(true, never);
  assert.equal(analysis.start, 0.5);
  assert.equal(analysis.seconds, 1.25);
  assert.equal(analysis.frames.length, 0.75 / FRAME_SECONDS);
});

test("nothing is made of nothing", () => {
  const analysis = new Analysis(RATE);
  assert.equal(analysis.advance(true, never), false);
  assert.equal(analysis.seconds, 0);
});
