/**
 * The seam to the Rust engine: the wasm-bindgen classes as plain calls that give objects, with every
 * failure a HanvoxError. Tests put a fake with the same shape in its place.
 */
import { HanvoxError } from "./errors.js";

/** @typedef {import("./protocol.js").Chunk} Chunk */
/** @typedef {import("./protocol.js").AudioWindow} AudioWindow */

/**
 * @typedef {object} EngineSpeech One text on its way to sound.
 * @property {Chunk[]} chunks
 * @property {() => AudioWindow | undefined} next Computes the next window; undefined after the last.
 * @property {() => import("./protocol.js").Stats} stats
 * @property {() => void} close Gives its memory back.
 */

/**
 * @typedef {object} Engine
 * @property {(line: string) => string} normalize
 * @property {(line: string) => import("./protocol.js").PinyinToken[]} pinyin
 * @property {(line: string) => import("./protocol.js").Explanation} explain
 * @property {(reading: import("./protocol.js").Reading) => void} setReading
 * @property {(voice: import("./manifest.js").Voice) => void} loadVoice
 * @property {(text: string, options: import("./protocol.js").SpeechOptions) => EngineSpeech} open
 * @property {(samples: Float32Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} pcm16
 * @property {(sampleRate: number, samples: number) => Uint8Array<ArrayBuffer>} wavHeader
 * @property {() => number} memoryBytes The wasm memory; it never shrinks, so this is its peak.
 */

/**
 * What is used of the module that wasm-bindgen makes of src/wasm.rs. Spelled out here so that the
 * package's types don't ask newer language features of their users than the package does.
 * @typedef {object} Bindings
 * @property {(from: {module_or_path: Uint8Array<ArrayBuffer> | string}) => Promise<unknown>} default
 * @property {new (lexicon: Uint8Array) => RawEngine} Engine
 * @property {(samples: Float32Array) => Uint8Array} pcm16
 * @property {(sampleRate: number, samples?: number) => Uint8Array} wav_header
 */

/**
 * @typedef {object} RawEngine
 * @property {(text: string) => string} normalize
 * @property {(text: string) => string} pinyin JSON
 * @property {(text: string) => string} explain JSON
 * @property {(manner: string) => void} set_manner JSON
 * @property {(text: string) => void} set_dictionary
 * @property {(manifest: string, files: Map<string, Uint8Array>) => void} load_voice Empties the map.
 * @property {(text: string, options: string) => RawSynthesis} synthesize
 * @property {() => number} memory_bytes
 */

/**
 * @typedef {object} RawSynthesis
 * @property {() => string} chunks JSON
 * @property {() => RawWindow | undefined} next
 * @property {() => string} stats JSON
 * @property {() => void} free
 */

/** @typedef {{chunk: number, first: boolean, last: boolean, samples: Float32Array, free: () => void}} RawWindow */

/**
 * @param {object} parts
 * @param {Bindings} parts.bindings Not yet initialised, and never shared by two engines.
 * @param {Uint8Array<ArrayBuffer> | string} parts.wasm Bytes, or the address to fetch.
 * @param {Uint8Array<ArrayBuffer>} parts.lexicon
 * @returns {Promise<Engine>}
 */
export async function createEngine({ bindings, wasm, lexicon }) {
  await initialise(bindings, wasm);
  const engine = guard("Engine.new", () => new bindings.Engine(lexicon));
  return {
    normalize: (line) => guard("Engine.normalize", () => engine.normalize(wellFormed(line))),
    pinyin: (line) => guard("Engine.pinyin", () => JSON.parse(engine.pinyin(wellFormed(line)))),
    explain: (line) => guard("Engine.explain", () => JSON.parse(engine.explain(wellFormed(line)))),
    setReading({ dictionary = "", ...manner }) {
      guard("Engine.set_dictionary", () => engine.set_dictionary(wellFormed(dictionary)));
      guard("Engine.set_manner", () => engine.set_manner(JSON.stringify(manner)));
    },
    loadVoice: ({ text, files }) => guard("Engine.load_voice", () => engine.load_voice(text, files)),
    open: (text, options) => openSpeech(engine, text, options),
    pcm16: (samples) =>
      guard("pcm16", () => /** @type {Uint8Array<ArrayBuffer>} */ (bindings.pcm16(samples))),
    wavHeader: (sampleRate, samples) =>
      guard(
        "wav_header",
        () => /** @type {Uint8Array<ArrayBuffer>} */ (bindings.wav_header(sampleRate, samples)),
      ),
    memoryBytes: () => guard("Engine.memory_bytes", () => engine.memory_bytes()),
  };
}

/**
 * @param {Bindings} bindings
 * @param {Uint8Array<ArrayBuffer> | string} wasm
 */
async function initialise(bindings, wasm) {
  try {
    await bindings.default({ module_or_path: wasm });
  } catch (cause) {
    const context = typeof wasm === "string" ? { url: wasm } : {};
    throw new HanvoxError("network", "the engine could not be fetched or compiled", { context, cause });
  }
}

/**
 * @param {RawEngine} engine
 * @param {string} text
 * @param {import("./protocol.js").SpeechOptions} options
 * @returns {EngineSpeech}
 */
function openSpeech(engine, text, options) {
  const synthesis = guard("Engine.synthesize", () =>
    engine.synthesize(wellFormed(text), JSON.stringify(options)),
  );
  return {
    chunks: guard("Synthesis.chunks", () => JSON.parse(synthesis.chunks())),
    next: () => guard("Synthesis.next", () => plainWindow(synthesis.next())),
    stats: () => guard("Synthesis.stats", () => JSON.parse(synthesis.stats())),
    close: () => synthesis.free(),
  };
}

/**
 * @param {RawWindow | undefined} window
 * @returns {AudioWindow | undefined}
 */
function plainWindow(window) {
  if (!window) return undefined;
  const { chunk, first, last } = window;
  const samples = /** @type {Float32Array<ArrayBuffer>} */ (window.samples);
  window.free();
  return { chunk, first, last, samples };
}

/**
 * Lone surrogates can't cross into UTF-8; each becomes U+FFFD, which keeps the offsets.
 * @param {string} text
 */
function wellFormed(text) {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/**
 * Runs one call into the wasm. A panic prints its message to console.error just before it traps: the
 * message is taken from there into the error, which is then logged once by its handler.
 * @template T
 * @param {string} name Of the function in src/wasm.rs; Rust knows the file and the line of an error only.
 * @param {() => T} call
 * @returns {T}
 */
function guard(name, call) {
  const print = console.error;
  /** @type {string[]} */
  const printed = [];
  console.error = (...values) => printed.push(values.join(" "));
  try {
    return call();
  } catch (thrown) {
    const panic = printed.pop();
    const error = panic === undefined ? HanvoxError.from(thrown) : crashed(panic, thrown);
    error.funcName ??= name;
    throw error;
  } finally {
    console.error = print;
    for (const line of printed) print(line);
  }
}

/**
 * @param {string} panic "panicked at src/file.rs:1:2:\nmessage\n\nStack:..."
 * @param {unknown} cause
 */
function crashed(panic, cause) {
  const [head, ...rest] = panic.split("\n\nStack:")[0].split("\n");
  const [, module, lineno] = /([^\s/]+\.rs):(\d+)/.exec(head) ?? [];
  const place = { module, funcName: undefined, lineno: lineno === undefined ? undefined : Number(lineno) };
  return new HanvoxError("engine-crashed", `the engine panicked: ${rest.join(" ").trim() || head}`, {
    cause,
    place,
  });
}
