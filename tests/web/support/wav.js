/** Reads a WAV file by its own words, and measures what is in it. */
import assert from "node:assert/strict";

/**
 * @param {Uint8Array} bytes 16-bit mono PCM with a header of 44 bytes.
 * @returns {{rate: number, seconds: number, rms: number}}
 */
export function readWav(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (/** @type {number} */ offset) => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  assert.deepEqual([tag(0), tag(8), tag(12), tag(36)], ["RIFF", "WAVE", "fmt ", "data"]);
  assert.deepEqual([view.getUint16(20, true), view.getUint16(22, true), view.getUint16(34, true)], [1, 1, 16]);
  assert.equal(view.getUint32(4, true), bytes.length - 8);
  assert.equal(view.getUint32(40, true), bytes.length - 44);
  const rate = view.getUint32(24, true);
  const samples = (bytes.length - 44) / 2;
  let power = 0;
  for (let index = 0; index < samples; index += 1) power += (view.getInt16(44 + 2 * index, true) / 32768) ** 2;
  return { rate, seconds: samples / rate, rms: Math.sqrt(power / samples) };
}

/**
 * Speech, and not silence, noise at full scale or a stub.
 * @param {{seconds: number, rms: number}} sound
 * @param {number} syllables
 */
export function assertSpeech({ seconds, rms }, syllables) {
  // Read speech has three to six syllables a second; the pauses at the ends count too.
  assert.ok(seconds > syllables * 0.12 && seconds < syllables * 0.5 + 2, `${seconds} s for ${syllables} syllables`);
  assert.ok(rms > 0.01 && rms < 0.5, `RMS ${rms}`);
}
