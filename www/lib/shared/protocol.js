/**
 * The messages between the page and the worker, as one union each way. The client pulls: the worker
 * computes a window only when asked for one, so that canceling and back-pressure need no more words.
 */

/**
 * @typedef {object} Chunk A bounded piece of the text, spoken in one go.
 * @property {number} index
 * @property {string} text
 * @property {number} start UTF-16 offset in the text given.
 * @property {number} end
 * @property {string} pinyin
 * @property {number} pause_ms Silence after it.
 * @property {PinyinToken[]} readings What is read for which characters, in UTF-16 offsets of the text given.
 */

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

/**
 * @typedef {object} SpeechOptions
 * @property {number} [speed] 0.5 to 2, 1 is the voice's own.
 * @property {number} [pitch] 0.5 to 2; to 1.5 with voices that break beyond.
 * @property {number} [energy] 0.5 to 2.
 * @property {string} [emotion] One of the voice's `emotions`; markup in the text may name others.
 * @property {number} [intensity] Of the emotion: 0 is neutral, 1 (the default) is all of it.
 * @property {string} [speaker] Name of one of the voice's `speakers`, or a mix with shares: `qing:0.7,song:0.3`. The
 *   first speaker is the default.
 */

/**
 * @typedef {object} Reading Options for readings on which tastes differ; omitted fields keep their defaults.
 * @property {string} [dictionary] Words of one's own: a word, a tab and its pinyin (`单于<TAB>chan2 yu2`) a line.
 * @property {"drop" | "speak"} [emoji] Whether emoji are read by name or dropped (the default).
 * @property {boolean} [a_variants] Whether 啊 runs on from the syllable before it (天啊 as 天哪).
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
 *   | {type: "normalize", text: string}
 *   | {type: "pinyin", text: string}
 *   | {type: "explain", text: string}
 *   | {type: "symbols", text: string, options: SpeechOptions}
 *   | {type: "open", speech: number, text: string, options: SpeechOptions, symbols?: boolean, pcm: boolean, opening: Opening}
 *   | {type: "next", speech: number, chunk?: number}
 *   | {type: "header", samples: number}
 *   | {type: "close", speech: number}
 *   | {type: "memory"}
 *   | {type: "log", level: Level}
 * )} Request
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

/** @typedef {"trained" | "prosody"} EmotionKind What the nets learned, or presets that shape the contours. */

/** @typedef {VoiceFacts & VoiceEmotions} VoiceInfo Of a voice that is loaded. */

/** @typedef {VoiceFacts & Partial<VoiceEmotions>} ListedVoice Only the engine knows what presets it has. */

/**
 * @typedef {object} Opened
 * @property {Chunk[]} chunks
 * @property {number} sampling_rate
 * @property {Uint8Array<ArrayBuffer>} header Of a WAV file whose length is not known yet.
 * @property {number} memory_bytes
 */

/**
 * @typedef {object} AudioWindow A run of samples, in order; silence after a chunk is in its last window.
 * @property {number} chunk
 * @property {boolean} first
 * @property {boolean} last
 * @property {Float32Array<ArrayBuffer>} samples -1 to 1.
 * @property {Uint8Array<ArrayBuffer>} [pcm] The same as 16-bit little-endian PCM, if `open` asked for it.
 * @property {number} [memory_bytes] Of the engine, after it.
 */

/** @typedef {Record<string, number>} Stats Seconds by stage, and of audio, as the engine counted them. */

/** @typedef {{done: true, stats: Stats}} Ended The answer to "next" after the last window. */

/** @typedef {{stats: Stats, header: Uint8Array<ArrayBuffer>}} SpeechEnd `header`: of the whole WAV file. */

/**
 * @typedef {object} Explanation What each stage of the front end made of a line.
 * @property {string} normalized The line as it is read out.
 * @property {ExplainedWord[]} words
 */

/**
 * @typedef {object} ExplainedWord
 * @property {string} text
 * @property {{start: number, end: number}} span UTF-16 offsets in the line.
 * @property {string} pinyin Dictionary reading in context.
 * @property {string} surface The same after sandhi.
 * @property {"#0" | "#1" | "#2" | "#3" | "#4"} boundary What follows: word, phrase, clause, sentence.
 * @property {string | null} mark The punctuation mark that follows.
 * @property {number} pause_ms Silence after it.
 */

/**
 * @typedef {object} PinyinToken One spoken Chinese character or Latin word.
 * @property {string} text
 * @property {number} start UTF-16 offset in the line.
 * @property {number} end
 * @property {string} pinyin Dictionary reading in context.
 * @property {string} surface After tone sandhi.
 */

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
  const { samples, pcm } = /** @type {Partial<AudioWindow>} */ (value ?? {});
  return [samples, pcm].flatMap((view) => (view ? [view.buffer] : []));
}
