/** How fast the machine computes and the voice speaks: when playing may start, and how long a text takes. */

// Until it is known. At the speed 1, the voice han reads about 3.3 characters a second, pauses included.
const USUAL_SECONDS = 0.3;
// Chunks differ: the mean is over about so many characters.
const MEMORY_CHARACTERS = 200;
// The slowest of so many windows counts, and less even of it: other programs take their turns.
const WINDOWS = 6;
const TRUST = 0.7;
// Played while the next window is on its way.
const MARGIN_SECONDS = 0.15;

export class Pace {
  /** Seconds of audio per second of computing, of the last windows. @type {number[]} */ #speeds = [];
  #secondsPerCharacter = USUAL_SECONDS;

  /**
   * @param {number} audio Seconds of audio.
   * @param {number} waited Seconds until it was there.
   */
  computed(audio, waited) {
    if (audio <= 0) return;
    this.#speeds.push(audio / Math.max(waited, 1e-4));
    if (this.#speeds.length > WINDOWS) this.#speeds.shift();
  }

  /**
   * @param {number} characters
   * @param {number} seconds Of their audio, at the speed 1.
   */
  spoke(characters, seconds) {
    if (characters <= 0 || seconds <= 0) return;
    const weight = characters / (characters + MEMORY_CHARACTERS);
    this.#secondsPerCharacter += weight * (seconds / characters - this.#secondsPerCharacter);
  }

  /** How long so many characters take. @param {number} characters @param {number} speed */
  secondsOf(characters, speed) {
    return (characters * this.#secondsPerCharacter) / speed;
  }

  /**
   * Whether playing may start: what is still to be computed will be there before it is due.
   * @param {number} buffered Seconds of audio at hand.
   * @param {number} missing Seconds still to be computed until the speech may pause.
   */
  suffices(buffered, missing) {
    if (missing <= 0) return true;
    const speed = TRUST * Math.min(...this.#speeds, 4);
    return missing / speed <= buffered + missing - MARGIN_SECONDS;
  }
}
