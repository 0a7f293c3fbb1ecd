/**
 * `npm run bench:voices`: what a recogniser and predictors of naturalness make of the voices, on `models/student/eval`.
 *
 *     PYTHON=... npm run bench:voices -- PARTS [--voices han:qing,han:song,baker] [--teacher] [-- FLAGS OF evaluate.py]
 *
 * PARTS is the folder of `models/student/fetch.py PARTS --whisper`; PYTHON has `models/student/requirements.txt`.
 * A voice is its id, with the speaker after a colon. `--teacher` speaks by the teacher of `han` as well.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { evalTexts } from "../../models/student/eval-texts.mjs";
import { Hanvox } from "../../www/lib/node/index.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STUDENT = join(ROOT, "models/student");
const OUT = join(ROOT, "target/bench-voices");
const TEACHERS = {
  "teacher-qing": "0.7*af_heart+0.3*zf_xiaobei/zf_xiaobei",
  "teacher-song": "0.5*am_fenrir+0.5*zm_yunjian/zm_yunjian",
};

const [own, flags] = splitAt(process.argv.slice(2), "--");
const { values, positionals } = parseArgs({
  args: own,
  options: { voices: { type: "string", default: "han:qing,han:song" }, teacher: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [parts] = positionals;
if (!parts) throw new Error("name the folder that models/student/fetch.py made");

const folders = [];
for (const name of values.voices.split(",")) folders.push(`${name}=${await speakBy(name)}`);
if (values.teacher) folders.push(...speakByTeachers(parts));
python("evaluate.py", join(parts, "whisper"), ...folders, ...flags);

/** @param {string} name */
async function speakBy(name) {
  const [id, speaker] = name.split(":");
  const folder = join(OUT, name.replace(":", "-"));
  mkdirSync(folder, { recursive: true });
  const tts = await Hanvox.from_pretrained(id);
  try {
    for (const [file, text] of evalTexts()) {
      const speech = await tts.generate(text, speaker ? { speaker } : {});
      writeFileSync(join(folder, `${file}.wav`), speech.toWav());
    }
  } finally {
    tts.dispose();
  }
  return folder;
}

/** @param {string} parts */
function speakByTeachers(parts) {
  const lines = join(OUT, "eval.lines");
  run(process.execPath, [join(STUDENT, "lines.mjs"), "eval", lines]);
  return Object.entries(TEACHERS).map(([name, style]) => {
    const folder = join(OUT, name);
    python("speak_eval.py", parts, lines, folder, "--style", style);
    return `${name}=${folder}`;
  });
}

/**
 * @param {string} script
 * @param {...string} words
 */
function python(script, ...words) {
  run(process.env.PYTHON ?? "python3", [join(STUDENT, script), ...words]);
}

/**
 * @param {string} program
 * @param {string[]} words
 */
function run(program, words) {
  const { status, error } = spawnSync(program, words, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * @param {string[]} words
 * @param {string} mark
 */
function splitAt(words, mark) {
  const at = words.indexOf(mark);
  return at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)];
}
