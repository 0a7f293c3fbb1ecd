/** One text on its way to sound: an async iterable of windows that gives the engine's memory back at its end. */
import { HanvoxError } from "./errors.js";

/** @typedef {import("./protocol.js").AudioWindow} AudioWindow */
/** @typedef {import("./protocol.js").SpeechEnd} SpeechEnd */

export class Speech {
  #client;
  #number;
  #signal;
  /** @type {SpeechEnd | undefined} */ #end;

  /**
   * @param {import("./client.js").Client} client
   * @param {number} number
   * @param {import("./protocol.js").Opened} opened
   * @param {AbortSignal} [signal]
   */
  constructor(client, number, { chunks, sampling_rate }, signal) {
    this.#client = client;
    this.#number = number;
    this.#signal = signal;
    this.chunks = chunks;
    this.sampling_rate = sampling_rate;
  }

  /**
   * @param {import("./client.js").Client} client
   * @param {string} text
   * @param {{options: import("./protocol.js").SpeechOptions, signal?: AbortSignal, pcm: boolean}} how
   */
  static async open(client, text, { options, signal, pcm }) {
    const number = client.nextSpeech();
    try {
      const opened = await client.call({ type: "open", speech: number, text, options, pcm }, { signal });
      return new Speech(client, number, /** @type {import("./protocol.js").Opened} */ (opened), signal);
    } catch (error) {
      // Canceled while it was opening: the engine may hold it all the same.
      if (HanvoxError.from(error).code === "canceled") client.closeSpeech(number);
      throw error;
    }
  }

  /**
   * @returns {AsyncGenerator<AudioWindow, void, void>}
   */
  async *[Symbol.asyncIterator]() {
    try {
      for (;;) {
        const answer = await this.#client.call(
          { type: "next", speech: this.#number },
          { signal: this.#signal },
        );
        const window = /** @type {AudioWindow | SpeechEnd} */ (answer);
        if ("done" in window) {
          this.#end = window;
          return;
        }
        yield window;
      }
    } finally {
      this.#client.closeSpeech(this.#number);
    }
  }

  /** Known only after the last window. */
  get end() {
    if (!this.#end) throw new HanvoxError("busy", "the speech is not at its end yet");
    return this.#end;
  }
}
