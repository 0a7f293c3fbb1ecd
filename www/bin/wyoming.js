/**
 * The Wyoming protocol of Home Assistant on a port: events of a line of JSON, with more JSON and bytes behind it.
 * Speaks a text as a whole (`synthesize`), or as it is written (`synthesize-start`, `-chunk`, `-stop`).
 */
import { createServer } from "node:net";
import { voiceOf } from "../lib/api/openai.js";
import { HanvoxError } from "../lib/shared/errors.js";
import { sentencesOf } from "../lib/shared/text-stream.js";
import { EventReader, eventBytes } from "./wyoming-events.js";

/** @typedef {import("node:net").Socket} Socket */
/** @typedef {import("../lib/api/api.js").Tts} Tts */
/** @typedef {import("../lib/shared/protocol.js").VoiceInfo} VoiceInfo */
/** @typedef {import("./wyoming-events.js").WyomingEvent} WyomingEvent */

/**
 * @typedef {object} Voices
 * @property {() => Promise<VoiceInfo[]>} list The default one first.
 * @property {(id?: string) => Promise<Tts>} find
 */

/**
 * @typedef {object} WyomingOptions
 * @property {Voices} voices
 * @property {(thrown: unknown) => HanvoxError} handle Logs and counts an error.
 * @property {string} version Of hanvox.
 */

const MOST_CONNECTIONS = 200;
const MOST_CHARACTERS = 100_000;
// A client that sends nothing and takes nothing for so long is gone.
const IDLE_MS = 5 * 60_000;
const CHANNELS = 1;
const WIDTH = 2;

export class WyomingHost {
  #options;
  #server;
  /** @type {Set<Connection>} */ #connections = new Set();

  /** @param {WyomingOptions} options */
  constructor(options) {
    this.#options = options;
    this.#server = createServer((socket) => this.#take(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /**
   * @param {number} port 0 for any free one.
   * @param {string} host
   * @returns {Promise<import("node:net").AddressInfo>}
   */
  listen(port, host) {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause) => {
        const context = { host, port };
        reject(new HanvoxError("option-invalid", `${host}:${port} can't be listened on`, { context, cause }));
      });
      this.#server.listen(port, host, () => resolve(/** @type {any} */ (this.#server.address())));
    });
  }

  /**
   * Lets speeches end, up to the deadline.
   * @param {number} deadline_ms
   * @returns {Promise<number>} How many connections were cut off in a speech.
   */
  async close(deadline_ms) {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const connection of this.#connections) connection.leave();
    const timer = setTimeout(() => this.#connections.forEach((connection) => connection.cut()), deadline_ms);
    const open = [...this.#connections];
    await closed;
    clearTimeout(timer);
    return open.filter((connection) => connection.wasCut).length;
  }

  /** @param {Socket} socket */
  #take(socket) {
    const connection = new Connection(socket, this.#options);
    this.#connections.add(connection);
    socket.on("close", () => this.#connections.delete(connection));
    connection.run();
  }
}

class Connection {
  #socket;
  #options;
  #gone = new AbortController();
  /** The text that is being written. @type {{text: Pieces, spoken: Promise<void>} | undefined} */ #written;
  #speaking = false;
  #leaving = false;
  wasCut = false;

  /**
   * @param {Socket} socket
   * @param {WyomingOptions} options
   */
  constructor(socket, options) {
    this.#socket = socket;
    this.#options = options;
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    // What matters of an error is that the connection closes.
    socket.on("error", () => {});
    socket.on("close", () => this.#gone.abort(new HanvoxError("canceled", "the client went away")));
  }

  async run() {
    try {
      for await (const event of new EventReader(this.#socket)) {
        this.#speaking = true;
        await this.#take(event);
        this.#speaking = false;
        if (this.#leaving) break;
      }
    } catch (thrown) {
      await this.#refuse(thrown);
    }
    this.#written?.text.end();
    this.#socket.end();
  }

  /** Ends as soon as nothing is being spoken. */
  leave() {
    this.#leaving = true;
    if (!this.#speaking) this.#socket.end();
  }

  cut() {
    this.wasCut = this.#speaking;
    this.#socket.destroy();
  }

  /** @param {WyomingEvent} event */
  async #take({ type, data }) {
    if (type === "describe") return this.#send("info", await this.#info());
    if (type === "ping") return this.#send("pong", data);
    if (type === "synthesize-start") return this.#beginWritten(data.voice);
    if (type === "synthesize-chunk") return this.#written?.text.push(textOf(data));
    if (type === "synthesize-stop") return this.#endWritten();
    // Sent after the chunks, too, for servers that know no chunks.
    if (type !== "synthesize" || this.#written) return undefined;
    const { text, voice } = { text: textOf(data), voice: data.voice };
    await this.#speak(text, voice, new Sound());
    return this.#send("audio-stop");
  }

  /** @param {unknown} voice */
  #beginWritten(voice) {
    this.#written?.text.end();
    const text = new Pieces();
    const spoken = this.#speakWritten(text, voice);
    // Awaited when the text ends, which may be later.
    spoken.catch(() => {});
    this.#written = { text, spoken };
  }

  /**
   * Speaks a text while it is still being written.
   * @param {Pieces} text
   * @param {unknown} voice
   */
  async #speakWritten(text, voice) {
    const sound = new Sound();
    for await (const sentence of sentencesOf(text)) await this.#speak(sentence.text, voice, sound);
    if (sound.begun) await this.#send("audio-stop");
    await this.#send("synthesize-stopped");
  }

  async #endWritten() {
    const written = this.#written;
    written?.text.end();
    await written?.spoken;
    this.#written = undefined;
  }

  /**
   * @param {string} text
   * @param {unknown} voice As the client names it: `{name, speaker}`.
   * @param {Sound} sound
   */
  async #speak(text, voice, sound) {
    if (text.length > MOST_CHARACTERS) throw tooLong();
    const { voices } = this.#options;
    const { voice: id, speaker } = named(voice, await voices.list());
    const tts = await voices.find(id);
    const speech = await tts.open(text, {
      speaker,
      pcm: true,
      request: crypto.randomUUID(),
      signal: this.#gone.signal,
    });
    const format = { rate: speech.samplingRate, width: WIDTH, channels: CHANNELS };
    if (!sound.begun) await this.#send("audio-start", format);
    sound.begun = true;
    for await (const { pcm } of speech) await this.#send("audio-chunk", format, pcm);
  }

  /** @param {unknown} thrown */
  async #refuse(thrown) {
    const { code, message } = this.#options.handle(thrown);
    await this.#send("error", { text: message, code }).catch(() => {});
  }

  /**
   * @param {string} type
   * @param {object} [data]
   * @param {Uint8Array} [payload]
   * @returns {Promise<void>}
   */
  async #send(type, data, payload) {
    if (this.#socket.destroyed) throw this.#gone.signal.reason;
    if (this.#socket.write(eventBytes(type, data, payload))) return;
    await new Promise((resolve) => this.#socket.once("drain", resolve).once("close", resolve));
  }

  async #info() {
    const { voices, version } = this.#options;
    const attribution = { name: "hanvox", url: "" };
    const about = { attribution, installed: true };
    const described = (await voices.list()).map(({ id, name, version, language, speakers = [] }) => ({
      ...about,
      ...{ name: id, description: name, version, languages: [language] },
      speakers: speakers.length > 0 ? speakers.map(({ name }) => ({ name })) : null,
    }));
    const program = { ...about, name: "hanvox", description: "Mandarin speech", version, voices: described };
    return { tts: [{ ...program, supports_synthesize_streaming: true }] };
  }
}

/** What one answer has sent so far. */
class Sound {
  begun = false;
}

/** A text that arrives in pieces. */
class Pieces {
  /** @type {string[]} */ #pieces = [];
  #length = 0;
  #ended = false;
  #wake = () => {};

  /** @param {string} text */
  push(text) {
    this.#length += text.length;
    if (this.#length > MOST_CHARACTERS) throw tooLong();
    this.#pieces.push(text);
    this.#wake();
  }

  end() {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) yield piece;
      else if (this.#ended) return;
      else await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }
}

function tooLong() {
  return new HanvoxError("text-too-long", `the text has more than ${MOST_CHARACTERS} UTF-16 units`);
}

/**
 * @param {unknown} voice
 * @param {VoiceInfo[]} voices
 * @returns {{voice?: string, speaker?: string}}
 */
function named(voice, voices) {
  const { name, speaker } = /** @type {{name?: unknown, speaker?: unknown}} */ (voice ?? {});
  const found = voiceOf(name ?? undefined, voices);
  return typeof speaker === "string" ? { ...found, speaker } : found;
}

/** @param {Record<string, unknown>} data */
function textOf({ text }) {
  if (typeof text === "string") return text;
  throw new HanvoxError("request-invalid", "the event has no text");
}
