/** `hanvox book`: a book becomes a folder of chapters, each with its subtitles. Begun again, it goes on where it was. */
import { openAsBlob } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openDocument } from "../lib/documents/open-document.js";
import { FORMATS } from "../lib/encode/formats.js";
import { chunkTimes } from "../lib/generated.js";
import { HanvoxError } from "../lib/shared/errors.js";
import { cuesOf, toSrt } from "../lib/shared/subtitles.js";
import { timesOf } from "../lib/shared/times.js";
import { planned } from "./chapters.js";
import { workersOf } from "./options.js";
import { removeLeft } from "./part-file.js";
import { readingOf } from "./reading.js";
import { STANDARD_OUTPUT, formatOf, reserveOutput } from "./sound-output.js";
import { invalid, loadVoice, speechOptions } from "./speaking.js";
import { WorkLine, interruption, writeLine } from "./terminal.js";

/** @typedef {import("./options.js").Values} Values */
/** @typedef {import("../lib/node/index.js").Hanvox} Hanvox */

/** @typedef {import("./chapters.js").Chapter} Chapter */
/** @typedef {"kept" | "silent" | "spoken"} Status `silent`: there is nothing to speak in it. */

const STATE = "hanvox-book.json";
// A chapter may be a whole book.
const LIMITS = { text: 10_000_000 };

/**
 * @param {string | undefined} path
 * @param {Values} values
 */
export async function book(path, values) {
  const { output: folder, json } = values;
  if (path === undefined) throw invalid("book takes the path of a book: .epub, .txt, .docx, .md, .html, .pdf, ...");
  if (folder === undefined || folder === STANDARD_OUTPUT) throw invalid("book needs -o FOLDER");
  const format = formatOf(STANDARD_OUTPUT, values.format ?? "mp3");
  const options = speechOptions(values);
  const workers = workersOf(values, "auto");
  const reading = await readingOf(values);
  const signal = interruption();
  const document = await openDocument(await blobOf(path), basename(path), { signal });
  const settings = { format, options, reading, voice: values.voice };
  const chapters = planned(document.chapters, settings);
  await makeFolder(folder);
  const state = await State.open(folder);
  const work = new Work(document.title, chapters, { folder, format, json, options, signal });
  const open = await work.open(state);
  if (open.length > 0) {
    const tts = await loadVoice(values, { signal, reading, workers, limits: LIMITS });
    try {
      await work.speak(tts, open, state);
    } finally {
      tts.dispose();
    }
  }
  await work.writePlaylist();
  if (work.failed > 0) process.exitCode = 1;
}

/** @param {string} path */
async function blobOf(path) {
  try {
    if ((await stat(path)).isDirectory()) throw invalid(`${path} is a folder: book takes a file`);
    return await openAsBlob(path);
  } catch (cause) {
    if (cause instanceof HanvoxError) throw cause;
    throw invalid(`${path} could not be read: ${/** @type {Error} */ (cause).message}`);
  }
}

/** @param {string} folder */
async function makeFolder(folder) {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const message = `${folder} could not be made: ${/** @type {Error} */ (cause).message}`;
    throw new HanvoxError("output-failed", message, { context: { path: folder }, cause });
  }
}

/** Which chapters are done: each key with its file, in a file of the folder. */
class State {
  #path;
  /** @type {Record<string, string>} */ #done;

  /**
   * @param {string} path
   * @param {Record<string, string>} done
   */
  constructor(path, done) {
    this.#path = path;
    this.#done = done;
  }

  /** @param {string} folder */
  static async open(folder) {
    const path = join(folder, STATE);
    try {
      const { done } = JSON.parse(await readFile(path, "utf8"));
      return new State(path, typeof done === "object" && done !== null ? done : {});
    } catch {
      // A new folder, or a state that is lost: what is there is spoken again.
      return new State(path, {});
    }
  }

  /** @param {string} key @param {string} file */
  has(key, file) {
    return this.#done[file] === key;
  }

  /** @param {string} key @param {string} file */
  async add(key, file) {
    this.#done[file] = key;
    await writeWhole(this.#path, `${JSON.stringify({ done: this.#done }, null, 2)}\n`);
  }
}

/**
 * @typedef {object} WorkOptions
 * @property {string} folder
 * @property {import("../lib/encode/formats.js").Format} format
 * @property {boolean | undefined} json
 * @property {import("../lib/shared/protocol.js").SpeechOptions} options
 * @property {AbortSignal} signal
 */

class Work {
  #title;
  #chapters;
  #how;
  #line = new WorkLine();
  failed = 0;

  /**
   * @param {string} title Of the book.
   * @param {Chapter[]} chapters
   * @param {WorkOptions} how
   */
  constructor(title, chapters, how) {
    this.#title = title;
    this.#chapters = chapters;
    this.#how = how;
  }

  /** The chapters that are not done yet. @param {State} state */
  async open(state) {
    const { folder } = this.#how;
    await removeLeft(
      folder,
      this.#chapters.map((chapter) => this.#fileOf(chapter)),
    );
    const open = [];
    for (const chapter of this.#chapters) {
      const file = this.#fileOf(chapter);
      const there = state.has(chapter.key, file) && (await isFile(join(folder, file)));
      if (!there) open.push(chapter);
      else await this.#report(chapter, { status: "kept" });
    }
    return open;
  }

  /**
   * A chapter that fails is reported, and the others are spoken.
   * @param {Hanvox} tts
   * @param {Chapter[]} open
   * @param {State} state
   */
  async speak(tts, open, state) {
    const length = open.reduce((sum, { text }) => sum + text.length, 0);
    let done = 0;
    for (const chapter of open) {
      const onprogress = (/** @type {number} */ at) => this.#line.show((done + at) / length, chapter.name);
      try {
        const seconds = await this.#speakChapter(tts, chapter, onprogress);
        await state.add(chapter.key, this.#fileOf(chapter));
        this.#line.end();
        await this.#report(chapter, { status: "spoken", seconds });
      } catch (thrown) {
        this.#line.end();
        const error = HanvoxError.from(thrown);
        // A leaf with an ornament is no fault of the book.
        if (error.code === "nothing-to-speak") await this.#report(chapter, { status: "silent" });
        else this.#fail(chapter, error);
      }
      done += chapter.text.length;
    }
  }

  /** For players: the chapters in their order. */
  async writePlaylist() {
    const files = [];
    for (const chapter of this.#chapters) {
      const file = this.#fileOf(chapter);
      if (await isFile(join(this.#how.folder, file))) files.push(file);
    }
    await writeWhole(join(this.#how.folder, "book.m3u8"), ["#EXTM3U", ...files, ""].join("\n"));
  }

  /**
   * @param {Hanvox} tts
   * @param {Chapter} chapter
   * @param {(at: number) => void} onprogress Characters of the chapter.
   * @returns {Promise<number>} Seconds of speech.
   */
  async #speakChapter(tts, chapter, onprogress) {
    const { folder, format, options, signal } = this.#how;
    const file = await reserveOutput(join(folder, this.#fileOf(chapter)));
    try {
      // A book is text, whatever signs it has.
      const speech = await tts.open(chapter.text, { ...options, markup: false, pcm: true, signal });
      const output = await file.open(format, { sampleRate: speech.samplingRate, tags: this.#tagsOf(chapter, tts) });
      const places = [];
      let samples = 0;
      for await (const { pcm, samples: window, first, chunk, chunkStart, characters, words } of speech) {
        onprogress(speech.chunks[chunk].start);
        places.push({ first, chunk, chunkStart, characters, words });
        await output.write(/** @type {Uint8Array} */ (pcm));
        samples += window.length;
      }
      const times = timesOf(chunkTimes(speech.chunks, places));
      await writeWhole(join(folder, `${chapter.name}.srt`), toSrt(cuesOf({ text: chapter.text, ...times })));
      await output.finish();
      return samples / speech.samplingRate;
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  /**
   * @param {Chapter} chapter
   * @param {Hanvox} tts
   */
  #tagsOf({ title, name }, tts) {
    const artist = this.#how.options.speaker ?? tts.voice.speakers?.[0].name ?? tts.voice.name;
    const number = `${Number.parseInt(name, 10)}/${this.#chapters.length}`;
    return { title, album: this.#title, artist, tracknumber: number, genre: "Audiobook" };
  }

  /** @param {Chapter} chapter */
  #fileOf({ name }) {
    return `${name}.${FORMATS[this.#how.format].extension}`;
  }

  /**
   * @param {Chapter} chapter
   * @param {{status: Status, seconds?: number}} result
   */
  async #report(chapter, { status, seconds }) {
    const file = this.#fileOf(chapter);
    if (this.#how.json) return writeLine(JSON.stringify({ file, title: chapter.title, status, seconds }));
    return writeLine(seconds === undefined ? `${file}\t${status}` : `${file}\t${Math.round(seconds)} s`);
  }

  /**
   * @param {Chapter} chapter
   * @param {HanvoxError} error
   */
  #fail({ name, title }, error) {
    if (this.#how.signal.aborted) throw new HanvoxError("canceled", "stopped; run it again to go on", { cause: error });
    error.context = { ...error.context, chapter: Number.parseInt(name, 10), title };
    process.stderr.write(`${JSON.stringify(error)}\n`);
    this.failed += 1;
  }
}

/** @param {string} path */
async function isFile(path) {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** Never half a file. @param {string} path @param {string} text */
async function writeWhole(path, text) {
  try {
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
  } catch (cause) {
    throw new HanvoxError("output-failed", `${path} could not be written`, { context: { path }, cause });
  }
}
