/**
 * The messages between the page and the worker, one union per direction. The client pulls: the worker computes
 * a window only on request, so canceling and back-pressure need no further messages. Only the first chunk of a speech
 * with a `feed` is computed ahead.
 */

// The engine's input and output types, as src/ describes them.
/** @typedef {import("../../pkg/hanvox.js").Chunk} Chunk */
/** @typedef {import("../../pkg/hanvox.js").PinyinToken} PinyinToken */
/** @typedef {import("../../pkg/hanvox.js").Explanation} Explanation */
/** @typedef {import("../../pkg/hanvox.js").ExplainedWord} ExplainedWord */
/** @typedef {import("../../pkg/hanvox.js").SpeechOptions} SpeechOptions */
/** @typedef {import("../../pkg/hanvox.js").EmotionKind} EmotionKind What the nets learned, or presets of prosody. */
/** @typedef {import("../../pkg/hanvox.js").Stats} Stats */
/** @typedef {import("../../pkg/hanvox.js").SpokenAt} SpokenAt Seconds from `start` to `end`, offsets `from` and `to`. */

/**
 * @typedef {object} Progress
 * @property {"initiate" | "download" | "progress" | "done" | "ready" | "warning"} status
 * @property {string} [voice]
 * @property {string} [file]
 * @property {number} [loaded] Bytes so far of all files: of the voice and, in a browser, of the engine.
 * @property {number} [total]
 * @property {boolean} [fromCache]
 * @property {number} [downloaded] With "ready": bytes fetched.
 * @property {import("./errors.js").PlainError} [error] With "warning": what continues in degraded form.
 */

/** @typedef {import("../../pkg/hanvox.js").ReadingOptions & Dictionary} Reading */

/**
 * @typedef {object} Dictionary
 * @property {string} [dictionary] Custom words: per line a word, a tab and its pinyin (`单于<TAB>chan2 yu2`).
 */

/**
 * @typedef {object} Source
 * @property {string} base Address with a final slash; a voice's folder is `base` + id + "/".
 * @property {"plain" | "hf" | "files"} [layout] "files": each has an address of its own in `files`, and `base` is only
 *   its name. "hf": files are at `base` + id + "/resolve/" + revision + "/", so `base` is the
 *   hub plus an owner. Default: plain.
 * @property {string} [revision] Branch, tag or commit of a "hf" source (default "main"); for a plain source, the
 *   manifest's version, and no other is accepted.
 * @property {Record<string, string>} [files] Of the layout "files": addresses by the paths in the voice's folder.
 */

/**
 * @typedef {object} Opening How a speech starts.
 * @property {string} request Id of its request in the logs.
 * @property {number} [from] Index of the first chunk to speak, if an earlier engine was lost.
 * @property {number} [limit] Maximum characters to run through the nets at once; doesn't change the chunks.
 */

/**
 * What a host can be asked to do. The `feed` of `open` takes the samples of the first chunk as well, see `Ahead`. `next`
 * continues the speech or jumps to `chunk`. The client never reuses a speech's number, so a number from a lost engine
 * means nothing to the next one.
 * @typedef {(
 *   | {type: "load", voice: string, base: string, parts?: Record<string, string>, voices: string, build?: string, sources: readonly Source[], reading?: Reading, memory_bytes?: number, log_level?: Level, relaxed_simd?: boolean}
 *   | {type: "check", manifest: string, base: string, parts?: Record<string, string>, build?: string}
 *   | {type: "read", call: ReadCall, text: string, options?: SpeechOptions}
 *   | {type: "open", speech: number, text: string, options: SpeechOptions, symbols?: boolean, pcm: boolean, feed?: MessagePort, opening: Opening}
 *   | {type: "next", speech: number, chunk?: number}
 *   | {type: "header", samples: number}
 *   | {type: "close", speech: number}
 *   | {type: "memory"}
 *   | {type: "log", level: Level}
 *   | {type: "reading", reading: Reading}
 * )} Request
 */

/** @typedef {"normalize" | "pinyin" | "explain" | "symbols"} ReadCall Engine calls that only analyse a text. */

/**
 * @template {ReadCall} Call
 * @typedef {ReturnType<import("../../pkg/hanvox.js").Engine[Call]>} Answer
 */

/**
 * @typedef {object} VoiceFacts What a voice's manifest says.
 * @property {string} id
 * @property {string} name
 * @property {string} version
 * @property {string} language
 * @property {string} licence
 * @property {number} sampling_rate
 * @property {Speaker[]} [speakers] The default first; absent if the voice is one person.
 */

/** @typedef {{name: string, sex: "female" | "male"}} Speaker */

/**
 * @typedef {object} VoiceEmotions
 * @property {string[]} emotions Names, neutral first.
 * @property {EmotionKind} emotion_kind
 */

/** @typedef {VoiceFacts & VoiceEmotions} VoiceInfo Of a loaded voice. */

/** @typedef {VoiceFacts & Partial<VoiceEmotions>} ListedVoice Only the engine knows what presets it has. */

/**
 * @typedef {object} Opened
 * @property {Chunk[]} chunks
 * @property {number} sampling_rate
 * @property {Uint8Array<ArrayBuffer>} header For a WAV file of unknown length.
 * @property {number} memory_bytes
 */

/** @typedef {import("../../pkg/hanvox.js").AudioWindow & Delivery} EngineWindow */

/**
 * @typedef {object} Delivery
 * @property {Uint8Array<ArrayBuffer>} [pcm] The samples as 16-bit little-endian PCM, if `open` asked for it.
 * @property {number} [memory_bytes] Of the engine, after the window.
 */

/** @typedef {{name: string, time: number}} Mark A named mark; `time` in seconds from the start of the sound. */

/**
 * @typedef {Omit<EngineWindow, "marks"> & Placed} AudioWindow What a consumer of a speech gets. The seconds of its
 *   `characters` and `words` are from the start of the chunk.
 */

/**
 * @typedef {object} Placed
 * @property {Mark[]} marks
 * @property {number} chunkStart Seconds from the start of the sound to the start of the chunk.
 */

/** @typedef {{done: true, stats: Stats}} Ended The answer to "next" after the last window. */

/** @typedef {{stats: Stats, header: Uint8Array<ArrayBuffer>}} SpeechEnd `header`: for the whole WAV file. */

/** @typedef {"error" | "warning" | "info" | "debug"} LogLevel */
/** @typedef {LogLevel | "off"} Level */

/**
 * @typedef {object} RecordParts
 * @property {string} timestamp ISO 8601, UTC.
 * @property {LogLevel} level
 * @property {string} message
 * @property {string} [module] Source file that wrote it.
 * @property {string} [funcName]
 * @property {number} [lineno]
 * @property {string} [code] Of an error.
 * @property {string | number} [request] The request it belongs to.
 */

/** @typedef {RecordParts & Record<string, unknown>} LogRecord */

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal]
 * @property {(progress: Progress) => void} [onprogress]
 * @property {MessagePort[]} [transfer] Ports in the request.
 */

/** @typedef {{kind: "request", id: number, request: Request} | {kind: "cancel", id: number}} ToWorker */

/**
 * @typedef {(
 *   | {kind: "result", id: number, value: unknown}
 *   | {kind: "progress", id: number, progress: Progress}
 *   | {kind: "error", id: number, error: import("./errors.js").PlainError}
 *   | {kind: "log", record: LogRecord}
 * )} FromWorker
 */

/**
 * Buffers of an answer that can be transferred instead of copied.
 * @param {unknown} value
 * @returns {ArrayBuffer[]}
 */
export function transferables(value) {
  const { samples, pcm } = /** @type {Partial<EngineWindow>} */ (value ?? {});
  return [samples, pcm].flatMap((view) => (view ? [view.buffer] : []));
}
