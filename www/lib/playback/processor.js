/**
 * Plays a stream of samples on the audio thread. It gets windows from the page, and those of a first chunk from the
 * engine's worker as well: if the page is too busy to pass them on, they are played all the same. One file without
 * imports: bundlers copy it as it is.
 */

/**
 * @typedef {object} Scope What an audio worklet has, as far as it is used here.
 * @property {new () => {port: MessagePort}} AudioWorkletProcessor
 * @property {(name: string, processor: new () => object) => void} registerProcessor
 * @property {number} sampleRate
 * @property {number} currentTime Seconds on the audio clock, at the first frame that `process` is asked for.
 */

/**
 * @typedef {object} Piece
 * @property {Float32Array} samples
 * @property {number} sampleRate
 */

/**
 * @typedef {(
 *   | {type: "push", start: number, samples: Float32Array, sampleRate: number}
 *   | {type: "cut", from: number}
 *   | {type: "clear", position: number, epoch: number}
 *   | {type: "hold", held: boolean}
 *   | {type: "feed", port: MessagePort}
 *   | {type: "place", start: number, gain: number}
 * )} ToProcessor Positions are seconds in the stream. `feed` brings the port of a worker, `place` says where the first
 *   sample of it belongs.
 */

/**
 * @typedef {object} Report The sound begins or goes on, or samples are missing.
 * @property {number} time Seconds on the audio clock.
 * @property {number} position
 * @property {boolean} running
 * @property {number} epoch That of the last `clear`.
 */

const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

// What is cut off in the middle fades out this fast: slower than a click, faster than anyone notices.
const FADE_SECONDS = 0.01;
// Where samples are missing, the last one fades by this factor from frame to frame: within some 8 ms at 24 kHz.
const DECAY = 0.97;

/** @type {Piece} */
const NOTHING = { samples: new Float32Array(0), sampleRate: 1 };

class Playback extends scope.AudioWorkletProcessor {
  /** What is still to be played, in order. @type {Piece[]} */ #queue = [];
  /** How many samples of the first piece were played; not a whole number where rates differ. */ #played = 0;
  /** Where the queue ends in the stream. */ #end = 0;
  /** Whether samples, not silence, were played last. */ #running = false;
  #last = 0;
  #held = false;
  #epoch = 0;
  /** What was cleared, fading out. */ #fading = new Float32Array(0);
  /** @type {Feed | undefined} */ #feed;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#receive(data);
  }

  /**
   * @param {Float32Array[][]} _inputs
   * @param {Float32Array[][]} outputs One of one channel.
   */
  process(_inputs, [[out]]) {
    for (let frame = 0; frame < out.length; frame += 1) out[frame] = this.#next(frame);
    const fading = Math.min(out.length, this.#fading.length);
    for (let frame = 0; frame < fading; frame += 1) out[frame] += this.#fading[frame];
    this.#fading = this.#fading.subarray(fading);
    return true;
  }

  /** @param {ToProcessor} message */
  #receive(message) {
    switch (message.type) {
      case "push":
        return this.#push(message);
      case "cut":
        return this.#cut(message.from);
      case "clear":
        return this.#clear(message);
      case "hold":
        this.#held = message.held;
        return;
      case "feed":
        return this.#follow(new Feed(message.port));
      case "place":
        return this.#feed?.place(message);
    }
  }

  /** Appends what is not there yet: the feed may have been faster. @param {Piece & {start: number}} piece */
  #push({ start, samples, sampleRate }) {
    const known = Math.max(0, Math.round((this.#end - start) * sampleRate));
    this.#append({ samples: samples.subarray(known), sampleRate });
  }

  /** @param {Piece} piece */
  #append(piece) {
    if (piece.samples.length === 0) return;
    this.#queue.push(piece);
    this.#end += secondsOf(piece);
  }

  /** Takes back what comes after a place, unless it was played meanwhile. @param {number} from */
  #cut(from) {
    this.#follow(undefined);
    const kept = Math.max(from, this.#position);
    while (this.#queue.length > 0 && this.#end > kept) {
      const last = /** @type {Piece} */ (this.#queue.pop());
      this.#end -= secondsOf(last);
      const samples = Math.ceil((kept - this.#end) * last.sampleRate);
      if (samples > 0) this.#append({ ...last, samples: last.samples.subarray(0, samples) });
    }
  }

  /** @param {{position: number, epoch: number}} message */
  #clear({ position, epoch }) {
    this.#follow(undefined);
    const frames = this.#running ? Math.round(FADE_SECONDS * scope.sampleRate) : 0;
    this.#fading = Float32Array.from({ length: frames }, (_, frame) => this.#next(frame) * (1 - frame / frames));
    this.#queue = [];
    this.#played = this.#last = 0;
    this.#running = false;
    this.#end = position;
    this.#epoch = epoch;
  }

  /** @param {Feed | undefined} feed */
  #follow(feed) {
    this.#feed?.close();
    this.#feed = feed;
  }

  /** The sample of a frame, counted from `currentTime`. @param {number} frame */
  #next(frame) {
    const piece = this.#first();
    if (!piece) return this.#silence(frame);
    if (!this.#running) this.#report(true, frame);
    this.#last = between(piece.samples, this.#played);
    this.#played += piece.sampleRate / scope.sampleRate;
    return this.#last;
  }

  /** The piece that is played; undefined where samples are missing. */
  #first() {
    for (; this.#queue.length > 0 && this.#played >= this.#queue[0].samples.length; this.#queue.shift())
      this.#played -= this.#queue[0].samples.length;
    if (this.#queue.length === 0 && this.#feed && !this.#held) this.#append(this.#feed.take(this.#end));
    return this.#queue.at(0);
  }

  /** How far it has played in the stream. */
  get #position() {
    const left = this.#queue.reduce((sum, piece) => sum + secondsOf(piece), 0);
    return this.#end - left + (this.#queue.length > 0 ? this.#played / this.#queue[0].sampleRate : 0);
  }

  /** @param {number} frame */
  #silence(frame) {
    if (this.#running) this.#report(false, frame);
    this.#played = 0;
    this.#last *= DECAY;
    return this.#last;
  }

  /** @param {boolean} running @param {number} frame */
  #report(running, frame) {
    this.#running = running;
    /** @type {Report} */
    const report = {
      time: scope.currentTime + frame / scope.sampleRate,
      position: this.#position,
      running,
      epoch: this.#epoch,
    };
    this.port.postMessage(report);
  }
}

/** The samples of a first chunk, as the engine's worker makes them. */
class Feed {
  #port;
  /** @type {Piece[]} */ #pieces = [];
  /** Where it belongs in the stream; unknown until the page has seen its first window. */ #start = Infinity;
  #gain = 1;

  /** @param {MessagePort} port */
  constructor(port) {
    this.#port = port;
    port.onmessage = ({ data }) => void this.#pieces.push(data);
  }

  /** @param {{start: number, gain: number}} where */
  place({ start, gain }) {
    this.#start = start;
    this.#gain = gain;
  }

  /**
   * The next of its samples from a place on; none if they are not there yet.
   * @param {number} position
   * @returns {Piece}
   */
  take(position) {
    for (let piece = this.#pieces.at(0); piece; piece = this.#pieces.at(0)) {
      const known = Math.round((position - this.#start) * piece.sampleRate);
      if (known < 0) return NOTHING;
      this.#pieces.shift();
      this.#start += secondsOf(piece);
      if (known < piece.samples.length) return { ...piece, samples: this.#scaled(piece.samples.subarray(known)) };
    }
    return NOTHING;
  }

  close() {
    this.#port.close();
  }

  /** @param {Float32Array} samples */
  #scaled(samples) {
    return this.#gain === 1 ? samples : samples.map((sample) => this.#gain * sample);
  }
}

/** @param {Piece} piece */
function secondsOf({ samples, sampleRate }) {
  return samples.length / sampleRate;
}

/** The value at a place between two samples. @param {Float32Array} samples @param {number} at */
function between(samples, at) {
  const before = Math.floor(at);
  const value = samples[before];
  return value + (at - before) * ((samples[before + 1] ?? value) - value);
}

scope.registerProcessor("hanvox-playback", Playback);
