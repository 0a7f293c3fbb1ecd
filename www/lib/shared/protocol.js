/**
 * The messages between the page and the worker, as one union each way. The client pulls: the worker
 * computes a window only when asked for one, so that canceling and back-pressure need no more words.
 */

// What the engine takes and gives, as src/ describes it.
/** @typedef {import("../../pkg/hanvox.js").Chunk} Chunk */
/** @typedef {import("../../pkg/hanvox.js").PinyinToken} PinyinToken */
/** @typedef {import("../../pkg/hanvox.js").Explanation} Explanation */
/** @typedef {import("../../pkg/hanvox.js").ExplainedWord} ExplainedWord */
/** @typedef {import("../../pkg/hanvox.js").SpeechOptions} SpeechOptions */
/** @typedef {import("../../pkg/hanvox.js").EmotionKind} EmotionKind What the nets learned, or presets of prosody. */
/** @typedef {import("../../pkg/hanvox.js").Stats} Stats */

/**
 * @typedef {object} Progress
 * @property {"initiate" | "download" | "progress" | "done" | "ready" | "warning"} status
 * @property {string} [voice]
 * @property {string} [file]
 * @property {number} [loaded] Bytes of all files of the voice so far.
 * @property {number} [total]
 * @property {boolean} [fromCache]
 * @property {number} [downloaded] With "ready": bytes that were fetched.
 * @property {import("./errors.js").PlainError} [error] With "warning": what goes on in a lesser way.
 */

/** @typedef {import("../../pkg/hanvox.js").ReadingOptions & Dictionary} Reading */

/**
 * @typedef {object} Dictionary
 * @property {string} [dictionary] Words of one's own: a word, a tab and its pinyin (`单于<TAB>chan2 yu2`) a line.
 */

/**
 * @typedef {object} Source
 * @property {string} base Address with a final slash; a voice's folder is `base` + id + "/".
 * @property {"plain" | "hf"} [layout] "hf": files are at `base` + id + "/resolve/" + revision + "/", so `base` is a
 *   hub and an owner there. Default: plain.
 * @property {string} [revision] Branch, tag or commit of a "hf" source (default "main"); of a plain source the
 *   version of the manifest, and no other will do.
 */

/**
 * @typedef {object} Opening How a speech starts.
 * @property {string} request Id of the request it is for, in the logs.
 * @property {number} [from] Index of the first chunk to speak, where an earlier engine was lost.
 * @property {number} [limit] Most characters to run through the nets in one go; the chunks stay as they are.
 */

/**
 * What a host is asked to do. `next` goes on where the speech is, or jumps to `chunk`. The client numbers the speeches, and never the same twice, so that a
 * number of an engine that is gone means nothing to the next one.
 * @typedef {(
 *   | {type: "load", voice: string, base: string, voices: string, build?: string, sources: readonly Source[], reading?: Reading, memory_bytes?: number, log_level?: Level}
 *   | {type: "read", call: ReadCall, text: string, options?: SpeechOptions}
 *   | {type: "open", speech: number, text: string, options: SpeechOptions, symbols?: boolean, pcm: boolean, opening: Opening}
 *   | {type: "next", speech: number, chunk?: number}
 *   | {type: "header", samples: number}
 *   | {type: "close", speech: number}
 *   | {type: "memory"}
 *   | {type: "log", level: Level}
 * )} Request
 */

/** @typedef {"normalize" | "pinyin" | "explain" | "symbols"} ReadCall Calls of the engine that look at a text only. */

/**
 * @template {ReadCall} Call
 * @typedef {ReturnType<import("../../pkg/hanvox.js").Engine[Call]>} Answer
 */

/**
 * @typedef {object} VoiceFacts What a voice's manifest tells.
 * @property {string} id
 * @property {string} name
 * @property {string} version
 * @property {string} language
 * @property {string} licence
 * @property {number} sampling_rate
 * @property {Speaker[]} [speakers] The default one first; not there if the voice is one person.
 */

/** @typedef {{name: string, sex: "female" | "male"}} Speaker */

/**
 * @typedef {object} VoiceEmotions
 * @property {string[]} emotions Names, neutral first.
 * @property {EmotionKind} emotion_kind
 */

/** @typedef {VoiceFacts & VoiceEmotions} VoiceInfo Of a voice that is loaded. */

/** @typedef {VoiceFacts & Partial<VoiceEmotions>} ListedVoice Only the engine knows what presets it has. */

/**
 * @typedef {object} Opened
 * @property {Chunk[]} chunks
 * @property {number} sampling_rate
 * @property {Uint8Array<ArrayBuffer>} header Of a WAV file whose length is not known yet.
 * @property {number} memory_bytes
 */

/** @typedef {import("../../pkg/hanvox.js").AudioWindow & Delivery} EngineWindow */

/**
 * @typedef {object} Delivery
 * @property {Uint8Array<ArrayBuffer>} [pcm] The samples as 16-bit little-endian PCM, if `open` asked for it.
 * @property {number} [memory_bytes] Of the engine, after the window.
 */

/** @typedef {{name: string, time: number}} Mark A named place of the markup; `time` in seconds from the start of the sound. */

/** @typedef {Omit<EngineWindow, "marks"> & {marks: Mark[]}} AudioWindow What a reader of a speech gets. */

/** @typedef {{done: true, stats: Stats}} Ended The answer to "next" after the last window. */

/** @typedef {{stats: Stats, header: Uint8Array<ArrayBuffer>}} SpeechEnd `header`: of the whole WAV file. */

/** @typedef {"error" | "warning" | "info" | "debug"} LogLevel */
/** @typedef {LogLevel | "off"} Level */

/**
 * @typedef {object} RecordParts
 * @property {string} timestamp ISO 8601, UTC.
 * @property {LogLevel} level
 * @property {string} message
 * @property {string} [module] File that wrote it.
 * @property {string} [funcName]
 * @property {number} [lineno]
 * @property {string} [code] Of an error.
 * @property {string | number} [request] The request that it belongs to.
 */

/** @typedef {RecordParts & Record<string, unknown>} LogRecord */

/** @typedef {{signal?: AbortSignal, onprogress?: (progress: Progress) => void}} CallOptions */

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
 * Buffers of an answer that can change hands instead of being copied.
 * @param {unknown} value
 * @returns {ArrayBuffer[]}
 */
export function transferables(value) {
  const { samples, pcm } = /** @type {Partial<EngineWindow>} */ (value ?? {});
  return [samples, pcm].flatMap((view) => (view ? [view.buffer] : []));
}
