/**
 * Mel spectra of single frames. The bands are triangles whose corners are equally far apart on the mel scale
 * 2595 log10(1 + f / 700) (D. O'Shaughnessy, Speech Communication, 1987), each of height 1, over the power of a
 * Hann-windowed frame.
 */
import { FFT } from "../../vendor/pitchy.js";

// 100 dB below a power of 1: what is less is silence.
const LEAST_POWER = 1e-10;

/** @param {number} hz */
const melOf = (hz) => 2595 * Math.log10(1 + hz / 700);

/** @param {number} mel */
const hzOf = (mel) => 700 * (10 ** (mel / 2595) - 1);

export class MelSpectrum {
  #fft;
  #window;
  #input;
  #spectrum;
  #filters;

  /**
   * @param {object} shape
   * @param {number} shape.sampleRate
   * @param {number} shape.size Samples of a frame, a power of two.
   * @param {number} shape.bands
   * @param {number} shape.least Hz, where the lowest band begins.
   * @param {number} shape.most Hz, where the highest one ends.
   */
  constructor({ sampleRate, size, bands, least, most }) {
    this.#fft = new FFT(size);
    this.#window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
    this.#input = new Float64Array(size);
    this.#spectrum = this.#fft.createComplexArray();
    const step = (melOf(most) - melOf(least)) / (bands + 1);
    const corners = Array.from({ length: bands + 2 }, (_, i) => hzOf(melOf(least) + i * step));
    this.#filters = corners
      .slice(0, bands)
      .map((from, i) => filter(from, corners[i + 1], corners[i + 2], sampleRate / size));
  }

  /**
   * @param {Float32Array} frame
   * @returns {number[]} The power of each band, in decibels.
   */
  of(frame) {
    for (let i = 0; i < frame.length; i += 1) this.#input[i] = frame[i] * this.#window[i];
    this.#fft.realTransform(this.#spectrum, this.#input);
    return this.#filters.map(({ first, weights }) => {
      const power = weights.reduce((sum, weight, i) => sum + weight * this.#power(first + i), 0);
      return 10 * Math.log10(Math.max(power, LEAST_POWER));
    });
  }

  /** @param {number} bin */
  #power(bin) {
    return this.#spectrum[2 * bin] ** 2 + this.#spectrum[2 * bin + 1] ** 2;
  }
}

/**
 * The bins inside a triangle, with their weights.
 * @param {number} from Hz.
 * @param {number} centre
 * @param {number} to
 * @param {number} width Of a bin, in Hz.
 */
function filter(from, centre, to, width) {
  const first = Math.ceil(from / width);
  const bins = Array.from({ length: Math.max(0, Math.floor(to / width) - first + 1) }, (_, i) => (first + i) * width);
  return { first, weights: bins.map((hz) => Math.min((hz - from) / (centre - from), (to - hz) / (to - centre))) };
}
