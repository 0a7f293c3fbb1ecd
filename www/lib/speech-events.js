/** What a speech synthesis of the Web Speech API takes and gives: utterances, voices and events. */
import { HanvoxError } from "./shared/errors.js";

/**
 * @typedef {object} EventInit
 * @property {SpeechSynthesisUtterance} utterance
 * @property {number} [charIndex] UTF-16 offset in the text.
 * @property {number} [charLength]
 * @property {number} [elapsedTime] Seconds since the utterance began to be heard.
 * @property {string} [name] Of a mark, or "word" or "sentence" of a boundary.
 */

export class SpeechSynthesisEvent extends Event {
  /**
   * @param {string} type
   * @param {EventInit} init
   */
  constructor(type, init) {
    super(type);
    if (!(init?.utterance instanceof SpeechSynthesisUtterance)) throw new TypeError("an event needs an utterance");
    this.utterance = init.utterance;
    this.charIndex = init.charIndex ?? 0;
    this.charLength = init.charLength ?? 0;
    this.elapsedTime = init.elapsedTime ?? 0;
    this.name = init.name ?? "";
  }
}

export class SpeechSynthesisErrorEvent extends SpeechSynthesisEvent {
  /**
   * @param {string} type
   * @param {EventInit & {error: WebSpeechError, cause?: HanvoxError}} init
   */
  constructor(type, init) {
    super(type, init);
    if (init.error === undefined) throw new TypeError("an error event needs an error");
    this.error = init.error;
    /** What happened, which browsers don't tell; none if `cancel` was called. */
    this.cause = init.cause;
  }
}

export class SpeechSynthesisVoice {
  localService = true;

  /** @param {{voiceURI: string, name: string, lang: string, default: boolean, speaker?: string}} facts */
  constructor(facts) {
    this.voiceURI = facts.voiceURI;
    this.name = facts.name;
    this.lang = facts.lang;
    this.default = facts.default;
    /** The option `speaker` of the engine. */
    this.speaker = facts.speaker;
  }
}

/**
 * One for each speaker of a loaded voice.
 * @param {import("./shared/protocol.js").VoiceInfo} voice
 */
export function voicesOf({ id, name, language: lang, speakers = [] }) {
  if (speakers.length === 0) return [new SpeechSynthesisVoice({ voiceURI: `hanvox:${id}`, name, lang, default: true })];
  return speakers.map(
    ({ name: speaker }, at) =>
      new SpeechSynthesisVoice({
        voiceURI: `hanvox:${id}/${speaker}`,
        name: `${id} ${speaker}`,
        lang,
        default: at === 0,
        speaker,
      }),
  );
}

/** @typedef {((this: SpeechSynthesisUtterance, event: SpeechSynthesisEvent) => unknown) | null} Handler */
/** @typedef {((this: SpeechSynthesisUtterance, event: SpeechSynthesisErrorEvent) => unknown) | null} ErrorHandler */

export class SpeechSynthesisUtterance extends EventTarget {
  /** BCP 47; empty for that of the voice. */ lang = "";
  /** One of `getVoices`. @type {SpeechSynthesisVoice | null} */ voice = null;
  /** 0 to 1. */ volume = 1;
  /** 0.1 to 10; the engine speaks at 0.5 to 3. */ rate = 1;
  /** 0 to 2; the engine speaks at 0.5 to 2. */ pitch = 1;
  /** @type {Handler} */ onstart = null;
  /** @type {Handler} */ onend = null;
  /** @type {ErrorHandler} */ onerror = null;
  /** @type {Handler} */ onpause = null;
  /** @type {Handler} */ onresume = null;
  /** @type {Handler} */ onmark = null;
  /** @type {Handler} */ onboundary = null;

  /** @param {string} [text] A plain text, or markup. */
  constructor(text = "") {
    super();
    this.text = String(text);
    for (const type of /** @type {const} */ (["start", "end", "error", "pause", "resume", "mark", "boundary"]))
      this.addEventListener(type, (event) => this[`on${type}`]?.call(this, /** @type {any} */ (event)));
  }
}

/**
 * The names that the Web Speech API has for what may go wrong.
 * @typedef {"canceled" | "interrupted" | "audio-busy" | "audio-hardware" | "network" | "synthesis-unavailable"
 *   | "synthesis-failed" | "language-unavailable" | "voice-unavailable" | "text-too-long" | "invalid-argument"
 *   | "not-allowed"} WebSpeechError
 */

/** @type {Partial<Record<import("./shared/errors.js").ErrorCode, WebSpeechError>>} */
const NAMES = {
  "audio-blocked": "not-allowed",
  "audio-unavailable": "audio-hardware",
  "encoding-invalid": "invalid-argument",
  "engine-blocked": "synthesis-unavailable",
  "loading": "synthesis-unavailable",
  "markup-invalid": "invalid-argument",
  "network": "network",
  "network-timeout": "network",
  "not-supported": "synthesis-unavailable",
  "option-invalid": "invalid-argument",
  "text-too-long": "text-too-long",
  "unknown-voice": "voice-unavailable",
  "version-mismatch": "synthesis-unavailable",
  "voice-corrupt": "voice-unavailable",
  "voice-missing": "voice-unavailable",
  "voice-unsupported": "voice-unavailable",
};

/** @param {HanvoxError} error @returns {WebSpeechError} */
export function webSpeechError({ code, context }) {
  if (code === "unknown-voice" && context.lang !== undefined) return "language-unavailable";
  return NAMES[code] ?? "synthesis-failed";
}

/**
 * The options of the engine for an utterance.
 * @param {SpeechSynthesisUtterance} utterance
 * @param {SpeechSynthesisVoice[]} voices
 */
export function optionsOf({ voice, lang, rate, pitch }, voices) {
  const { speaker } = voice ? sameVoice(voice, voices) : voiceFor(lang, voices);
  const options = { speed: within(rate, 0.5, 3), pitch: within(pitch, 0.5, 2) };
  return speaker === undefined ? options : { ...options, speaker };
}

/**
 * @param {SpeechSynthesisVoice} voice
 * @param {SpeechSynthesisVoice[]} voices
 */
function sameVoice({ voiceURI }, voices) {
  const found = voices.find((one) => one.voiceURI === voiceURI);
  if (found) return found;
  throw new HanvoxError("unknown-voice", `there is no voice ${voiceURI} here`, { context: { voice: voiceURI } });
}

/**
 * @param {string} lang
 * @param {SpeechSynthesisVoice[]} voices
 */
function voiceFor(lang, voices) {
  if (lang === "") return voices[0];
  const found = voices.find((voice) => languageOf(voice.lang) === languageOf(lang));
  if (found) return found;
  throw new HanvoxError("unknown-voice", `no voice here speaks ${lang}`, { context: { lang } });
}

/** `cmn`, Mandarin, is written `zh` as well. @param {string} tag */
function languageOf(tag) {
  const [language] = tag.toLowerCase().split(/[-_]/);
  return language === "cmn" ? "zh" : language;
}

/** @param {number} value @param {number} least @param {number} most */
export function within(value, least, most) {
  return Math.min(Math.max(Number(value), least), most);
}
