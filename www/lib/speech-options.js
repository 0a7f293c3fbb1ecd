/** Between the Web Speech API and the engine: voices, options and the names of errors. */
import { HanvoxError } from "./shared/errors.js";
import { SpeechSynthesisVoice } from "./speech-events.js";

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

/** @type {Partial<Record<import("./shared/errors.js").ErrorCode, import("./speech-events.js").WebSpeechError>>} */
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

/** @param {HanvoxError} error @returns {import("./speech-events.js").WebSpeechError} */
export function webSpeechError({ code, context }) {
  if (code === "unknown-voice" && context.lang !== undefined) return "language-unavailable";
  return NAMES[code] ?? "synthesis-failed";
}

/**
 * The options of the engine for an utterance.
 * @param {import("./speech-events.js").SpeechSynthesisUtterance} utterance
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
  return Math.min(Math.max(value, least), most);
}
