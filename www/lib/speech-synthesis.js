/**
 * The engine in the shape of the browser's own `speechSynthesis`: a queue of utterances with their events, as the Web
 * Speech API describes them.
 */
import { Hanvox } from "./index.js";
import { Player } from "./player.js";
import { USUAL_RATE, readAloud } from "./read-aloud.js";
import { HanvoxError, canceled } from "./shared/errors.js";
import {
  SpeechSynthesisErrorEvent,
  SpeechSynthesisEvent,
  SpeechSynthesisUtterance,
  SpeechSynthesisVoice,
} from "./speech-events.js";
import { Handlers, asInterface } from "./speech-interface.js";
import { optionsOf, voicesOf, webSpeechError, within } from "./speech-options.js";

export { SpeechSynthesisErrorEvent, SpeechSynthesisEvent, SpeechSynthesisUtterance, SpeechSynthesisVoice };

/** @typedef {import("./hanvox.js").Hanvox} Engine */
/** @typedef {import("./read-aloud.js").Moment} Moment */
/** @typedef {import("./read-aloud.js").Sound} Sound */

/**
 * @typedef {object} SpeechSynthesisOptions
 * @property {() => Promise<Engine>} [load] Gives the engine, once, when it is first needed; default: the default voice.
 * @property {(sampleRate: number) => Sound} [newPlayer] Default: a `Player`.
 * @property {boolean | "auto"} [markup] Whether texts are markup; default: what looks like it.
 */

/** @typedef {((this: SpeechSynthesis, event: Event) => unknown) | null} Handler */

// There is nothing to hear in such a text, which is no error for a browser.
const SILENT = new Set(["empty-text", "nothing-to-speak"]);

/** Which one has spoken an utterance last. @type {WeakMap<SpeechSynthesisUtterance, SpeechSynthesis>} */
const owners = new WeakMap();

export class SpeechSynthesis extends EventTarget {
  #load;
  #newPlayer;
  #markup;
  /** @type {Promise<Engine> | undefined} */ #loading;
  /** @type {SpeechSynthesisVoice[]} */ #voices = [];
  /** @type {Sound | undefined} */ #player;
  /** The first one is being spoken, or will be. @type {Turn[]} */ #queue = [];
  #paused = false;
  #running = false;
  #handlers = new Handlers(this);

  static {
    asInterface(this, "SpeechSynthesis");
  }

  /** @param {SpeechSynthesisOptions} [options] */
  constructor({ load = () => Hanvox.fromPretrained(), newPlayer = (rate) => new Player(rate), markup } = {}) {
    super();
    this.#load = load;
    this.#newPlayer = newPlayer;
    this.#markup = markup;
  }

  /** @type {Handler} */
  get onvoiceschanged() {
    return this.#handlers.get("voiceschanged");
  }

  set onvoiceschanged(handler) {
    this.#handlers.set("voiceschanged", handler);
  }

  /** Whether an utterance waits that has not begun. */
  get pending() {
    return this.#queue.some(({ started }) => !started);
  }

  /** Whether an utterance has begun and has not ended, even if it is paused. */
  get speaking() {
    return this.#queue[0]?.started ?? false;
  }

  get paused() {
    return this.#paused;
  }

  /**
   * The speakers of the voice; none before the engine is loaded, which the first call begins: wait for `voiceschanged`.
   * An `error` event, with the error as its `detail`, says that it can't be.
   */
  getVoices() {
    this.#engine().catch((thrown) => {
      this.dispatchEvent(new CustomEvent("error", { detail: HanvoxError.from(thrown) }));
    });
    return [...this.#voices];
  }

  /** @param {SpeechSynthesisUtterance} utterance Not to be changed before its end. */
  speak(utterance) {
    if (!(utterance instanceof SpeechSynthesisUtterance)) throw new TypeError("only an utterance can be spoken");
    const owner = owners.get(utterance) ?? this;
    if (owner !== this && owner.#queue.some((turn) => turn.utterance === utterance))
      throw new DOMException("another SpeechSynthesis speaks this utterance", "InvalidStateError");
    owners.set(utterance, this);
    this.#queue.push(new Turn(utterance));
    this.#run();
  }

  /** Falls silent, and forgets all utterances. What is paused stays paused. */
  cancel() {
    const turns = this.#queue.splice(0);
    for (const turn of turns) turn.cancel();
    if (turns[0]?.sounding) this.#player?.clear();
  }

  /** Stops in the middle of an utterance, or before the next one. */
  pause() {
    if (this.#paused) return;
    this.#paused = true;
    const [turn] = this.#queue;
    if (turn?.sounding) this.#player?.pause();
    if (turn?.started) turn.fireSoon("pause", this.#player);
  }

  resume() {
    if (!this.#paused) return;
    this.#paused = false;
    const [turn] = this.#queue;
    if (turn?.sounding) this.#player?.resume();
    // Nothing begins during a pause, so that this one was interrupted by it.
    if (turn?.started) turn.fireSoon("resume", this.#player);
  }

  /** Ends it for good, with its engine. */
  async close() {
    this.cancel();
    const player = this.#player;
    this.#player = undefined;
    const [tts] = await Promise.all([this.#loading?.catch(() => undefined), player?.close()]);
    tts?.dispose();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    for (let turn = this.#queue[0]; turn; turn = this.#queue[0]) await this.#take(turn);
    this.#running = false;
    // A device that runs for nothing takes power.
    await this.#player?.pause();
  }

  /** @param {Turn} turn */
  async #take(turn) {
    try {
      const seconds = await this.#say(turn);
      if (turn.left) return;
      this.#queue.shift();
      turn.end(seconds);
    } catch (thrown) {
      if (turn.left) return;
      this.#queue.shift();
      turn.fail(HanvoxError.from(thrown));
    }
  }

  /** @param {Turn} turn */
  async #say(turn) {
    const { utterance, signal } = turn;
    // Before any await: only a click may start sound.
    this.#player ??= this.#newPlayer(USUAL_RATE);
    const player = this.#player;
    await player.start({ signal });
    turn.sounding = true;
    if (this.#paused) await player.pause();
    const tts = await unlessAborted(this.#engine(), signal);
    turn.base = player.duration;
    const onmoment = (/** @type {Moment} */ moment) => turn.tell(moment);
    const volume = within(utterance.volume, 0, 1);
    const markup = this.#markup === undefined ? {} : { markup: this.#markup };
    const options = { ...optionsOf(utterance, this.#voices), ...markup };
    return readAloud(tts, utterance.text, { ...options, player, volume, signal, onmoment });
  }

  /** The loaded engine. What failed is tried again by the next call. */
  #engine() {
    this.#loading ??= this.#loaded();
    return this.#loading;
  }

  async #loaded() {
    try {
      const tts = await this.#load();
      this.#voices = voicesOf(tts.voice);
      this.dispatchEvent(new Event("voiceschanged"));
      return tts;
    } catch (thrown) {
      this.#loading = undefined;
      throw thrown;
    }
  }
}

/** An utterance in the queue. */
class Turn {
  #controller = new AbortController();
  /** Whether it has begun to be heard. */ started = false;
  /** Whether the player is started for it. */ sounding = false;
  /** Where it begins in the player's stream, in seconds. */ base = 0;
  #charIndex = 0;

  /** @param {SpeechSynthesisUtterance} utterance */
  constructor(utterance) {
    this.utterance = utterance;
  }

  get signal() {
    return this.#controller.signal;
  }

  /** Whether it was canceled. */
  get left() {
    return this.signal.aborted;
  }

  cancel() {
    this.#controller.abort();
    const error = this.started ? "interrupted" : "canceled";
    queueMicrotask(() => this.#fireError(error));
  }

  /** @param {Moment} moment */
  tell({ kind, time: elapsedTime, from: charIndex = this.#charIndex, to = charIndex, name = kind }) {
    if (kind === "start") return this.#begin();
    this.#charIndex = charIndex;
    if (kind === "mark") return this.#fire("mark", { charIndex, elapsedTime, name });
    this.#fire("boundary", { charIndex, charLength: to - charIndex, elapsedTime, name });
  }

  /** @param {number} elapsedTime Its length in seconds. */
  end(elapsedTime) {
    this.#fire("end", { charIndex: this.utterance.text.length, elapsedTime });
  }

  /** @param {HanvoxError} cause */
  fail(cause) {
    if (!SILENT.has(cause.code)) return this.#fireError(webSpeechError(cause), cause);
    this.#begin();
    this.end(0);
  }

  /** @param {"pause" | "resume"} type @param {Sound} [player] */
  fireSoon(type, player) {
    const elapsedTime = Math.max(0, (player?.heard ?? 0) - this.base);
    queueMicrotask(() => this.#fire(type, { charIndex: this.#charIndex, elapsedTime }));
  }

  #begin() {
    this.started = true;
    this.#fire("start", {});
  }

  /** @param {string} type @param {Partial<import("./speech-events.js").EventInit>} init */
  #fire(type, init) {
    const { utterance } = this;
    utterance.dispatchEvent(new SpeechSynthesisEvent(type, { ...init, utterance }));
  }

  /** @param {import("./speech-events.js").WebSpeechError} error @param {HanvoxError} [cause] */
  #fireError(error, cause) {
    const { utterance } = this;
    const charIndex = this.#charIndex;
    utterance.dispatchEvent(new SpeechSynthesisErrorEvent("error", { utterance, charIndex, error, cause }));
  }
}

/**
 * Puts one in the place of the browser's own, with its classes.
 * @param {SpeechSynthesisOptions} [options]
 * @returns {SpeechSynthesis & {uninstall: () => Promise<void>}} `uninstall` puts the browser's own back.
 */
export function install(options) {
  const speechSynthesis = new SpeechSynthesis(options);
  const classes = {
    SpeechSynthesis,
    SpeechSynthesisErrorEvent,
    SpeechSynthesisEvent,
    SpeechSynthesisUtterance,
    SpeechSynthesisVoice,
  };
  const undo = [
    replaceGlobal("speechSynthesis", { get: () => speechSynthesis, enumerable: true }),
    ...Object.entries(classes).map(([name, value]) => replaceGlobal(name, { value, writable: true })),
  ];
  return Object.assign(speechSynthesis, {
    uninstall: () => {
      for (const putBack of undo) putBack();
      return speechSynthesis.close();
    },
  });
}

/** @param {string} name @param {PropertyDescriptor} property @returns {() => void} Puts the former one back. */
function replaceGlobal(name, property) {
  const former = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { ...property, configurable: true });
  return () => {
    if (former) Object.defineProperty(globalThis, name, former);
    else Reflect.deleteProperty(globalThis, name);
  };
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function unlessAborted(promise, signal) {
  const aborted = new Promise((_, reject) => {
    const fail = () => reject(canceled(signal));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
  return Promise.race([promise, /** @type {Promise<never>} */ (aborted)]);
}
