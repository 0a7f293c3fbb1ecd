/** Requests as clients of Azure's speech service send them: SSML, and the format in a header. */
import { readText } from "./body.js";
import { Refusal, jsonResponse } from "./refusal.js";

/** @typedef {import("../encode/formats.js").Format} Format */
/** @typedef {import("../shared/protocol.js").VoiceInfo} VoiceInfo */

const FORMAT_HEADER = "X-Microsoft-OutputFormat";
const DEFAULT_FORMAT = "riff-24khz-16bit-mono-pcm";

const SHIFT = /(\bpitch\s*=\s*["'])([+-]\d{1,4}(?:\.\d{1,4})?)Hz(["'])/gi;
const USUAL_HZ = 200;

/**
 * The codec and the bit rate count; the sample rate is always that of the voice.
 * @type {[RegExp, Format][]}
 */
const FORMATS = [
  [/^riff-\d+khz-16bit-mono-pcm$/, "wav"],
  [/^raw-\d+khz-16bit-mono-pcm$/, "pcm"],
  [/^audio-\d+khz-(\d+)kbitrate-mono-mp3$/, "mp3"],
  [/^ogg-\d+khz-16bit-mono-opus$/, "opus"],
];

/**
 * @param {Request} request
 * @param {number} limit Bytes of the body.
 * @returns {Promise<import("./fields.js").Wanted & {kbps?: number}>}
 */
export async function wantedByAzure(request, limit) {
  const name = request.headers.get(FORMAT_HEADER) ?? DEFAULT_FORMAT;
  const found = FORMATS.map(([pattern, format]) => ({ format, match: pattern.exec(name) })).find(({ match }) => match);
  if (!found) throw unknownFormat();
  const kbps = found.match?.[1] === undefined ? undefined : Number(found.match[1]);
  const text = await readText(request, limit, ["application/ssml+xml", "text/xml", "application/xml"]);
  return { text: inPercent(text), format: found.format, markup: true, stream: true, ...(kbps && { kbps }) };
}

/**
 * Shifts of the pitch in Hz, which edge-tts writes and the engine does not know, as shares of a voice's usual pitch.
 * @param {string} ssml
 */
function inPercent(ssml) {
  return ssml.replace(SHIFT, (_, name, hertz, quote) => {
    const percent = Math.round((100 * Number(hertz)) / USUAL_HZ);
    return `${name}${percent < 0 ? "" : "+"}${percent}%${quote}`;
  });
}

/** The header's value is not quoted: it is the client's. */
function unknownFormat() {
  const known = FORMATS.map(([, format]) => format).join(", ");
  return new Refusal(400, "option-invalid", `${FORMAT_HEADER} is none of the mono formats here (${known})`, {
    context: { field: FORMAT_HEADER },
  });
}

/** @param {readonly VoiceInfo[]} voices */
export function azureVoices(voices) {
  return jsonResponse(voices.flatMap((voice) => speakersOf(voice).map((speaker) => described(voice, speaker))));
}

/** @param {VoiceInfo} voice */
function speakersOf({ id, speakers = [] }) {
  return speakers.length > 0 ? speakers : [{ name: id, sex: "female" }];
}

/**
 * @param {VoiceInfo} voice
 * @param {{name: string, sex: string}} speaker
 */
function described({ name, language, sampling_rate, emotions }, speaker) {
  return {
    Name: `hanvox (${language}, ${speaker.name})`,
    DisplayName: name,
    ShortName: speaker.name,
    Gender: speaker.sex === "male" ? "Male" : "Female",
    Locale: language,
    StyleList: emotions,
    SampleRateHertz: String(sampling_rate),
    VoiceType: "Neural",
    Status: "GA",
  };
}
