import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../support/folder.js";
import { hanvox } from "../support/hanvox.js";

/** @type {{name: string, args: string[], told?: RegExp}[]} */
const MISUSES = [
  { name: "no command", args: [] },
  { name: "an unknown command", args: ["sing"] },
  { name: "an unknown option", args: ["say", "好", "-o", "x.wav", "--loud"] },
  { name: "an option of another command", args: ["normalize", "--speed", "2"] },
  { name: "a format of no file", args: ["say", "好", "--format", "mp3"], told: /-o FILE/ },
  { name: "an unknown kind of markup", args: ["say", "好", "-o", "x.wav", "--markup", "yes"], told: /--markup/ },
  ...["x", "x.m4a", "x.wav.bak"].map((output) => ({
    name: `an output of no known format (${output})`,
    args: ["say", "好", "-o", output],
    told: /ending.*\.mp3/,
  })),
  { name: "an unknown format", args: ["say", "好", "-o", "x.wav", "--format", "aac"], told: /--format.*mp3.*"aac"/ },
  { name: "a report on top of sound", args: ["say", "好", "-o", "-", "--json"], told: /--json and -o -/ },
  { name: "figures read in no known way", args: ["normalize", "--digits", "all", "1"], told: /auto, each or quantity/ },
  { name: "addresses read in no known way", args: ["normalize", "--links", "drop", "1"], told: /spell or name/ },
  { name: "two files", args: ["say", "好", "-o", "x.wav", "--output", "y.wav"], told: /--output.*more than once/ },
  { name: "no text", args: ["say", "-o", "x.wav"] },
  { name: "two texts", args: ["say", "好", "吗", "-o", "x.wav"] },
  { name: "a speed that is no number", args: ["say", "好", "-o", "x.wav", "--speed", "fast"] },
  { name: "an empty pitch", args: ["say", "好", "-o", "x.wav", "--pitch", ""] },
  ...[
    { name: "a text beside symbol lines", args: ["好", "--symbols", "x.txt"], told: /text or --symbols/ },
    { name: "symbol lines without a file", args: ["--symbols"], told: /--symbols/ },
    { name: "symbol lines that are not there", args: ["--symbols", "no/such/file"], told: /--symbols no\/such\/file/ },
    {
      name: "symbol lines with an emotion",
      args: ["--symbols", "-", "--emotion", "happy"],
      told: /--emotion.*--symbols/,
    },
    {
      name: "symbol lines with an intensity",
      args: ["--symbols", "-", "--intensity", "1"],
      told: /--intensity.*--symbols/,
    },
    {
      name: "symbol lines with a dictionary",
      args: ["--symbols", "-", "--dictionary", "x"],
      told: /--dictionary.*--symbols/,
    },
    { name: "symbol lines with emoji", args: ["--symbols", "-", "--emoji"], told: /--emoji.*--symbols/ },
    { name: "symbol lines with variants", args: ["--symbols", "-", "--a-variants"], told: /--a-variants.*--symbols/ },
    { name: "an intensity of nothing", args: ["好", "--intensity", "0.5"], told: /--intensity.*--emotion/ },
    {
      name: "an intensity in words",
      args: ["好", "--emotion", "sad", "--intensity", "half"],
      told: /--intensity.*"half"/,
    },
  ].map(({ args, ...misuse }) => ({ ...misuse, args: ["say", "-o", "x.wav", ...args] })),
  { name: "symbols as JSON", args: ["pinyin", "--symbols", "--json", "好"], told: /--json and --symbols/ },
  { name: "symbols explained", args: ["pinyin", "--explain", "--symbols", "好"], told: /--explain and --symbols/ },
  { name: "pinyin of a voice", args: ["pinyin", "--voice", "baker", "好"], told: /--voice.*--symbols/ },
  {
    name: "pinyin from a source",
    args: ["pinyin", "--source", "https://example.test/", "好"],
    told: /--source.*--symbols/,
  },
  { name: "pinyin with an emotion", args: ["pinyin", "--emotion", "sad", "好"], told: /--emotion.*--symbols/ },
  { name: "symbols to be normalized", args: ["normalize", "--symbols", "x"], told: /normalize.*--symbols/ },
  { name: "an unknown command of voices", args: ["voices", "sing"] },
  { name: "an import of nothing", args: ["voices", "import"] },
  { name: "an export of nothing", args: ["voices", "export", "-o", "x.zip"] },
  { name: "an export to nowhere", args: ["voices", "export", "baker"] },
  { name: "a removal of nothing", args: ["voices", "remove"] },
  { name: "a removal of two", args: ["voices", "remove", "a", "b"] },
  { name: "a repair of nothing", args: ["voices", "repair"] },
  { name: "a download of nothing", args: ["voices", "download", "--source", "https://example.test/"] },
  { name: "a download from nowhere", args: ["voices", "download", "baker"] },
  { name: "a source that is no address", args: ["voices", "download", "baker", "--source", "voices"] },
  { name: "a source where none is of use", args: ["voices", "remove", "baker", "--source", "https://example.test/"] },
];

for (const { name, args, told = /./ } of MISUSES) {
  test(`${name} is refused with one JSON error`, async () => {
    const { status, stdout, stderr } = await hanvox(args);
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
    const error = JSON.parse(stderr);
    assert.equal(error.code, "option-invalid");
    assert.match(error.message, told);
    assert.ok(error.advice);
    assert.ok(!existsSync("x.wav") && !existsSync("x.zip"));
  });
}

for (const command of ["remove", "repair", "verify", "export"]) {
  test(`voices ${command} knows only voices that are there`, async () => {
    const output = command === "export" ? ["-o", join(await temporaryFolder(), "x.zip")] : [];
    for (const id of ["nobody", "../etc"]) {
      const { status, stdout, stderr } = await hanvox(["voices", command, id, ...output]);
      assert.deepEqual([status, stdout, JSON.parse(stderr).code], [1, "", "unknown-voice"]);
    }
  });
}

test("help and version are no errors", async () => {
  const { stdout } = await hanvox(["--help"]);
  assert.match(stdout, /hanvox say TEXT \[-o out\.wav\]/);
  for (const part of ["--emotion NAME", "say --symbols FILE", "pinyin --symbols"]) assert.ok(stdout.includes(part));
  assert.match((await hanvox(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test("an output that can't be written is told before the work, and leaves nothing", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "file"), "");
  const { status, stderr } = await hanvox(["say", "好", "-o", join(folder, "file", "out.wav")]);
  assert.notEqual(status, 0);
  assert.equal(JSON.parse(stderr).code, "output-failed");
  assert.deepEqual(readdirSync(folder), ["file"]);
});

const BAD_LINES = Buffer.concat([Buffer.from("\ufeff一\r\n"), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from("三\n四")]);

test("a bad line ends a batch with its number", async () => {
  const { status, stdout, stderr } = await hanvox(["pinyin"], { input: BAD_LINES });
  const { code, context } = JSON.parse(stderr);
  assert.deepEqual([status, stdout, code, context.line], [1, "yi1\n", "encoding-invalid", 2]);
});

test("with --keep-going the rest of the batch goes on, and the command fails in the end", async () => {
  for (const [command, lines] of /** @type {[string, string][]} */ ([
    ["pinyin", "yi1\n\nsan1\nsi4\n"],
    ["normalize", "一\n\n三\n四\n"],
  ])) {
    const { status, stdout, stderr } = await hanvox([command, "--keep-going"], { input: BAD_LINES });
    const { code, context } = JSON.parse(stderr);
    assert.deepEqual([status, stdout, code, context.line], [1, lines, "encoding-invalid", 2]);
  }
  assert.equal((await hanvox(["pinyin", "--keep-going"], { input: "一\n" })).status, 0);
});
