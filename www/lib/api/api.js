/**
 * The API: one function from `Request` to `Response`, for any host that has both. A page hosts it for its
 * service worker (serve-fetches.js), the command line for the network (bin/serve.js). See docs/http.md.
 */
import { openEncoder } from "../encode/encoder.js";
import { HanvoxError } from "../shared/errors.js";
import { azureVoices, wantedByAzure } from "./azure.js";
import { queryFields, readForm, readJson } from "./body.js";
import { Exchange } from "./exchange.js";
import { wanted } from "./fields.js";
import { eventsOfSound, modelsResponse, voicesResponse, wantedByOpenai } from "./openai.js";
import { Refusal, jsonResponse, textResponse } from "./refusal.js";
import { ROUTES } from "./routes.js";
import { streamedSound, wholeSound } from "./sound.js";

/** @typedef {import("../shared/protocol.js").VoiceInfo} VoiceInfo */

/**
 * @typedef {object} Tts The part of `Hanvox` that the API needs.
 * @property {VoiceInfo} voice
 * @property {"loading" | "ready" | "broken"} [state]
 * @property {(text: string, options: import("../hanvox.js").GenerateOptions & {pcm: boolean, request: string}) => Promise<import("./sound.js").ApiSpeech>} open
 */

/**
 * @typedef {object} Voices More than one.
 * @property {() => Promise<VoiceInfo[]>} list The default one first.
 * @property {(id: string) => Promise<Tts>} find Loads the voice if it has to; fails with `unknown-voice`.
 */

/**
 * @typedef {object} ApiLimits
 * @property {number} body Maximum bytes of a request's body.
 * @property {number} text Maximum UTF-16 units of a text.
 * @property {number} whole Maximum UTF-16 units of a text whose audio is sent in one piece.
 */

/**
 * @typedef {object} ApiOptions
 * @property {Tts | Promise<Tts>} tts Until a promise resolves, speech requests are answered with `loading`.
 * @property {import("./exchange.js").ApiDiagnostics} diagnostics
 * @property {Voices} [voices] Default: the one of `tts`.
 * @property {(format: import("../encode/formats.js").Format, options: import("../encode/encoder.js").EncoderOptions) =>
 *   Promise<import("../encode/formats.js").SoundEncoder>} [openEncoder] Default: that of `hanvox/encode`.
 * @property {Partial<ApiLimits>} [limits]
 * @property {string} [base] Path prefix of the routes; begins and ends with a slash.
 * @property {AbortSignal} [closing] Once aborted, no new speech is started.
 */

/**
 * @typedef {object} Call
 * @property {Request} request
 * @property {Exchange} exchange
 */

/** @typedef {import("./fields.js").Wanted & {kbps?: number, events?: boolean}} Order */

/** @type {ApiLimits} */
export const API_LIMITS = {
  body: 1024 * 1024,
  text: 100_000,
  // About half an hour of speech: 100 MB held in memory.
  whole: 10_000,
};

/**
 * @param {ApiOptions} options
 * @returns {(request: Request) => Promise<Response>} Never rejects.
 */
export function createApi(options) {
  const api = new Api(options);
  return (request) => api.answer(request);
}

class Api {
  #diagnostics;
  #limits;
  #base;
  #closing;
  #voices;
  #openEncoder;
  /** @type {Tts | undefined} */ #tts;
  /** Why there is no engine. @type {HanvoxError | undefined} */ #fault;

  /** @param {ApiOptions} options */
  constructor({ tts, diagnostics, voices, limits, base = "/", closing, openEncoder: open = openEncoder }) {
    this.#diagnostics = diagnostics;
    this.#limits = { ...API_LIMITS, ...limits };
    this.#base = base;
    this.#closing = closing;
    this.#voices = voices;
    this.#openEncoder = open;
    if (!(tts instanceof Promise)) this.#tts = tts;
    else
      tts.then(
        (tts) => (this.#tts = tts),
        (thrown) => (this.#fault = HanvoxError.from(thrown)),
      );
  }

  /** @param {Request} request */
  async answer(request) {
    const { pathname } = new URL(request.url);
    const route = this.#route(pathname);
    const exchange = new Exchange(this.#diagnostics, route ?? "other");
    const response = exchange.answered(await this.#response(route, { request, exchange }));
    if (!isStream(response)) exchange.ended();
    if (request.method !== "HEAD") return response;
    return new Response(null, { status: response.status, headers: response.headers });
  }

  /**
   * @param {string} pathname
   * @returns {string | undefined}
   */
  #route(pathname) {
    if (!pathname.startsWith(this.#base)) return undefined;
    const name = pathname.slice(this.#base.length);
    return Object.hasOwn(ROUTES, name) ? name : undefined;
  }

  /**
   * @param {string | undefined} route
   * @param {Call} call
   */
  async #response(route, call) {
    try {
      if (route === undefined) throw notFound();
      const methods = ROUTES[route];
      if (!methods.includes(call.request.method)) throw wrongMethod(route, methods);
      return await this.#handlers[route](call);
    } catch (thrown) {
      return call.exchange.failed(thrown);
    }
  }

  /** @type {Record<string, (call: Call) => Response | Promise<Response>>} */
  #handlers = {
    "tts": async (call) => this.#speech(call, await this.#asked(call.request)),
    "synthesize": async (call) => {
      const body = await readForm(call.request, this.#limits.body);
      return this.#speech(call, wanted(body, queryFields(call.request.url)));
    },
    "v1/audio/speech": async (call) => {
      const { fields } = await readJson(call.request, this.#limits.body);
      return this.#speech(call, wantedByOpenai(fields, await this.#listed()));
    },
    "v1/audio/voices": async () => voicesResponse(await this.#listed()),
    "v1/models": async () => modelsResponse(await this.#listed()),
    "cognitiveservices/v1": async (call) => this.#speech(call, await wantedByAzure(call.request, this.#limits.body)),
    "cognitiveservices/voices/list": async () => azureVoices(await this.#listed()),
    "metrics": async () =>
      textResponse(await this.#diagnostics.metrics.text(), "text/plain; version=0.0.4; charset=utf-8"),
    "healthz": () => this.#health(),
    "voices": async () => jsonResponse({ voices: await this.#listed() }),
  };

  /**
   * What a request to `tts` asks for, in its body or, with GET, in its address.
   * @param {Request} request
   */
  async #asked(request) {
    const query = queryFields(request.url);
    if (request.method === "GET") return wanted({ fields: query, form: true });
    return wanted(await readJson(request, this.#limits.body), query);
  }

  /** The voices here, the default one first. */
  async #listed() {
    if (!this.#tts) return [];
    return this.#voices ? this.#voices.list() : [this.#tts.voice];
  }

  #health() {
    const status = this.#status();
    const voice = this.#tts?.voice.id ?? null;
    const code = this.#fault?.code;
    if (status === "ok") return jsonResponse({ status, voice });
    return jsonResponse({ status, voice, code }, { status: 503, headers: { "Retry-After": "2" } });
  }

  /** @returns {"ok" | "loading" | "degraded" | "stopping"} */
  #status() {
    if (this.#closing?.aborted) return "stopping";
    if (this.#fault || this.#tts?.state === "broken") return "degraded";
    return this.#tts && this.#tts.state !== "loading" ? "ok" : "loading";
  }

  /**
   * @param {Call} call
   * @param {Order} order
   */
  async #speech({ request, exchange }, { text, voice, format = "wav", kbps, stream = false, events, ...options }) {
    this.#checkText(text, stream);
    const tts = await this.#engine(voice);
    checkEmotion(tts, options.emotion);
    const gone = follow(request.signal);
    const how = { ...options, pcm: true, request: exchange.request };
    const speech = await tts.open(text, { ...how, signal: gone.signal });
    const encoder = await this.#encoder(speech, format, { kbps, seekable: !stream });
    if (!stream) return wholeSound(speech, encoder, format);
    const wrapping = events ? eventsOfSound() : undefined;
    const oncancel = (/** @type {unknown} */ reason) => gone.abort(reason);
    return streamedSound(speech, encoder, format, { oncancel, onend: () => exchange.ended(), wrapping });
  }

  /**
   * @param {import("./sound.js").ApiSpeech} speech
   * @param {import("../encode/formats.js").Format} format
   * @param {{kbps?: number, seekable: boolean}} how
   */
  async #encoder(speech, format, how) {
    try {
      return await this.#openEncoder(format, { ...how, sampleRate: speech.samplingRate });
    } catch (thrown) {
      speech.close();
      throw thrown;
    }
  }

  /**
   * @param {string} text
   * @param {boolean} stream
   */
  #checkText(text, stream) {
    const { text: most, whole } = this.#limits;
    if (/\p{Surrogate}/u.test(text)) throw new HanvoxError("encoding-invalid", "the text has half of a surrogate pair");
    if (text.length > most) throw tooLong(text, most, "");
    if (!stream && text.length > whole) throw tooLong(text, whole, `; with "stream": true it may have ${most}`);
  }

  /**
   * @param {string} [voice]
   * @returns {Promise<Tts>}
   */
  async #engine(voice) {
    if (this.#closing?.aborted) throw new HanvoxError("loading", "the server is stopping");
    if (this.#fault) throw this.#fault;
    if (!this.#tts) throw new HanvoxError("loading", "the engine is not ready yet");
    if (voice === undefined || voice === this.#tts.voice.id) return this.#tts;
    if (this.#voices) return this.#voices.find(voice);
    throw new HanvoxError("unknown-voice", `there is no voice "${voice}" here`, { context: { voice } });
  }
}

/** @param {Response} response */
function isStream(response) {
  return response.ok && !response.headers.has("Content-Length");
}

function notFound() {
  const routes = Object.keys(ROUTES).join(", ");
  return new Refusal(404, "request-invalid", `there is nothing at this address; the API has ${routes}`);
}

/**
 * @param {string} route
 * @param {string[]} methods
 */
function wrongMethod(route, methods) {
  const allowed = methods.join(", ");
  return new Refusal(405, "request-invalid", `${route} takes ${allowed} only`, {
    headers: { Allow: allowed },
  });
}

/**
 * @param {string} text
 * @param {number} limit
 * @param {string} hint
 */
function tooLong(text, limit, hint) {
  const message = `the text has ${text.length} UTF-16 units, and may have ${limit}${hint}`;
  return new HanvoxError("text-too-long", message, { context: { length: text.length, limit } });
}

/**
 * @param {Tts} tts
 * @param {string} [emotion]
 */
function checkEmotion({ voice: { id, emotions } }, emotion) {
  if (emotion === undefined || emotions.includes(emotion)) return;
  const message = `the voice ${id} has no emotion "${emotion}"; it has ${emotions.join(", ") || "none"}`;
  throw new HanvoxError("unknown-emotion", message, { context: { voice: id, emotion, emotions } });
}

/**
 * A controller that aborts with the signal, and can also be aborted on its own.
 * @param {AbortSignal} signal
 */
function follow(signal) {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  return controller;
}
