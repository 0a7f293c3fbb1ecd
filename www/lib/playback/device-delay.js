/** How long sound takes from the audio clock to the ear. */

// What Firefox tells on Linux, with PulseAudio: 0.02 to 0.05 s.
const UNTOLD_SECONDS = 0.04;

/**
 * @param {AudioContext} context
 * @returns {number} Seconds.
 */
export function deviceDelay(context) {
  return mayHang() ? UNTOLD_SECONDS : context.outputLatency || context.baseLatency || 0;
}

/**
 * Firefox with PulseAudio (seen in 153) holds the lock of its audio graph while it asks the process that
 * plays for `outputLatency`. If that process is just asking the graph for sound, each waits for the other, and the page
 * hangs for good: after 4 of 33 presses of a button.
 */
function mayHang() {
  return /\bX11\b.*\bFirefox\//.test(globalThis.navigator?.userAgent ?? "");
}
