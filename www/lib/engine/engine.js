/**
 * The boundary to the Rust engine: wraps the wasm-bindgen classes in plain calls and turns every failure into a
 * HanvoxError. Tests substitute a fake with the same shape.
 */
import { guarded } from "./guard.js";
import { HanvoxError } from "../shared/errors.js";

const MIB = 1024 * 1024;

/** A voice and a long text take a quarter of it; twice as much endangers a page on a phone. */
export const MEMORY_LIMIT = 1024 * MIB;

// What the module requests at start: its static data and its stack are below 2 MiB.
const INITIAL_MEMORY = 4 * MIB;

const PAGE = 64 * 1024;

/** @typedef {import("../shared/protocol.js").SpeechOptions} SpeechOptions */

/** @typedef {Awaited<ReturnType<typeof createEngine>>} Engine */

/** @typedef {ReturnType<typeof openSpeech>} EngineSpeech One text being spoken. */

/** @typedef {Pick<import("../store/manifest.js").Voice, "text" | "file">} VoiceFiles */

/** @typedef {"off" | "error" | "warning" | "info" | "debug"} LogLevel */

/**
 * @typedef {object} EngineRecord What the engine did, with the fields of the enclosing spans; never text.
 * @property {string} timestamp
 * @property {Exclude<LogLevel, "off">} level
 * @property {string} message
 * @property {string} module Source file.
 * @property {string} funcName
 * @property {number} lineno
 * @property {string} [request]
 * @property {number} [chunk]
 * @property {string} [stage]
 * @property {number} [duration_ms] Time inside the span, on the record that closes it.
 */

/** @typedef {Omit<typeof import("../../pkg/hanvox.js"), "default" | "initSync"> & {default: Initialise}} Bindings */

/**
 * @typedef {(from: {module_or_path: Wasm, memory: WebAssembly.Memory}) => Promise<{__wasm_call_ctors: () => void}>} Initialise
 */

/** @typedef {Uint8Array<ArrayBuffer> | WebAssembly.Module} Wasm The engine's code, as bytes or already compiled. */

/**
 * @param {object} parts
 * @param {Bindings} parts.bindings Not yet initialised, and never shared between engines.
 * @param {Wasm} parts.wasm
 * @param {Uint8Array<ArrayBuffer>} parts.lexicon
 * @param {number} [parts.memoryLimit] Limit of its memory in bytes; beyond it: `out-of-memory`.
 */
export async function createEngine({ bindings, wasm, lexicon, memoryLimit = MEMORY_LIMIT }) {
  const { memory, guard } = await started(bindings, wasm, memoryLimit);
  const engine = guard.run("Engine.new", () => new bindings.Engine(lexicon));
  return {
    /** @param {string} line */
    normalize: (line) => guard.run("Engine.normalize", () => engine.normalize(wellFormed(line))),

    /** @param {string} line */
    pinyin: (line) => guard.run("Engine.pinyin", () => engine.pinyin(wellFormed(line))),

    /** @param {string} line */
    explain: (line) => guard.run("Engine.explain", () => engine.explain(wellFormed(line))),

    /** @param {import("../shared/protocol.js").Reading} reading */
    setReading({ dictionary = "", ...options }) {
      guard.run("Engine.set_dictionary", () => engine.set_dictionary(wellFormed(dictionary)));
      guard.run("Engine.set_reading_options", () => engine.set_reading_options(options));
    },

    /**
     * Requests the voice's files one after another; each is read while the net before it is prepared. Until it resolves
     * the engine has no voice. Rejects with whatever `file` rejects with.
     * @param {VoiceFiles} voice
     */
    async loadVoice({ text, file }) {
      guard.run("Engine.drop_voice", () => engine.drop_voice());
      const loader = guard.run("VoiceLoader.new", () => new bindings.VoiceLoader(text));
      try {
        const read = () => guard.run("VoiceLoader.read", () => loader.read(file));
        for (let reading = read(); await reading; ) {
          reading = read();
          // Awaited later; if the load fails before that, nothing awaits it.
          reading.catch(() => {});
          guard.run("VoiceLoader.prepare", () => loader.prepare());
        }
        guard.run("Engine.set_voice", () => engine.set_voice(loader));
      } finally {
        guard.release(() => loader.free());
      }
    },

    checkManifest: manifestCheck(guard, bindings),

    /** Of the loaded voice. */
    emotions: () => guard.run("Engine.emotions", () => engine.emotions()),

    /**
     * The input of the voice for a text: one line of symbols per chunk.
     * @param {string} text
     * @param {SpeechOptions} options
     */
    symbols: (text, options) => guard.run("Engine.symbols", () => engine.symbols(wellFormed(text), options)),

    /**
     * @param {string} text
     * @param {SpeechOptions} options
     * @param {string} [request] Names it in the log.
     */
    open: (text, options, request = "") =>
      openSpeech(guard, "Engine.synthesize", () => engine.synthesize(wellFormed(text), options, request)),

    /**
     * Speaks lines as returned by `symbols`.
     * @param {string} lines
     * @param {SpeechOptions} options
     * @param {string} [request] Names it in the log.
     */
    openSymbols: (lines, options, request = "") =>
      openSpeech(guard, "Engine.synthesize_symbols", () =>
        engine.synthesize_symbols(wellFormed(lines), options, request),
      ),

    /**
     * Passes on the engine's records from now on; the sink must not call the engine.
     * @param {LogLevel} level
     * @param {(record: EngineRecord) => void} sink
     */
    setLog: (level, sink) => guard.run("set_log", () => bindings.set_log(level, (record) => sink(stamped(record)))),

    /** @param {LogLevel} level Default: off. */
    setLogLevel: (level) => guard.run("set_log_level", () => bindings.set_log_level(level)),

    /** @param {Float32Array<ArrayBuffer>} samples */
    pcm16: (samples) => guard.run("pcm16", () => bindings.pcm16(samples)),

    /**
     * @param {number} sampleRate
     * @param {number} [samples] Without it, the header has no fixed length.
     */
    wavHeader: (sampleRate, samples) => guard.run("wav_header", () => bindings.wav_header(sampleRate, samples)),

    /** The wasm memory; it never shrinks, so this is its peak. */
    memoryBytes: () => memory.buffer.byteLength,
  };
}

/**
 * The engine's check of a manifest, without an engine. It throws what loading a voice with this manifest would.
 * @param {{bindings: Bindings, wasm: Wasm}} parts As for an engine.
 */
export async function createManifestCheck({ bindings, wasm }) {
  const { guard } = await started(bindings, wasm, MEMORY_LIMIT);
  return manifestCheck(guard, bindings);
}

/**
 * @param {import("./guard.js").Guard} guard
 * @param {Bindings} bindings
 */
function manifestCheck(guard, bindings) {
  return (/** @type {string} */ text) => guard.run("check_manifest", () => bindings.check_manifest(wellFormed(text)));
}

/**
 * @param {Bindings} bindings
 * @param {Wasm} wasm
 * @param {number} memoryLimit
 */
async function started(bindings, wasm, memoryLimit) {
  const memory = boundedMemory(memoryLimit);
  const guard = guarded(memory, memoryLimit);
  await initialise(bindings, wasm, memory);
  bindings.set_panic_sink(guard.panicked);
  return { memory, guard };
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
    const exports = await bindings.default({ module_or_path: wasm, memory });
    exports.__wasm_call_ctors();
  } catch (cause) {
    throw new HanvoxError("network", "the engine could not be compiled", { cause });
  }
}

/**
 * @param {import("./guard.js").Guard} guard
 * @param {string} name
 * @param {() => import("../../pkg/hanvox.js").Synthesis} start
 */
function openSpeech(guard, name, start) {
  const synthesis = guard.run(name, start);
  return {
    chunks: guard.run("Synthesis.chunks", () => synthesis.chunks()),

    /** Computes the next window; undefined after the last. */
    next: () => guard.run("Synthesis.next", () => synthesis.next()),

    /** @param {number} chunk Jumps to its beginning; `chunks.length` is the end. */
    resume: (chunk) => guard.run("Synthesis.resume", () => synthesis.resume(chunk)),

    /** @param {number} characters From now on, runs chunks in parts of at most this many. */
    limit: (characters) => guard.run("Synthesis.set_limit", () => synthesis.set_limit(characters)),

    stats: () => guard.run("Synthesis.stats", () => synthesis.stats()),

    /** Frees its memory. */
    close: () => guard.release(() => synthesis.free()),
  };
}

/**
 * @param {Omit<EngineRecord, "timestamp">} record
 * @returns {EngineRecord}
 */
function stamped(record) {
  return { timestamp: new Date().toISOString(), ...record };
}

/**
 * Lone surrogates can't cross into UTF-8; each becomes U+FFFD, which keeps the offsets.
 * @param {string} text
 */
function wellFormed(text) {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
