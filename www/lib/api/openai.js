/** Requests as OpenAI's clients send them, and answers as they read them. */
import { isFormat } from "../encode/formats.js";
import { HanvoxError } from "../shared/errors.js";
import { takeFields } from "./fields.js";
import { badField, jsonResponse, statusOf } from "./refusal.js";

/** What its routes begin with. */
export const OPENAI = "v1/";

/** @typedef {import("../shared/protocol.js").VoiceInfo} VoiceInfo */
/** @typedef {import("./fields.js").Wanted} Wanted */

/**
 * `instructions` has no meaning for voices without a prompt, and `model` none where the voice says all: they are taken,
 * and documented as unused.
 * @type {Record<string, import("./fields.js").FieldType>}
 */
const TYPES = {
  ...{ model: "string", input: "string", voice: "any", response_format: "string", stream_format: "string" },
  ...{ speed: "number", instructions: "string" },
};

/**
 * OpenAI's own voices, which many clients can't be told to leave out: each is a speaker of its sex, where there is one.
 * @type {Record<string, "female" | "male">}
 */
const VOICES = {
  ...{ alloy: "female", coral: "female", marin: "female", nova: "female", sage: "female", shimmer: "female" },
  ...{ ash: "male", ballad: "male", cedar: "male", echo: "male", fable: "male", onyx: "male", verse: "male" },
};

/** Of voices and models alike: there is no better one to tell. */
const CREATED = 1767225600;

/**
 * What a request to `v1/audio/speech` wants.
 * @param {import("./body.js").Fields} fields
 * @param {readonly VoiceInfo[]} voices The default one first.
 * @returns {Wanted & {events: boolean}} `events`: the sound is to come as server-sent events.
 */
export function wantedByOpenai(fields, voices) {
  const values = takeFields(fields, TYPES);
  const { input, voice, response_format: format = "mp3", stream_format = "audio", speed } = values;
  if (input === undefined) throw missing("input");
  if (!isFormat(format)) throw badField("response_format", `"${format}" is none of the formats here`);
  if (!["audio", "sse"].includes(stream_format)) throw badField("stream_format", "stream_format is audio or sse");
  const named = voiceOf(voice, voices);
  return {
    text: input,
    ...named,
    format,
    stream: true,
    events: stream_format === "sse",
    ...(speed !== undefined && { speed }),
  };
}

/**
 * @param {unknown} given A name, or `{id}`.
 * @param {readonly VoiceInfo[]} voices
 * @returns {{voice?: string, speaker?: string}}
 */
export function voiceOf(given, voices) {
  const name = typeof given === "object" && given !== null && "id" in given ? given.id : given;
  if (name === undefined) return {};
  if (typeof name !== "string") throw badField("voice", `"voice" is no name`);
  if (voices.some(({ id }) => id === name)) return { voice: name };
  const owner = voices.find(({ speakers = [] }) =>
    speakers.some((speaker) => name.split(/[:,]/).includes(speaker.name)),
  );
  if (owner) return { voice: owner.id, speaker: name };
  if (Object.hasOwn(VOICES, name)) return likeOpenai(VOICES[name], voices[0]);
  throw new HanvoxError("unknown-voice", `there is no voice "${name}" here`, { context: { voice: name } });
}

/**
 * @param {"female" | "male"} sex
 * @param {VoiceInfo} [voice]
 */
function likeOpenai(sex, { speakers = [] } = /** @type {VoiceInfo} */ ({})) {
  const speaker = speakers.find((speaker) => speaker.sex === sex)?.name;
  return speaker === undefined ? {} : { speaker };
}

/** @param {string} field */
function missing(field) {
  return new HanvoxError("request-invalid", `the field "${field}" is missing`, { context: { field } });
}

/** An error as its clients read it. @param {HanvoxError} error */
export function openaiError(error) {
  const type = statusOf(error) < 500 ? "invalid_request_error" : "server_error";
  return { message: error.message, type, param: error.context.field ?? null, code: error.code };
}

/** @param {readonly VoiceInfo[]} voices */
export function modelsResponse(voices) {
  const data = voices.map(({ id }) => ({ id, object: "model", created: CREATED, owned_by: "hanvox" }));
  return jsonResponse({ object: "list", data });
}

/** Voices, and the speakers of each, as programs list them for their users. @param {readonly VoiceInfo[]} voices */
export function voicesResponse(voices) {
  const people = voices.flatMap(({ id, name, language, speakers = [] }) => [
    { id, name, language },
    ...speakers.map((speaker) => ({ id: speaker.name, name: `${name} · ${speaker.name}`, language })),
  ]);
  return jsonResponse({ voices: people });
}

/** Sound as server-sent events. @returns {import("./sound.js").Wrapping} */
export function eventsOfSound() {
  let bytes = 0;
  const event = (/** @type {object} */ data) => new TextEncoder().encode(`data: ${JSON.stringify(data)}\n\n`);
  return {
    type: "text/event-stream",
    part(part) {
      bytes += part.length;
      return event({ type: "speech.audio.delta", audio: base64(part) });
    },
    end: () =>
      event({ type: "speech.audio.done", usage: { input_tokens: 0, output_tokens: bytes, total_tokens: bytes } }),
  };
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = "";
  // A single call accepts only a limited number of arguments.
  for (let start = 0; start < bytes.length; start += 8192)
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(binary);
}
