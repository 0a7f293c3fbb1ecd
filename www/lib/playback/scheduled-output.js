/**
 * Plays a stream of samples as buffers that the page schedules on the audio clock. Positions are seconds in the stream,
 * times are seconds on the clock.
 */

// The first window, and any late one, is scheduled this far ahead so that its start isn't cut off.
const MARGIN_SECONDS = 0.05;
// What is cut off in the middle fades out this fast: slower than a click, faster than anyone notices.
const FADE_SECONDS = 0.01;

/**
 * @typedef {object} Scheduled A window.
 * @property {AudioBufferSourceNode} source
 * @property {number} at When it plays.
 * @property {number} start Where it stands in the stream.
 * @property {number} duration
 */

export class ScheduledOutput {
  #context;
  #gain;
  /** When all that was pushed will have played. */ #end = 0;
  #duration = 0;
  /** What is heard now or later, and the last of what was. @type {Scheduled[]} */ #windows = [];

  /** @param {AudioContext} context */
  constructor(context) {
    this.#context = context;
    this.#gain = this.#connected();
  }

  /**
   * Appends samples.
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} sampleRate
   * @returns {number} When they will play.
   */
  push(samples, sampleRate) {
    const at = Math.max(this.#end, this.#context.currentTime + MARGIN_SECONDS);
    if (samples.length === 0) return at;
    const buffer = this.#context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#gain);
    source.start(at);
    this.#forgetPlayed();
    this.#windows.push({ source, at, start: this.#duration, duration: buffer.duration });
    this.#end = at + buffer.duration;
    this.#duration += buffer.duration;
    return at;
  }

  /** Whether all that was pushed has played. */
  get starved() {
    return this.#context.currentTime >= this.#end;
  }

  /** Only the page gives it samples, and holds them back itself. @param {boolean} _held */
  hold(_held) {}

  /** @param {MessagePort} port */
  follow(port) {
    port.close();
  }

  /** @param {number} _start @param {number} _gain */
  place(_start, _gain) {}

  /** It has nothing that could fail. */
  get broken() {
    return false;
  }

  /** Takes back what comes after a place. @param {number} from */
  cut(from) {
    for (const window of this.#windows) cutWindow(window, from);
    this.#windows = this.#windows.filter(({ start }) => start < from);
    const last = this.#windows.at(-1);
    this.#end = last ? last.at + last.duration : this.#context.currentTime;
    this.#duration = last ? last.start + last.duration : Math.min(from, this.#duration);
  }

  /** Falls silent at once; the stream goes on at a place. @param {number} position */
  clear(position) {
    const { currentTime } = this.#context;
    const { gain } = this.#gain;
    this.#gain = this.#connected();
    gain.setValueAtTime(1, currentTime);
    gain.linearRampToValueAtTime(0, currentTime + FADE_SECONDS);
    for (const { source } of this.#windows) source.stop(currentTime + 2 * FADE_SECONDS);
    this.#windows = [];
    this.#end = currentTime;
    this.#duration = position;
  }

  /** How much was played at a time. @param {number} time */
  positionAt(time) {
    const window = this.#windows.findLast(({ at }) => at <= time) ?? this.#windows[0];
    if (!window) return this.#duration;
    return window.start + Math.min(Math.max(0, time - window.at), window.duration);
  }

  #connected() {
    const gain = this.#context.createGain();
    gain.connect(this.#context.destination);
    return gain;
  }

  /** Otherwise an hour of speech would stay in memory. */
  #forgetPlayed() {
    const { currentTime } = this.#context;
    const next = this.#windows.findIndex(({ at, duration }) => at + duration > currentTime);
    this.#windows.splice(0, (next < 0 ? this.#windows.length : next) - 1);
  }
}

/** @param {Scheduled} window @param {number} from */
function cutWindow(window, from) {
  const kept = from - window.start;
  if (kept >= window.duration) return;
  window.source.stop(window.at + Math.max(0, kept));
  window.duration = Math.max(0, kept);
}
