/** What a speech synthesis of the Web Speech API takes and gives: utterances, voices and events. */
import { Handlers, asInterface } from "./speech-interface.js";

/** @typedef {import("./shared/errors.js").HanvoxError} HanvoxError */

/**
 * @typedef {object} EventFacts
 * @property {SpeechSynthesisUtterance} utterance
 * @property {number} [charIndex] UTF-16 offset in the text.
 * @property {number} [charLength]
 * @property {number} [elapsedTime] Seconds since the utterance began to be heard.
 * @property {string} [name] Of a mark, or "word" or "sentence" of a boundary.
 *
 * @typedef {globalThis.EventInit & EventFacts} EventInit
 */

export class SpeechSynthesisEvent extends Event {
  #init;

  static {
    asInterface(this, "SpeechSynthesisEvent");
  }

  /**
   * @param {string} type
   * @param {EventInit} init
   */
  constructor(type, init) {
    super(type, init);
    if (!(init?.utterance instanceof SpeechSynthesisUtterance)) throw new TypeError("an event needs an utterance");
    const { utterance, charIndex = 0, charLength = 0, elapsedTime = 0, name = "" } = init;
    this.#init = { utterance, charIndex, charLength, elapsedTime, name };
  }

  get utterance() {
    return this.#init.utterance;
  }

  get charIndex() {
    return this.#init.charIndex;
  }

  get charLength() {
    return this.#init.charLength;
  }

  get elapsedTime() {
    return this.#init.elapsedTime;
  }

  get name() {
    return this.#init.name;
  }
}

export class SpeechSynthesisErrorEvent extends SpeechSynthesisEvent {
  #error;
  #cause;

  static {
    asInterface(this, "SpeechSynthesisErrorEvent");
  }

  /**
   * @param {string} type
   * @param {EventInit & {error: WebSpeechError, cause?: HanvoxError}} init
   */
  constructor(type, init) {
    super(type, init);
    if (init.error === undefined) throw new TypeError("an error event needs an error");
    this.#error = init.error;
    this.#cause = init.cause;
  }

  get error() {
    return this.#error;
  }

  /** What happened, which browsers don't tell; none if `cancel` was called. */
  get cause() {
    return this.#cause;
  }
}

export class SpeechSynthesisVoice {
  #facts;

  static {
    asInterface(this, "SpeechSynthesisVoice");
  }

  /** @param {[facts: {voiceURI: string, name: string, lang: string, default: boolean, speaker?: string}]} given */
  constructor(...[facts]) {
    this.#facts = { ...facts, localService: true };
  }

  get voiceURI() {
    return this.#facts.voiceURI;
  }

  get name() {
    return this.#facts.name;
  }

  get lang() {
    return this.#facts.lang;
  }

  get localService() {
    return this.#facts.localService;
  }

  get default() {
    return this.#facts.default;
  }

  /** The option `speaker` of the engine. */
  get speaker() {
    return this.#facts.speaker;
  }
}

/** @typedef {((this: SpeechSynthesisUtterance, event: SpeechSynthesisEvent) => unknown) | null} Handler */
/** @typedef {((this: SpeechSynthesisUtterance, event: SpeechSynthesisErrorEvent) => unknown) | null} ErrorHandler */

export class SpeechSynthesisUtterance extends EventTarget {
  #text;
  #lang = "";
  /** @type {SpeechSynthesisVoice | null} */ #voice = null;
  #numbers = { volume: 1, rate: 1, pitch: 1 };
  #handlers = new Handlers(this);

  static {
    asInterface(this, "SpeechSynthesisUtterance");
  }

  /** @param {string} [text] A plain text, or markup. */
  constructor(text = "") {
    super();
    this.#text = `${text}`;
  }

  get text() {
    return this.#text;
  }

  set text(text) {
    this.#text = `${text}`;
  }

  /** BCP 47; empty for that of the voice. */
  get lang() {
    return this.#lang;
  }

  set lang(lang) {
    this.#lang = `${lang}`;
  }

  /** One of `getVoices`. */
  get voice() {
    return this.#voice;
  }

  set voice(voice) {
    const given = voice ?? null;
    if (given !== null && !(given instanceof SpeechSynthesisVoice))
      throw new TypeError("a voice is one of getVoices()");
    this.#voice = given;
  }

  /** 0 to 1. */
  get volume() {
    return this.#numbers.volume;
  }

  set volume(volume) {
    this.#numbers.volume = finite(volume);
  }

  /** 0.1 to 10; the engine speaks at 0.5 to 3. */
  get rate() {
    return this.#numbers.rate;
  }

  set rate(rate) {
    this.#numbers.rate = finite(rate);
  }

  /** 0 to 2; the engine speaks at 0.5 to 2. */
  get pitch() {
    return this.#numbers.pitch;
  }

  set pitch(pitch) {
    this.#numbers.pitch = finite(pitch);
  }

  /** @type {Handler} */
  get onstart() {
    return this.#handlers.get("start");
  }

  set onstart(handler) {
    this.#handlers.set("start", handler);
  }

  /** @type {Handler} */
  get onend() {
    return this.#handlers.get("end");
  }

  set onend(handler) {
    this.#handlers.set("end", handler);
  }

  /** @type {ErrorHandler} */
  get onerror() {
    return this.#handlers.get("error");
  }

  set onerror(handler) {
    this.#handlers.set("error", handler);
  }

  /** @type {Handler} */
  get onpause() {
    return this.#handlers.get("pause");
  }

  set onpause(handler) {
    this.#handlers.set("pause", handler);
  }

  /** @type {Handler} */
  get onresume() {
    return this.#handlers.get("resume");
  }

  set onresume(handler) {
    this.#handlers.set("resume", handler);
  }

  /** @type {Handler} */
  get onmark() {
    return this.#handlers.get("mark");
  }

  set onmark(handler) {
    this.#handlers.set("mark", handler);
  }

  /** @type {Handler} */
  get onboundary() {
    return this.#handlers.get("boundary");
  }

  set onboundary(handler) {
    this.#handlers.set("boundary", handler);
  }
}

/** @param {unknown} value */
function finite(value) {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TypeError(`${value} is no finite number`);
  return number;
}

/**
 * The names that the Web Speech API has for what may go wrong.
 * @typedef {"canceled" | "interrupted" | "audio-busy" | "audio-hardware" | "network" | "synthesis-unavailable"
 *   | "synthesis-failed" | "language-unavailable" | "voice-unavailable" | "text-too-long" | "invalid-argument"
 *   | "not-allowed"} WebSpeechError
 */
