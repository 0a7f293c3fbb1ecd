/** A `Hanvox` of arithmetic, for what is built on it, and diagnostics that keep what they are told. */
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { fakeEngine } from "./fake-engine.js";

const RATE = 24_000;

/**
 * Texts fail where `炸` is to be spoken, at once with a code in angle brackets (`<busy>`), and with `慢` they have no end.
 */
export class FakeTts {
  /** @type {import("../../../www/lib/shared/protocol.js").VoiceInfo} */
  voice = {
    ...{ id: "tiny", name: "Tiny", version: "1", language: "zh-CN", licence: "MIT", sampling_rate: RATE },
    ...{ emotions: ["neutral", "happy"], emotion_kind: "trained" },
    speakers: [
      { name: "mei", sex: "female" },
      { name: "long", sex: "male" },
    ],
  };
  /** @type {"loading" | "ready" | "broken"} */ state = "ready";
  /** Options of what was opened. @type {any[]} */ opened = [];
  /** Windows asked for. */ taken = 0;
  canceled = 0;
  #engine = fakeEngine({ onnext: explode });

  get openSpeeches() {
    return this.#engine.open_speeches;
  }

  /** @param {string} text @param {any} options @returns {Promise<any>} */
  async open(text, { signal, request, ...options }) {
    this.opened.push({ text, ...options });
    const code = /^<([\w-]+)>$/.exec(text)?.[1];
    if (code) throw new HanvoxError(/** @type {any} */ (code), "as it was asked for", { context: { request } });
    if (!(options.speed === undefined || (options.speed >= 0.5 && options.speed <= 3)))
      throw new HanvoxError("option-invalid", "speed is out of range");
    if (!(options.intensity === undefined || (options.intensity >= 0 && options.intensity <= 1)))
      throw new HanvoxError("option-invalid", "intensity is out of range");
    const speech = this.#engine.open(text, options);
    return Object.assign(this.#windows(text, speech, signal), {
      samplingRate: RATE,
      close: () => speech.close(),
    });
  }

  /**
   * @param {string} text
   * @param {import("../../../www/lib/engine/engine.js").EngineSpeech} speech
   * @param {AbortSignal} signal
   */
  async *#windows(text, speech, signal) {
    try {
      for (let window = speech.next(); window; window = text.includes("慢") ? window : speech.next()) {
        this.taken += 1;
        yield { ...window, pcm: this.#engine.pcm16(window.samples) };
        if (text.includes("慢")) await this.#pause(signal);
      }
    } finally {
      speech.close();
    }
  }

  /** @param {AbortSignal} signal */
  async #pause(signal) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (!signal.aborted) return;
    this.canceled += 1;
    throw new HanvoxError("canceled", "the request was canceled");
  }
}

/** @param {string} chunk */
function explode(chunk) {
  if (chunk.includes("炸")) throw new HanvoxError("engine-crashed", "the engine panicked");
}

export class FakeDiagnostics {
  /** Codes, one for each error object. @type {string[]} */ handled = [];
  /** @type {any[]} */ counted = [];
  /** @type {any[]} */ timed = [];
  #seen = new WeakSet();

  log = { write: () => undefined };

  metrics = {
    add: (/** @type {string} */ name, /** @type {any} */ labels) => this.counted.push({ name, ...labels }),
    observe: (/** @type {string} */ name, /** @type {any} */ labels) => this.timed.push({ name, ...labels }),
    text: async () => "hanvox_requests_total 1\n",
  };

  /** @param {unknown} thrown */
  handle(thrown) {
    const error = HanvoxError.from(thrown);
    if (!this.#seen.has(error)) this.handled.push(error.code);
    this.#seen.add(error);
    return error;
  }
}
