#!/usr/bin/env node
/** The CLI: parses the arguments, runs a command, and exits with 0 or with one JSON error on stderr. */
import { HanvoxError } from "../lib/shared/errors.js";
import { COMMANDS } from "./commands.js";
import { parse, usageError } from "./options.js";
import { version } from "./version.js";

const USAGE = `hanvox: Mandarin text to speech

  hanvox say TEXT [-o out.wav] [--voice ID] [--speaker WHO] [--speed X] [--pitch X] [--energy X]
             [--emotion NAME [--intensity Y]] [--format F] [--workers N] [--source URL]... [--json] [--log-level L]
             [--markup M] [READING]
      speaks TEXT into a file, or through the loudspeakers; as TEXT, "-" is standard input; as the file, standard output
      F is wav, mp3, opus, flac or pcm (samples only); default: the ending of the file's name, and wav for "-"
      WHO is a speaker of the voice, or a mix with shares (qing:0.7,song:0.3)
      X is 0.5 to 2 (a speed to 3), default 1; some voices take a pitch of at most 1.5
      M is whether TEXT is markup: true, false, or auto (the default): what looks like it
      NAME is an emotion of the voice (happy, sad, ...); Y is 0 to 1, default 1
      N engines share a long text, default auto: one per core
      L is off (the default), error, warning, info or debug: what to log on standard error
  hanvox say --symbols FILE -o out.wav [--voice ID] [--speaker WHO] [--speed X] [--pitch X] [--energy X]
             [--workers N] [--source URL]... [--json] [--log-level L]
      speaks symbol lines ("-": standard input), which fix reading and emotion
  hanvox book FILE -o FOLDER [--format F] [--voice ID] [--speaker WHO] [--speed X] ... [--json] [READING]
      speaks an .epub, .txt, .docx, .md, .html or .pdf: a file for each chapter (default mp3) with its subtitles; begun
      again, it goes on where it was
  hanvox normalize [--keep-going] [READING] [TEXT]
      prints lines as they are read out
  hanvox pinyin [--json | --explain] [--keep-going] [READING] [TEXT]
      prints the pinyin of lines, with tones as digits 1-5 and ü as v; --explain shows the result of each stage
      without TEXT, reads lines from standard input and prints one line for each; a bad line ends the work, or with
      --keep-going gives an empty line, an error with its number, and exit code 1 in the end
  hanvox pinyin --symbols [--voice ID] [--source URL]... [--emotion NAME] [READING] [TEXT]
      prints the voice's symbols for the text, one line per chunk, in the form that say --symbols takes
  hanvox voices [--json]         lists the voices on this machine: size, location, path, emotions, speakers
  hanvox voices download ID --source URL [--source URL]... [--json]
  hanvox voices import PATH [--json]             adds a voice from its folder, .zip or .tar.gz
  hanvox voices export ID -o FILE.zip [--json]
  hanvox voices verify [ID] [--json]             checks every byte of one voice, or of all
  hanvox voices repair ID [--source URL]... [--json]   downloads again only what is damaged
  hanvox voices remove ID [--json]
      downloaded and imported voices are kept in the cache; progress goes to standard error
  hanvox serve [--port N] [--host ADDRESS] [--allow-host NAME]... [--cors ORIGIN]... [--workers N] [--queue N]
               [--grace SECONDS] [--voice ID] [--voices-memory MB] [--wyoming PORT] [--source URL]...
               [--log-level L] [--log-folder FOLDER] [--json] [READING]
      serves the HTTP API (docs/http.md) and the page, by default on port 8080 of this machine only; L defaults to info
      NAME is a host name that the server is called by, ORIGIN a site whose pages may use it; HANVOX_TOKEN in the
      environment is the token that requests must then bring
  hanvox completion bash | zsh | fish         prints a script for the shell: eval "$(hanvox completion bash)"
  hanvox --help | --version

READING is any of
  --dictionary FILE   your own words: on each line a word, a tab and its pinyin
  --emoji             reads emoji by name instead of dropping them
  --digits D          how bare runs of figures are read: auto (by length and shape), each or quantity
  --links L           how web addresses and e-mail are read: spell (sign by sign) or name (as 网址, 邮箱)
  --a-variants        lets 啊 run on from the syllable before it (天啊 as 天哪)

ID is a voice's name, or the path of its folder. A name is looked up in the folder named by HANVOX_VOICES, in the cache
and in the package; otherwise the voice is downloaded from the first source that has it, and kept in the cache.
HANVOX_CACHE names the cache folder (default: hanvox in your own cache folder). Sources are the --source URLs, or else the
addresses in HANVOX_SOURCES, separated by spaces. A source has the files of a voice at URL/ID/; with hf+URL#REVISION, a
hub has them at URL/ID/resolve/REVISION/.
`;

/** @param {string[]} args */
async function main(args) {
  const { values, positionals, tokens } = parse(args);
  if (values.version) return process.stdout.write(`${await version()}\n`);
  if (values.help || positionals[0] === "help") return process.stdout.write(USAGE);
  const { name, rest } = commandIn(positionals);
  const foreign = foreignOption(tokens, COMMANDS[name].options);
  if (foreign) throw usageError(`${name} has no option --${foreign}`);
  if (rest.length > 1) throw usageError(`${name} takes one argument; quote a text with spaces`);
  return COMMANDS[name].run(rest[0], values);
}

/**
 * A command name is one or two words.
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
 * Finds an option of another command, which would be silently ignored.
 * @param {{kind: string, name?: string}[]} tokens
 * @param {readonly string[]} known
 */
function foreignOption(tokens, known) {
  return tokens.flatMap(({ name }) => name ?? []).find((name) => !known.includes(name));
}

// A reader that has enough (head, less) closes the pipe: that is not an error.
process.stdout.on("error", (error) => process.exit(/** @type {any} */ (error).code === "EPIPE" ? 0 : 1));

try {
  await main(process.argv.slice(2));
} catch (thrown) {
  process.stderr.write(`${JSON.stringify(HanvoxError.from(thrown))}\n`);
  process.exitCode = 1;
}
