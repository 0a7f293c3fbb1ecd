/**
 * Plays a stream of samples by an audio worklet, which goes on while the page is busy. Positions are seconds in the
 * stream, times are seconds on the audio clock.
 */

/** @typedef {import("./processor.js").Report} Report */
/** @typedef {import("./processor.js").ToProcessor} ToProcessor */

// The last reports that tell what is heard: sound reaches the ear later than the worklet makes it.
const REPORTS = 8;
// Sums of seconds differ by less, and samples by more.
const ROUNDING = 1e-5;

export class WorkletOutput {
  #context;
  #node;
  /** Where the stream ends, as far as it was pushed. */ #duration;
  #epoch = 0;
  /** Whether its processor has failed. */ broken = false;
  /** In order, the first at the latest place that is asked for. @type {Report[]} */ #reports;

  /**
   * The module of the worklet must have been added.
   * @param {AudioContext} context
   */
  constructor(context) {
    this.#context = context;
    this.#duration = 0;
    this.#reports = [this.#still(0)];
    const oneChannel = { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1] };
    this.#node = new AudioWorkletNode(context, "hanvox-playback", oneChannel);
    this.#node.port.onmessage = ({ data }) => this.#take(data);
    this.#node.onprocessorerror = () => (this.broken = true);
    this.#node.connect(context.destination);
  }

  /**
   * Appends samples. They are not copied, and must stay as they are.
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} sampleRate
   * @returns {number} About when they will play.
   */
  push(samples, sampleRate) {
    const { time, position, running } = this.#latest;
    const end = (running ? time : this.#context.currentTime) + this.#duration - position;
    this.#send({ type: "push", start: this.#duration, samples, sampleRate });
    this.#duration += samples.length / sampleRate;
    return Math.max(end, this.#context.currentTime);
  }

  /** Takes back what comes after a place. @param {number} from */
  cut(from) {
    this.#send({ type: "cut", from });
    this.#duration = Math.min(this.#duration, from);
  }

  /** Falls silent at once; the stream goes on at a place. @param {number} position */
  clear(position) {
    this.#epoch += 1;
    this.#send({ type: "clear", position, epoch: this.#epoch });
    this.#duration = position;
    this.#reports = [this.#still(position)];
  }

  /** Whether the worker's samples have to wait, too. @param {boolean} held */
  hold(held) {
    this.#send({ type: "hold", held });
  }

  /** Takes the worker's samples from a port; those of an earlier one are not taken any more. @param {MessagePort} port */
  follow(port) {
    this.#send({ type: "feed", port }, [port]);
  }

  /**
   * Says where the worker's samples belong.
   * @param {number} start
   * @param {number} gain
   */
  place(start, gain) {
    this.#send({ type: "place", start, gain });
  }

  /** Whether it plays nothing, and nothing that was pushed is on its way to it. */
  get starved() {
    const { position, running } = this.#latest;
    return !running && this.#duration - position < ROUNDING;
  }

  /** How much was played at a time. @param {number} time */
  positionAt(time) {
    const { position, ...report } = this.#reports.findLast((report) => report.time <= time) ?? this.#reports[0];
    const since = report.running ? Math.max(0, time - report.time) : 0;
    return Math.min(position + since, this.#duration);
  }

  get #latest() {
    return this.#reports[this.#reports.length - 1];
  }

  /** @param {Report} report */
  #take(report) {
    if (report.epoch !== this.#epoch) return;
    this.#reports = [...this.#reports, report].slice(-REPORTS);
  }

  /** @param {number} position @returns {Report} */
  #still(position) {
    return { time: this.#context.currentTime, position, running: false, epoch: this.#epoch };
  }

  /** @param {ToProcessor} message @param {Transferable[]} [transfer] */
  #send(message, transfer = []) {
    this.#node.port.postMessage(message, transfer);
  }
}
