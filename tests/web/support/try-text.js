/** What an engine makes of an odd text, and what it must not. */
import { HanvoxError } from "../../../www/lib/shared/errors.js";

/** @typedef {import("./odd-texts.js").OddText} OddText */
/** @typedef {import("../../../www/lib/engine/engine.js").Engine} Engine */

/** What a text, its markup and its options may end with. */
const OF_TEXTS = [
  "empty-text",
  "nothing-to-speak",
  "markup-invalid",
  "option-invalid",
  "unknown-emotion",
  "text-too-long",
  "output-invalid",
];

// Windows of a long silence are as many as its seconds.
const MOST_SAMPLES = 24_000 * 60;

/**
 * Reads the text in every way, and speaks it if asked to.
 * @param {Engine} engine With a voice.
 * @param {OddText} odd
 * @param {boolean} spoken
 * @returns {{outcome: string, fault?: string}}
 */
export function tryText(engine, { text, options }, spoken) {
  for (const read of /** @type {const} */ (["normalize", "pinyin", "explain"])) {
    const { error, value } = tried(() => engine[read](text));
    if (error && !OF_TEXTS.includes(error.code)) return { outcome: error.code, fault: `${read}: ${error.stack}` };
    const lost = read === "pinyin" && value ? lostOf(text, /** @type {any} */ (value)) : undefined;
    if (lost) return { outcome: "lost", fault: lost };
  }
  const { error, value } = tried(() => (spoken ? speak(engine, text, options) : engine.symbols(text, options)));
  if (error) return { outcome: error.code, fault: OF_TEXTS.includes(error.code) ? undefined : String(error.stack) };
  return { outcome: spoken ? "spoken" : "read", fault: value ? undefined : "nothing is said of it" };
}

/** @template T @param {() => T} call @returns {{error?: HanvoxError, value?: T}} */
function tried(call) {
  try {
    return { value: call() };
  } catch (thrown) {
    return { error: HanvoxError.from(thrown) };
  }
}

/** @param {Engine} engine @param {string} text @param {any} options */
function speak(engine, text, options) {
  const speech = engine.open(text, options);
  try {
    let samples = 0;
    for (let window = speech.next(); window && samples < MOST_SAMPLES; window = speech.next()) {
      if (!window.samples.every(Number.isFinite)) throw new HanvoxError("internal-error", "samples are no numbers");
      samples += window.samples.length;
    }
    return samples > 0;
  } finally {
    speech.close();
  }
}

/**
 * The first common character that no token reads.
 * @param {string} text
 * @param {{start: number, end: number}[]} tokens
 */
function lostOf(text, tokens) {
  const wrong = tokens.find(({ start, end }) => !(start >= 0 && start <= end && end <= text.length));
  if (wrong) return `a token from ${wrong.start} to ${wrong.end} of ${text.length}`;
  // Braces and tags are not read.
  if (/[<{&]/.test(text)) return undefined;
  const read = new Set(tokens.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)));
  const at = [...text.matchAll(COMMON)].find(({ index }) => !read.has(index))?.index;
  return at === undefined ? undefined : `${text[at]} at ${at} is not read`;
}

const COMMON =
  /[的是不了在人有我他这中来国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都]/g;
