/** The silence with which a chunk begins: nobody waits for it after a press. */

// About -50 dB; read speech is far above.
const AUDIBLE = 0.003;
// The attack of the first sound is softer than that.
const KEPT_SECONDS = 0.03;

/**
 * The number of samples to skip.
 * @param {Float32Array} samples
 * @param {number} rate
 */
export function leadingSilence(samples, rate) {
  const first = samples.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  return Math.max(0, (first < 0 ? samples.length : first) - Math.round(KEPT_SECONDS * rate));
}
