/**
 * What a picture shows of the sound of a chunk: the waveform, a mel spectrum and F0 in frames of equal length, made from
 * samples as they come, a little at a time.
 */
import { PitchDetector } from "../../vendor/pitchy.js";
import { MelSpectrum } from "./mel.js";

export const BANDS = 64;
/** Range of F0 in Hz: that of adult speech. */
export const F0 = { least: 60, most: 500 };
export const FRAME_SECONDS = 0.0125;

// 43 ms at 24 kHz: two periods of the lowest F0.
const SIZE = 1024;
const MOST_HZ = 8000;
// As the method's author suggests for a clear tone (McLeod and Wyvill 2005): speech is less regular.
const CLEAR = 0.85;
const AUDIBLE_DECIBELS = -45;

/** @typedef {import("../../lib/player.js").Run} Run */
/** @typedef {{mel: number[], f0: number | undefined, low: number, high: number}} Frame */

export class Analysis {
  /** As far as they are made. @type {Frame[]} */ frames = [];
  #rate;
  #hop;
  #mel;
  #pitch;
  /** The samples from the start of the chunk; 0 where they were not at hand. */ #samples = new Float32Array(SIZE);
  /** Where the known samples begin and end. @type {{start: number, end: number} | undefined} */ #known;

  /** @param {number} sampleRate */
  constructor(sampleRate) {
    this.#rate = sampleRate;
    this.#hop = Math.round(FRAME_SECONDS * sampleRate);
    this.#mel = new MelSpectrum({
      sampleRate,
      size: SIZE,
      bands: BANDS,
      least: 0,
      most: Math.min(MOST_HZ, sampleRate / 2),
    });
    this.#pitch = PitchDetector.forFloat32Array(SIZE);
    this.#pitch.minVolumeDecibels = AUDIBLE_DECIBELS;
  }

  /** Seconds up to the end of the samples. */
  get seconds() {
    return (this.#known?.end ?? 0) / this.#rate;
  }

  /** Seconds from the start of the chunk to the first frame; more than 0 if its start had been heard before. */
  get start() {
    return (Math.ceil((this.#known?.start ?? 0) / this.#hop) * this.#hop) / this.#rate;
  }

  /**
   * Takes samples that it has not had yet.
   * @param {readonly Run[]} runs In order.
   * @param {number} at Where the chunk starts in the stream, in seconds.
   * @param {number} [seconds] How long the chunk is, if that is known.
   */
  take(runs, at, seconds = Infinity) {
    for (const { start, samples } of runs) {
      const first = Math.round((start - at) * this.#rate);
      const end = Math.min(first + samples.length, Math.round(seconds * this.#rate));
      const from = Math.max(first, this.#known?.end ?? 0, 0);
      if (from >= end) continue;
      this.#reserve(end + SIZE);
      this.#samples.set(samples.subarray(from - first, end - first), from);
      this.#known = { start: this.#known?.start ?? from, end };
    }
  }

  /**
   * Makes frames of the samples.
   * @param {boolean} whole Whether no more samples come.
   * @param {() => boolean} isEnough Asked after each frame.
   * @returns {boolean} Whether there are more of them than before.
   */
  advance(whole, isEnough) {
    if (!this.#known) return false;
    const { start, end } = this.#known;
    const first = Math.ceil(start / this.#hop);
    const count = this.frames.length;
    for (let frame = first + count; this.#reaches(frame, end, whole); frame += 1) {
      this.frames.push(this.#frame(frame * this.#hop));
      if (isEnough()) break;
    }
    return this.frames.length > count;
  }

  /** @param {number} frame @param {number} end @param {boolean} whole */
  #reaches(frame, end, whole) {
    return frame * this.#hop + (whole ? 0 : SIZE / 2) < end;
  }

  /** @param {number} centre @returns {Frame} */
  #frame(centre) {
    const start = centre - SIZE / 2;
    const around = start < 0 ? padded(this.#samples, start) : this.#samples.subarray(start, start + SIZE);
    const own = this.#samples.subarray(centre, centre + this.#hop);
    const [hz, clarity] = this.#pitch.findPitch(around, this.#rate);
    const isVoiced = clarity >= CLEAR && hz >= F0.least && hz <= F0.most;
    return {
      mel: this.#mel.of(around),
      f0: isVoiced ? hz : undefined,
      low: least(own),
      high: -least(own.map((x) => -x)),
    };
  }

  /** @param {number} length */
  #reserve(length) {
    if (length <= this.#samples.length) return;
    const larger = new Float32Array(2 * length);
    larger.set(this.#samples);
    this.#samples = larger;
  }
}

/** The first frame, which begins before the samples do. @param {Float32Array} samples @param {number} start Below 0. */
function padded(samples, start) {
  const frame = new Float32Array(SIZE);
  frame.set(samples.subarray(0, SIZE + start), -start);
  return frame;
}

/** @param {Float32Array} samples */
function least(samples) {
  return samples.reduce((least, sample) => Math.min(least, sample), 0);
}
