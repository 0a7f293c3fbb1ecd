/** `npm run import-voice`: what it makes of a sound package, and how it refuses all others. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { text } from "node:stream/consumers";
import { PACKAGES } from "../../../scripts/sambert-packs.mjs";
import { PYTHON, ROOT } from "../../../scripts/steps.mjs";
import { writeZip } from "../../../www/lib/archive/write-zip.js";
import { temporaryFolder } from "../support/folder.js";
import { NEEDS_PACKAGES } from "../support/python.js";

const COMMAND = [process.execPath, join(ROOT, "scripts/import-voice.mjs")];
const VOICE = "demo_random";

/** A sound package that is small, of one voice. @type {string} */
let sound;

before(async () => {
  if ("skip" in NEEDS_PACKAGES) return;
  sound = join(await temporaryFolder(), "package");
  execFileSync(PYTHON, [join(ROOT, "models/sambert/demo.py"), sound, "--tiny"]);
});

/**
 * @typedef {object} Place Where a test works.
 * @property {string} folder
 * @property {string} path The package, a copy of the sound one.
 * @property {string} voice The folder of its voice.
 * @property {string} out What `--out` names; not there yet.
 * @property {string} mark A file that nobody makes.
 */

/** @returns {Promise<Place>} */
async function place() {
  const folder = await temporaryFolder();
  const path = join(folder, "package");
  await cp(sound, path, { recursive: true });
  await mkdir(join(folder, "temporary"));
  return { folder, path, voice: join(path, "voices", VOICE), out: join(folder, "voices"), mark: join(folder, "mark") };
}

/**
 * @param {string[]} command
 * @param {string} folder
 */
async function run([program, ...args], folder) {
  const temporary = join(folder, "temporary");
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, INIT_CWD: ROOT };
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  const closed = new Promise((resolve) => child.on("close", resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  assert.deepEqual(await readdir(temporary), [], "temporary files are left");
  return { status, stdout, stderr };
}

/** Every path below a folder. @param {string} folder */
async function everything(folder) {
  return existsSync(folder) ? (await readdir(folder, { recursive: true })).sort() : [];
}

/** @param {string} file @param {string} from @param {string} to */
async function edit(file, from, to) {
  const before = await readFile(file, "utf8");
  assert.ok(before.includes(from), `${file} has no ${from}`);
  await writeFile(file, before.replace(from, to));
}

/** Adds an option to the parameters of the acoustic model. @param {Place} place @param {string} line */
const addOption = ({ voice }, line) => edit(join(voice, "am/config.yaml"), "max_len:", `${line}\n      max_len:`);

/** @param {Place} place */
function zipped({ folder, path }) {
  const zip = join(folder, "package.zip");
  execFileSync("python3", ["-m", "zipfile", "-c", zip, "package"], { cwd: join(path, "..") });
  return zip;
}

/** A pickle that runs a command in whatever obeys it. @param {string} mark */
function evilPickle(mark) {
  const words = Buffer.from(`touch "${mark}"`);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(words.length);
  return Buffer.concat([
    Buffer.from("\x80\x02cposix\nsystem\nX", "latin1"),
    length,
    words,
    Buffer.from("\x85R.", "latin1"),
  ]);
}

/** @param {Place} place */
async function putCode({ voice, mark }) {
  const bytes = evilPickle(mark);
  execFileSync(PYTHON, ["-c", "import pickle, sys; pickle.load(sys.stdin.buffer)"], { input: bytes });
  assert.ok(existsSync(mark), "the pickle would run its command");
  await rm(mark);
  const zip = await writeZip([{ path: "checkpoint_7/data.pkl", bytes: new Uint8Array(bytes) }]);
  await writeFile(join(voice, "am/ckpt/checkpoint_7.pth"), Buffer.from(await zip.arrayBuffer()));
}

/**
 * What is done to the package, the code and the message that must come of it. `spoil` may give other words for the
 * command line than the package's path.
 * @type {[string, string, RegExp, (place: Place) => unknown][]}
 */
const REFUSED = [
  ["a path that is not there", "voice-missing", /no such folder or zip/, ({ folder }) => [join(folder, "nothing")]],
  ["a folder that is no package", "voice-missing", /configuration\.json/, ({ voice }) => [voice]],
  ["a file that is no package", "voice-corrupt", /not a zip/, ({ voice }) => [join(voice, "am/config.yaml")]],
  ["a voice that it lacks", "voice-missing", /it has demo_random/, ({ path }) => [path, "--voice", "other"]],
  ["a voice outside of it", "voice-missing", /it has demo_random/, ({ path }) => [path, "--voice", "../package"]],
  ["no checkpoint", "voice-missing", /am\/ckpt holds no/, ({ voice }) => rm(join(voice, "am/ckpt/checkpoint_0.pth"))],
  ["no configuration", "voice-missing", /voc\/config\.yaml/, ({ voice }) => rm(join(voice, "voc/config.yaml"))],
  [
    "a damaged configuration",
    "voice-corrupt",
    /not plain YAML/,
    ({ voice }) => writeFile(join(voice, "am/config.yaml"), "a: ["),
  ],
  ["an unknown option", "voice-unsupported", /brand_new/, (place) => addOption(place, "brand_new: 1")],
  ["a harmonic source", "voice-unsupported", /NSF/, (place) => addOption(place, "NSF: true")],
  ["a speaker encoder", "voice-unsupported", /SE/, (place) => addOption(place, "SE: true")],
  [
    "another model",
    "voice-unsupported",
    /type 'vits'/,
    ({ path }) => edit(join(path, "configuration.json"), "sambert-hifigan", "vits"),
  ],
  [
    "wrong shapes",
    "voice-corrupt",
    /w_1\.weight is \[12, 8, 1\]/,
    ({ voice }) => edit(join(voice, "am/config.yaml"), "decoder_ffn_inner_dim: 12", "decoder_ffn_inner_dim: 20"),
  ],
  [
    "a checkpoint cut short",
    "voice-corrupt",
    /voc\/ckpt/,
    ({ voice }) => truncate(join(voice, "voc/ckpt/checkpoint_0.pth"), 5000),
  ],
  ["a checkpoint with code in it", "voice-unsupported", /posix\.system.*no code is run/, putCode],
  [
    "a zip cut short",
    "voice-corrupt",
    /cut short/,
    async (place) => {
      const zip = zipped(place);
      await truncate(zip, (await readFile(zip)).length / 2);
      return [zip];
    },
  ],
  [
    "a folder that can't be made",
    "output-failed",
    /can't be written/,
    ({ path, mark }) => [path, "--out", join(mark, "voices")],
  ],
  [
    "something else of the voice's name",
    "output-failed",
    /left as it is/,
    async ({ out }) => {
      await mkdir(join(out, VOICE), { recursive: true });
      await writeFile(join(out, VOICE, "notes.txt"), "mine");
    },
  ],
  [
    "a bad voice after a good one",
    "voice-missing",
    /second\/am\/ckpt/,
    async ({ path, voice }) => {
      await cp(voice, join(path, "voices/second"), { recursive: true });
      await rm(join(path, "voices/second/am/ckpt"), { recursive: true });
      await edit(join(path, "voices/voices.json"), `"${VOICE}"`, `"${VOICE}", "second"`);
    },
  ],
  ["no path", "option-invalid", /one PATH.*--help/, () => []],
  ["two paths", "option-invalid", /one PATH/, ({ path }) => [path, path]],
  ["an unknown word", "option-invalid", /--loud/, ({ path }) => [path, "--loud"]],
  ["an unknown storage", "option-invalid", /f32, f16, int8/, ({ path }) => [path, "--storage", "f64"]],
];

for (const [what, code, message, spoil] of REFUSED) {
  test(`${what} is ${code}, and nothing is left behind`, NEEDS_PACKAGES, async () => {
    const here = await place();
    // A mark stands in the way of a folder; only code in a package would make one otherwise.
    if (what.includes("can't be made")) await writeFile(here.mark, "");
    const words = (await spoil(here)) ?? [here.path];
    const marked = existsSync(here.mark);
    const before = await everything(here.out);
    const outWords = /** @type {string[]} */ (words).includes("--out") ? [] : ["--out", here.out];
    const { status, stderr } = await run([...COMMAND, .../** @type {string[]} */ (words), ...outWords], here.folder);
    assert.deepEqual([status, stderr.trim().split("\n").length], [1, 1], stderr);
    const error = JSON.parse(stderr);
    assert.deepEqual([error.name, error.code], ["HanvoxError", code], error.message);
    assert.match(error.message, message);
    assert.deepEqual(await everything(here.out), before);
    assert.equal(existsSync(here.mark), marked);
  });
}

test(
  "packages of other kinds as they are published are refused by the name of the option",
  NEEDS_PACKAGES,
  async () => {
    const path = join(ROOT, PACKAGES, "tiny-nsf");
    const { folder, out } = await place();
    const { status, stderr } = await run([...COMMAND, path, "--out", out], folder);
    assert.equal(status, 1);
    assert.equal(JSON.parse(stderr).code, "voice-unsupported");
    assert.match(JSON.parse(stderr).message, /NSF/);
    assert.deepEqual(await everything(out), []);
  },
);

test(
  "every voice of a package becomes a pack, from its folder or a zip, and an older pack is replaced whole",
  NEEDS_PACKAGES,
  async () => {
    const here = await place();
    const { folder, path, voice, out } = here;
    await cp(voice, join(path, "voices/second"), { recursive: true });
    await edit(join(path, "voices/voices.json"), `"${VOICE}"`, `"${VOICE}", "second"`);
    const npm = ["npm", "run", "--silent", "import-voice", "--"];
    const first = await run([...npm, path, "--out", out], folder);
    assert.deepEqual([first.status, first.stderr], [0, ""]);
    assert.match(first.stdout, /demo_random: 7 files, .*licence: not stated[\s\S]*second: in /);
    assert.deepEqual((await readdir(out)).sort(), [VOICE, "second"]);
    const manifest = async (/** @type {string} */ name) =>
      JSON.parse(await readFile(join(out, name, "voice.json"), "utf8"));
    assert.deepEqual([(await manifest(VOICE)).storage, (await manifest("second")).id], ["f16", "second"]);

    await writeFile(join(out, VOICE, "old.bin"), "of the pack before");
    const again = await run([...npm, zipped(here), "--voice", VOICE, "--storage", "int8", "--out", out], folder);
    assert.deepEqual([again.status, again.stderr], [0, ""]);
    assert.deepEqual([(await manifest(VOICE)).storage, (await manifest("second")).storage], ["int8", "f16"]);
    assert.ok(!existsSync(join(out, VOICE, "old.bin")));
    assert.deepEqual((await readdir(out)).sort(), [VOICE, "second"]);
  },
);

test("--help tells the options", NEEDS_PACKAGES, async () => {
  const { status, stdout, stderr } = await run([...COMMAND, "--help"], (await place()).folder);
  assert.deepEqual([status, stderr], [0, ""]);
  for (const word of ["PATH", "--voice", "--storage", "--out", "replaced"]) assert.ok(stdout.includes(word), word);
});
