/**
 * A text being read aloud from any place: passage by passage, so that its length does not matter and nothing of it is
 * kept. Seeking and new options take effect without starting the player anew.
 */
import { measure } from "../../lib/shared/limits.js";
import { leadingSilence } from "./silence.js";
import { passageFrom, phraseFrom } from "./sentences.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("../../lib/shared/protocol.js").AudioWindow} AudioWindow */
/** @typedef {import("../../lib/shared/protocol.js").Chunk} Chunk */
/** @typedef {import("../../lib/shared/protocol.js").SpeechOptions} SpeechOptions */
/** @typedef {import("../../lib/shared/protocol.js").SpokenAt} SpokenAt */
/** @typedef {import("./timeline.js").Span} Span */

// The first passage is a sentence or two, so that the first sound waits for the reading of nothing else; each of the next
// is read while the one before it plays.
const FIRST_CHARACTERS = 30;
const GROWTH = 4;
const MOST_CHARACTERS = 1000;
// With so much to play, the machine has time to start another engine, which is then free at the next seek.
const SPARE_SECONDS = 5;

// A chunk may last longer than characters of its number usually do.
const LEAST_MISSING = 0.3;

/**
 * @typedef {object} Parts
 * @property {Pick<import("../../lib/hanvox.js").Hanvox, "open" | "warm">} tts
 * @property {string} text
 * @property {import("../../lib/player.js").Player} player
 * @property {() => SpeechOptions} options Asked for at each passage.
 * @property {import("./pace.js").Pace} pace
 * @property {AbortSignal} signal Stops it.
 * @property {(thrown: unknown) => void} note Told why there is no second engine.
 * @property {(chunk: Chunk, start: number) => void} [onchunk] Called for each chunk that is made, with the offset of its
 *   passage.
 */

export class Reading {
  #parts;
  #timeline = new Timeline();
  #player;
  #next = 0;
  #again = false;
  /** Restarts it at another place. */ #turn = new AbortController();
  /** The speed of what is being made. */ #speed = 1;
  /** Whether the next samples are the first after a start. */ #fresh = true;
  /** Of the chunk that is being made, seconds of audio so far. */ #made = 0;
  /** Of the first passage after a start. @type {import("../../lib/player.js").Feed | undefined} */ #feed;
  #finished = false;
  #sounded = false;
  /** Whether another engine was asked for. */ #warmed = false;
  /** The chunk that is being made. @type {import("./timeline.js").Entry | undefined} */ #chunk;
  /** Why a passage has no sound. @type {unknown} */ #skipped;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#player = parts.player;
  }

  /** The text that it reads. */
  get text() {
    return this.#parts.text;
  }

  /** What is heard now: the offset of its chunk, and the characters. */
  get now() {
    const { heard } = this.#player;
    const chunk = this.#timeline.chunkAt(heard);
    return { chunk, characters: this.#timeline.charactersAt(heard) };
  }

  /** The chunk that is heard, and the second of it, for those who draw it; undefined where there is none. */
  get sound() {
    const { heard } = this.#player;
    const chunk = this.#timeline.chunkAt(heard);
    return chunk && { chunk, second: heard - chunk.at };
  }

  /** Its samples, as far as they are at hand. @param {import("./timeline.js").Entry} chunk */
  runsOf({ at, seconds = Infinity }) {
    return this.#player.runs(at).filter(({ start }) => start < at + seconds);
  }

  /** Whether sound is due and not there. */
  get buffering() {
    return !this.#finished && (this.#player.held || this.#player.starved);
  }

  /**
   * Reads from a place to the end. `canceled` if it is stopped.
   * @param {number} from
   */
  async run(from) {
    this.#next = from;
    do {
      this.#again = false;
      this.#turn = new AbortController();
      await this.#readOn(AbortSignal.any([this.#parts.signal, this.#turn.signal])).catch((thrown) =>
        this.#after(thrown),
      );
    } while (this.#again);
  }

  /** Goes on at another place at once. @param {number} place */
  seek(place) {
    this.#player.clear();
    this.#timeline.clear();
    this.#restart(place);
  }

  /** Makes all anew that is not heard yet, with the options as they are now. */
  renew() {
    const next = this.#timeline.cutAfter(this.#player.position);
    if (next) {
      this.#player.cut(next.at);
      this.#restart(next.start);
    } else this.#renewing = !this.#finished;
  }

  /** Whether to restart at the next chunk. */ #renewing = false;

  /** @param {number} place */
  #restart(place) {
    this.#next = place;
    this.#again = true;
    this.#turn.abort();
  }

  /** @param {unknown} thrown */
  #after(thrown) {
    if (!this.#again || this.#parts.signal.aborted) throw thrown;
  }

  /** @param {AbortSignal} signal */
  async #readOn(signal) {
    const { text } = this.#parts;
    this.#fresh = true;
    this.#finished = this.#renewing = false;
    this.#player.hold();
    let most = FIRST_CHARACTERS;
    let passage = this.#parts.pace.opensSlowly ? phraseFrom(text, this.#next) : passageFrom(text, this.#next, most);
    for (; passage; passage = passageFrom(text, this.#next, most)) {
      await this.#readPassage(passage, signal).catch((thrown) => this.#skip(thrown));
      if (this.#again) return;
      this.#next = passage.end;
      most = Math.min(GROWTH * most, MOST_CHARACTERS);
    }
    if (this.#skipped && !this.#sounded) throw this.#skipped;
    this.#finished = true;
    this.#player.release();
    await this.#player.drained(signal);
  }

  /** A passage of signs alone is passed over, unless there is nothing else. @param {any} thrown */
  #skip(thrown) {
    if (thrown?.code !== "nothing-to-speak") throw thrown;
    this.#skipped = thrown;
  }

  /** @param {Span} passage @param {AbortSignal} signal */
  async #readPassage({ start, end }, signal) {
    const { text, tts } = this.#parts;
    const options = this.#parts.options();
    this.#speed = options.speed ?? 1;
    const engines = this.#parts.pace.keepsUp ? 1 : undefined;
    // What comes later is made long before it is due.
    this.#feed = this.#fresh ? this.#player.feed() : undefined;
    const feed = this.#feed?.port;
    const speech = await tts.open(text.slice(start, end), { ...options, signal, engines, feed });
    let asked = performance.now();
    for await (const window of speech) {
      const chunk = speech.chunks[window.chunk];
      const waited = (performance.now() - asked) / 1000;
      await this.#player.prepared();
      this.#take(window, chunk, start, speech.samplingRate, waited);
      if (window.last && this.#renewing) return this.#restart(start + chunk.end);
      this.#warm();
      await this.#player.room(signal);
      asked = performance.now();
    }
  }

  /** Has another engine started, once. */
  #warm() {
    const { tts, note } = this.#parts;
    if (this.#warmed || this.#player.held || this.#player.buffered < SPARE_SECONDS) return;
    this.#warmed = true;
    tts.warm().catch(note);
  }

  /**
   * @param {AudioWindow} window
   * @param {Chunk} chunk
   * @param {number} start Of the passage.
   * @param {number} rate
   * @param {number} waited Seconds.
   */
  #take(window, chunk, start, rate, waited) {
    const { pace } = this.#parts;
    const seconds = window.samples.length / rate;
    pace.computed(seconds, waited, window.first);
    if (!this.#player.held && this.#player.starved) this.#player.hold();
    const silent = this.#fresh ? leadingSilence(window.samples, rate) : 0;
    if (this.#fresh) this.#feed?.place(this.#player.duration - silent / rate);
    this.#fresh = false;
    this.#sounded = true;
    if (window.first) this.#begin(chunk, start, silent / rate);
    this.#chunk?.characters.push(...placed(window.characters, start));
    this.#made += seconds;
    this.#player.push(window.samples.subarray(silent), rate);
    if (window.last) pace.spoke(chunk.end - chunk.start, this.#made * this.#speed);
    if (window.last && this.#chunk) this.#chunk.seconds = this.#made;
    if (this.#player.held && this.#isEnough(window, chunk)) this.#player.release();
  }

  /**
   * @param {Chunk} chunk
   * @param {number} start
   * @param {number} skipped Seconds of silence before it.
   */
  #begin(chunk, start, skipped) {
    this.#made = 0;
    const at = this.#player.duration - skipped;
    this.#chunk = { at, start: start + chunk.start, end: start + chunk.end, characters: [] };
    this.#timeline.add(this.#chunk);
    this.#parts.onchunk?.(chunk, start);
  }

  /** @param {AudioWindow} window @param {Chunk} chunk */
  #isEnough(window, chunk) {
    if (window.last) return true;
    const whole = this.#parts.pace.secondsOf(measure(chunk.text), this.#speed);
    return this.#parts.pace.suffices(this.#player.buffered, Math.max(whole - this.#made, LEAST_MISSING));
  }
}

/**
 * The same times with offsets in the whole text.
 * @param {readonly SpokenAt[]} times
 * @param {number} start Of the passage.
 * @returns {SpokenAt[]}
 */
function placed(times, start) {
  return times.map((time) => ({ ...time, from: start + time.from, to: start + time.to }));
}
