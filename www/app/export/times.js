/** When what of a text is spoken: subtitles, lyrics, or everything as JSON. */
import { cuesOf, toLrc, toSrt, toVtt } from "../../lib/shared/subtitles.js";

/** @typedef {import("./store.js").Job} Job */
/** @typedef {"srt" | "vtt" | "lrc" | "json"} TimesFormat */

const TYPES = { srt: "application/x-subrip", vtt: "text/vtt", lrc: "text/plain", json: "application/json" };

/**
 * @param {Job} job
 * @param {TimesFormat} format
 * @param {Pick<import("./store.js").ExportStore, "part" | "text">} store
 */
export async function subtitlesOf(job, format, store) {
  const text = await store.text(job.id);
  const content = format === "json" ? await asJson(job, text, store) : [await asLines(job, text, format, store)];
  return new Blob(content, { type: TYPES[format] });
}

/**
 * @param {Job} job
 * @param {string} text
 * @param {"srt" | "vtt" | "lrc"} format
 * @param {Pick<import("./store.js").ExportStore, "part">} store
 */
async function asLines(job, text, format, store) {
  /** @type {import("../../lib/shared/subtitles.js").Cue[]} */
  const cues = [];
  // Part by part: a book has a million words.
  for await (const { sentences, words } of partsOf(job, store)) cues.push(...cuesOf({ text, sentences, words }));
  return { srt: toSrt, vtt: toVtt, lrc: toLrc }[format](cues);
}

/**
 * @param {Job} job
 * @param {string} text
 * @param {Pick<import("./store.js").ExportStore, "part">} store
 */
async function asJson({ title, sampleRate, samples, ...job }, text, store) {
  const head = JSON.stringify({ title, seconds: samples / sampleRate, text });
  /** @type {Record<"sentences" | "words" | "characters", string[]>} */
  const lists = { sentences: [], words: [], characters: [] };
  // A string for each part, not for each word.
  for await (const times of partsOf(job, store))
    for (const name of /** @type {(keyof typeof lists)[]} */ (Object.keys(lists)))
      if (times[name].length > 0) lists[name].push(times[name].map((entry) => `\n${JSON.stringify(entry)}`).join(","));
  const members = Object.entries(lists).map(([name, parts]) => `,\n"${name}": [${parts.join(",")}]`);
  return [head.slice(0, -1), ...members, "}\n"];
}

/**
 * @param {Pick<Job, "id" | "parts">} job
 * @param {Pick<import("./store.js").ExportStore, "part">} store
 */
async function* partsOf({ id, parts }, store) {
  for (let index = 0; index < parts; index += 1) yield (await store.part(id, index)).times;
}
