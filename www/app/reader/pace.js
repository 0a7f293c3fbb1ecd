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
// A window lasts at most so many times as long as the one before it.
const GROWTH = 8;
// One engine that computes so much faster than it is played needs no help of another.
const AMPLE = 2;
// First windows last 0.8 s: so many times as fast as it is played is a fifth of a second.
const QUICK = 4;

export class Pace {
  /** Of the first windows of chunks, which are short and wait for what precedes them. */ #openings = new Speeds();
  /** Of those after them. */ #others = new Speeds();
  /** Seconds of audio of the last window. */ #window = 0;
  #secondsPerCharacter = USUAL_SECONDS;

  /**
   * @param {number} audio Seconds of audio.
   * @param {number} waited Seconds until it was there.
   * @param {boolean} first Whether it is the first window of its chunk.
   */
  computed(audio, waited, first) {
    if (audio <= 0) return;
    this.#window = audio;
    (first ? this.#openings : this.#others).add(audio / Math.max(waited, 1e-4));
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

  /** Whether the first sound of a sentence comes so late that its first phrase alone should be made first. */
  get opensSlowly() {
    return TRUST * (this.#openings.least ?? Infinity) < QUICK;
  }

  /** Whether one engine computes faster than is played, with something to spare; so it is believed until it is known. */
  get keepsUp() {
    return TRUST * (this.#others.least ?? this.#openings.least ?? Infinity) >= AMPLE;
  }

  /**
   * Whether playing may start: each window that is still to be computed will be there before it is due.
   * @param {number} buffered Seconds of audio at hand.
   * @param {number} missing Seconds still to be computed until the speech may pause.
   */
  suffices(buffered, missing) {
    if (missing <= 0) return true;
    const next = Math.min(missing, GROWTH * this.#window);
    // If the machine computes slower than it plays, the last window is the one that comes late; otherwise the next one.
    return [next, missing].every((seconds) => this.#takes(seconds) + MARGIN_SECONDS <= buffered + seconds - next);
  }

  /** @param {number} seconds Of audio. */
  #takes(seconds) {
    return seconds / (TRUST * (this.#others.least ?? this.#openings.least ?? 0));
  }
}

/** Seconds of audio per second of computing, of the last windows. */
class Speeds {
  /** @type {number[]} */ #last = [];

  /** @param {number} speed */
  add(speed) {
    this.#last.push(speed);
    if (this.#last.length > WINDOWS) this.#last.shift();
  }

  /** The slowest; undefined if there is none yet. */
  get least() {
    return this.#last.length > 0 ? Math.min(...this.#last) : undefined;
  }
}
