/**
 * The seam to the Rust engine: the wasm-bindgen classes as plain calls that give objects, with every
 * failure a HanvoxError. Tests put a fake with the same shape in its place.
 */
import { guarded } from "./guard.js";
import { HanvoxError } from "../shared/errors.js";

const MIB = 1024 * 1024;

/** A voice and a long text take a quarter of it; a page with twice as much is in danger on a phone. */
export const MEMORY_LIMIT = 1024 * MIB;

// What the module asks for at the start: its static data and its stack are below 2 MiB.
const INITIAL_MEMORY = 4 * MIB;

const PAGE = 64 * 1024;

/** @typedef {import("../shared/protocol.js").Chunk} Chunk */
/** @typedef {import("../shared/protocol.js").AudioWindow} AudioWindow */

/**
 * @typedef {object} EngineSpeech One text on its way to sound.
 * @property {Chunk[]} chunks
 * @property {() => AudioWindow | undefined} next Computes the next window; undefined after the last.
 * @property {(chunk: number) => void} resume Goes to the beginning of a chunk; `chunks.length` is the end.
 * @property {(characters: number) => void} limit From now on runs a chunk in parts of at most so many
 *   characters.
 * @property {() => import("../shared/protocol.js").Stats} stats
 * @property {() => void} close Gives its memory back.
 */

/**
 * @typedef {object} Engine
 * @property {(line: string) => string} normalize
 * @property {(line: string) => import("../shared/protocol.js").PinyinToken[]} pinyin
 * @property {(line: string) => import("../shared/protocol.js").Explanation} explain
 * @property {(reading: import("../shared/protocol.js").Reading) => void} setReading
 * @property {(voice: import("../store/manifest.js").Voice) => void} loadVoice
 * @property {() => {kind: import("../shared/protocol.js").EmotionKind, names: string[]}} emotions Of the loaded voice.
 * @property {(text: string, options: import("../shared/protocol.js").SpeechOptions) => string} symbols What the voice is
 *   given for a text: a line of symbols for each chunk.
 * @property {(text: string, options: import("../shared/protocol.js").SpeechOptions, request?: string) =>
 *   EngineSpeech} open `request` names it in the log.
 * @property {(lines: string, options: import("../shared/protocol.js").SpeechOptions, request?: string) =>
 *   EngineSpeech} openSymbols Speaks lines such as `symbols` gives.
 * @property {(level: LogLevel, sink: (record: EngineRecord) => void) => void} setLog Hands over what the
 *   engine does from now on; the sink must not call the engine.
 * @property {(level: LogLevel) => void} setLogLevel Default: off.
 * @property {(samples: Float32Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} pcm16
 * @property {(sampleRate: number, samples?: number) => Uint8Array<ArrayBuffer>} wavHeader Of open length without it.
 * @property {() => number} memoryBytes The wasm memory; it never shrinks, so this is its peak.
 */

/** @typedef {"off" | "error" | "warning" | "info" | "debug"} LogLevel */

/**
 * @typedef {object} EngineRecord What the engine did, with the fields of the spans around it; never text.
 * @property {string} timestamp
 * @property {Exclude<LogLevel, "off">} level
 * @property {string} message
 * @property {string} module File.
 * @property {string} funcName
 * @property {number} lineno
 * @property {string} [request]
 * @property {number} [chunk]
 * @property {string} [stage]
 * @property {number} [duration_ms] Spent inside, where a span was closed.
 */

/**
 * What is used of the module that wasm-bindgen makes of src/wasm.rs. Spelled out here so that the
 * package's types don't ask newer language features of their users than the package does.
 * @typedef {object} Bindings
 * @property {(from: {module_or_path: Wasm, memory: WebAssembly.Memory}) =>
 *   Promise<unknown>} default
 * @property {new (lexicon: Uint8Array) => RawEngine} Engine
 * @property {(level: string, sink: (json: string) => void) => void} set_log
 * @property {(level: string) => void} set_log_level
 * @property {(sink: (message: string, file: string, line: number) => void) => void} set_panic_sink
 * @property {(samples: Float32Array) => Uint8Array} pcm16
 * @property {(sampleRate: number, samples?: number) => Uint8Array} wav_header
 */

/** @typedef {Uint8Array<ArrayBuffer> | WebAssembly.Module} Wasm The engine's code as bytes, or compiled already. */

/**
 * @typedef {object} RawEngine
 * @property {(text: string) => string} normalize
 * @property {(text: string) => string} pinyin JSON
 * @property {(text: string) => string} explain JSON
 * @property {(manner: string) => void} set_manner JSON
 * @property {(text: string) => void} set_dictionary
 * @property {(manifest: string, files: Map<string, Uint8Array>) => void} load_voice Empties the map.
 * @property {() => string} emotions JSON
 * @property {(text: string, options: string) => string} symbols
 * @property {(text: string, options: string, request: string) => RawSynthesis} synthesize
 * @property {(lines: string, options: string, request: string) => RawSynthesis} synthesize_symbols
 */

/**
 * @typedef {object} RawSynthesis
 * @property {() => string} chunks JSON
 * @property {() => RawWindow | undefined} next
 * @property {(chunk: number) => void} resume
 * @property {(characters: number) => void} set_limit
 * @property {() => string} stats JSON
 * @property {() => void} free
 */

/** @typedef {{chunk: number, first: boolean, last: boolean, samples: Float32Array, free: () => void}} RawWindow */

/**
 * @param {object} parts
 * @param {Bindings} parts.bindings Not yet initialised, and never shared by two engines.
 * @param {Wasm} parts.wasm
 * @param {Uint8Array<ArrayBuffer>} parts.lexicon
 * @param {number} [parts.memoryLimit] Bytes that its memory can't grow beyond: `out-of-memory`.
 * @returns {Promise<Engine>}
 */
export async function createEngine({ bindings, wasm, lexicon, memoryLimit = MEMORY_LIMIT }) {
  const memory = boundedMemory(memoryLimit);
  const guard = guarded(memory, memoryLimit);
  await initialise(bindings, wasm, memory);
  bindings.set_panic_sink(guard.panicked);
  const engine = guard.run("Engine.new", () => new bindings.Engine(lexicon));
  return {
    normalize: (line) => guard.run("Engine.normalize", () => engine.normalize(wellFormed(line))),
    pinyin: (line) => guard.run("Engine.pinyin", () => JSON.parse(engine.pinyin(wellFormed(line)))),
    explain: (line) => guard.run("Engine.explain", () => JSON.parse(engine.explain(wellFormed(line)))),
    setReading({ dictionary = "", ...manner }) {
      guard.run("Engine.set_dictionary", () => engine.set_dictionary(wellFormed(dictionary)));
      guard.run("Engine.set_manner", () => engine.set_manner(JSON.stringify(manner)));
    },
    loadVoice: ({ text, files }) => guard.run("Engine.load_voice", () => engine.load_voice(text, files)),
    emotions: () => guard.run("Engine.emotions", () => JSON.parse(engine.emotions())),
    symbols: (text, options) =>
      guard.run("Engine.symbols", () => engine.symbols(wellFormed(text), JSON.stringify(options))),
    open: (text, options, request = "") =>
      openSpeech(guard, "Engine.synthesize", () =>
        engine.synthesize(wellFormed(text), JSON.stringify(options), request),
      ),
    openSymbols: (lines, options, request = "") =>
      openSpeech(guard, "Engine.synthesize_symbols", () =>
        engine.synthesize_symbols(wellFormed(lines), JSON.stringify(options), request),
      ),
    setLog: (level, sink) => guard.run("set_log", () => bindings.set_log(level, (json) => sink(stamped(json)))),
    setLogLevel: (level) => guard.run("set_log_level", () => bindings.set_log_level(level)),
    pcm16: (samples) => guard.run("pcm16", () => /** @type {Uint8Array<ArrayBuffer>} */ (bindings.pcm16(samples))),
    wavHeader: (sampleRate, samples) =>
      guard.run("wav_header", () => /** @type {Uint8Array<ArrayBuffer>} */ (bindings.wav_header(sampleRate, samples))),
    memoryBytes: () => memory.buffer.byteLength,
  };
}

/** @param {number} limit */
function boundedMemory(limit) {
  const pages = { initial: INITIAL_MEMORY / PAGE, maximum: Math.floor(limit / PAGE) };
  try {
    return new WebAssembly.Memory(pages);
  } catch (cause) {
    const context = { memory_limit: limit };
    throw new HanvoxError("out-of-memory", "the engine's memory could not be reserved", { context, cause });
  }
}

/**
 * @param {Bindings} bindings
 * @param {Wasm} wasm
 * @param {WebAssembly.Memory} memory
 */
async function initialise(bindings, wasm, memory) {
  try {
    await bindings.default({ module_or_path: wasm, memory });
  } catch (cause) {
    throw new HanvoxError("network", "the engine could not be compiled", { cause });
  }
}

/**
 * @param {import("./guard.js").Guard} guard
 * @param {string} name
 * @param {() => RawSynthesis} start
 * @returns {EngineSpeech}
 */
function openSpeech(guard, name, start) {
  const synthesis = guard.run(name, start);
  return {
    chunks: guard.run("Synthesis.chunks", () => JSON.parse(synthesis.chunks())),
    next: () => guard.run("Synthesis.next", () => plainWindow(synthesis.next())),
    resume: (chunk) => guard.run("Synthesis.resume", () => synthesis.resume(chunk)),
    limit: (characters) => guard.run("Synthesis.set_limit", () => synthesis.set_limit(characters)),
    stats: () => guard.run("Synthesis.stats", () => JSON.parse(synthesis.stats())),
    close: () => guard.release(() => synthesis.free()),
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
 * @param {string} json
 * @returns {EngineRecord}
 */
function stamped(json) {
  return { timestamp: new Date().toISOString(), ...JSON.parse(json) };
}

/**
 * Lone surrogates can't cross into UTF-8; each becomes U+FFFD, which keeps the offsets.
 * @param {string} text
 */
function wellFormed(text) {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
