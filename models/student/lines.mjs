/**
 * The symbols of the texts that the teacher speaks, by hanvox's own front end.
 *
 *     node models/student/lines.mjs train OUT [FILE MOST]...    TEXT<TAB>SYMBOLS, shuffled
 *     node models/student/lines.mjs eval OUT                    SET-NUMBER<TAB>TEXT<TAB>SYMBOLS, in order
 *
 * `train` takes `texts/*.txt` and the first MOST fitting lines of further FILEs. The voice `han` must have been built
 * (`npm run build`): any version of it will do, since its weights make no difference here.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Hanvox } from "../../www/lib/node/index.js";
import { evalTexts } from "./eval-texts.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** Characters of a line of a further file: long enough to be a sentence, short enough to be one chunk. */
const FITTING = { least: 6, most: 48 };
const SEED = 1;

const [kind, out, ...more] = process.argv.slice(2);
const tts = await Hanvox.from_pretrained("han");
try {
  const lines = kind === "eval" ? await evaluation() : await training(more);
  writeFileSync(out, lines.map((line) => `${line}\n`).join(""));
  console.log(`${lines.length} lines in ${out}`);
} finally {
  await tts.dispose();
}

/** @returns {Promise<string[]>} */
async function evaluation() {
  const lines = [];
  for (const [name, text] of evalTexts()) lines.push(`${name}\t${text}\t${(await chunks(text)).join(" {_} ")}`);
  return lines;
}

/** @param {string[]} more */
async function training(more) {
  const texts = readdirSync(`${HERE}texts`)
    .filter((name) => name.endsWith(".txt"))
    .flatMap((name) => read(`texts/${name}`));
  for (let i = 0; i + 1 < more.length; i += 2) texts.push(...fitting(more[i], Number(more[i + 1])));
  const lines = [];
  for (const text of shuffled([...new Set(texts)])) {
    const parts = await chunks(text);
    if (parts.length === 1) lines.push(`${text}\t${parts[0]}`);
    // A text of several chunks: sentence by sentence, so that each line still knows its own text.
    else for (const sentence of sentences(text)) lines.push(...(await single(sentence)));
  }
  return lines;
}

/** @param {string} sentence */
async function single(sentence) {
  const parts = await chunks(sentence);
  return parts.length === 1 ? [`${sentence}\t${parts[0]}`] : [];
}

/**
 * The symbols of each chunk of a text as the teacher knows them: with plain spaces and marks.
 * @param {string} text
 */
async function chunks(text) {
  const written = (await tts.symbols(text))
    .replaceAll("{|}", "{_}")
    .replaceAll("{·}", "{,}")
    .replaceAll("{、}", "{,}")
    .replaceAll("{？}", "{?}");
  return written.split("\n").map((line) => line.slice(line.indexOf("\t") + 1));
}

/** @param {string} text */
function sentences(text) {
  return text.split(/(?<=[。！？…；][”」』）]?)(?![”」』）。！？…])/).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/**
 * @param {string} file
 * @param {number} most
 */
function fitting(file, most) {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.replaceAll("▁", "").trim());
  return lines.filter(({ length }) => length >= FITTING.least && length <= FITTING.most).slice(0, most);
}

/** @param {string} path */
function read(path) {
  return readFileSync(HERE + path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/**
 * In an order that looks random and is always the same (Fisher-Yates over mulberry32).
 * @param {string[]} texts
 */
function shuffled(texts) {
  let state = SEED;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = texts.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [texts[i], texts[j]] = [texts[j], texts[i]];
  }
  return texts;
}
