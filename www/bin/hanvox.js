#!/usr/bin/env node
/** The command line: parses the words, runs a command, and ends with 0 or with one JSON error on stderr. */
import { readFile } from "node:fs/promises";
import { HanvoxError } from "../lib/shared/errors.js";
import { COMMANDS } from "./commands.js";
import { parse, usageError } from "./options.js";

const USAGE = `hanvox: Mandarin text to speech

  hanvox say TEXT -o out.wav [--voice ID] [--source URL]... [--speed X] [--pitch X] [--energy X]
             [--emotion NAME [--intensity Y]] [--speaker WHO] [--json] [--log-level L] [READING]
      speaks TEXT ("-": standard input) into a WAV file; X is 0.5 to 2 (pitch: with some voices to 1.5), the default is 1
      NAME is an emotion that the voice has (happy, sad, ...); Y is 0 to 1, the default is 1
      WHO is a speaker of the voice, or a mix of several with their shares (qing:0.7,song:0.3)
      L is off (the default), error, warning, info or debug: what is told on standard error
  hanvox say --symbols FILE -o out.wav [--voice ID] [--source URL]... [--speed X] [--pitch X] [--energy X]
             [--speaker WHO] [--json]
      speaks lines of the voice's symbols ("-": standard input), which say for themselves how they are read and felt
  hanvox normalize [READING] [TEXT]
      writes lines as they are read out
  hanvox pinyin [--json | --explain] [READING] [TEXT]
      writes the pinyin of lines, tones as digits 1-5, ü as v; --explain shows what each stage made of a line
      without TEXT a line comes from standard input, and a line goes out for each
  hanvox pinyin --symbols [--voice ID] [--source URL]... [--emotion NAME] [READING] [TEXT]
      writes the symbols that the voice is given for the whole text, a line for each chunk, as say --symbols takes them
  hanvox voices [--json]         lists the voices that are here: size, kind of place, path, trained emotions and speakers of each
  hanvox voices download ID --source URL [--source URL]... [--json]
  hanvox voices import PATH [--json]             takes in a voice's folder, .zip or .tar.gz
  hanvox voices export ID -o FILE.zip [--json]
  hanvox voices verify [ID] [--json]             checks every byte, of all voices without ID
  hanvox voices repair ID [--source URL]... [--json]   fetches again only what is damaged
  hanvox voices remove ID [--json]
      what is downloaded or imported is kept in the cache; progress is told on standard error
  hanvox serve [--port N] [--host ADDRESS] [--workers N] [--queue N] [--voice ID]
               [--source URL]... [--log-level L] [--log-folder FOLDER] [--json]
      serves the API (docs/http.md) and the page, by default on port 8080 of this machine only; L defaults to info
  hanvox --help | --version

READING is any of
  --dictionary FILE   words of your own: a word, a tab and its pinyin on each line
  --emoji             says emoji by name instead of dropping them
  --a-variants        lets 啊 run on from the syllable before it (天啊 as 天哪)

ID may be the path of a voice's own folder. Otherwise it is looked up in the folder that HANVOX_VOICES names, in
the cache, in the package, and at last it is fetched from the sources, if there are any, and kept in the cache.
The cache is the folder that HANVOX_CACHE names, or hanvox in the user's own cache folder. Sources are tried in
order: --source URL (may be given several times), else the addresses in HANVOX_SOURCES, with blanks
between them. A voice's files are at URL/ID/; hf+URL#REVISION is for hubs that have them at URL/ID/resolve/REVISION/.
`;

/** @param {string[]} args */
async function main(args) {
  const { values, positionals, tokens } = parse(args);
  if (values.version) return process.stdout.write(`${await version()}\n`);
  if (values.help || positionals[0] === "help") return process.stdout.write(USAGE);
  const { name, rest } = commandIn(positionals);
  const foreign = foreignOption(tokens, COMMANDS[name].options);
  if (foreign) throw usageError(`${name} has no option --${foreign}`);
  if (rest.length > 1) throw usageError(`${name} takes one argument; put what has blanks in quotes`);
  return COMMANDS[name].run(rest[0], values);
}

/**
 * The name of a command is one word, or two.
 * @param {string[]} words
 */
function commandIn(words) {
  if (words.length === 0) throw usageError("no command is given");
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(" ");
    if (words.length >= length && Object.hasOwn(COMMANDS, name)) return { name, rest: words.slice(length) };
  }
  throw usageError(`there is no command "${words[0]}"`);
}

/**
 * An option that exists but not for this command would be lost in silence.
 * @param {{kind: string, name?: string}[]} tokens
 * @param {readonly string[]} known
 */
function foreignOption(tokens, known) {
  return tokens.flatMap(({ name }) => name ?? []).find((name) => !known.includes(name));
}

async function version() {
  return JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")).version;
}

// A reader that has enough (head, less) closes the pipe: that is no error of ours.
process.stdout.on("error", (error) => process.exit(/** @type {any} */ (error).code === "EPIPE" ? 0 : 1));

try {
  await main(process.argv.slice(2));
} catch (thrown) {
  process.stderr.write(`${JSON.stringify(HanvoxError.from(thrown))}\n`);
  process.exitCode = 1;
}
