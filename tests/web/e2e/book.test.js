import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { epub } from "../support/documents.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { temporaryFolder } from "../support/folder.js";
import { hanvox, hanvoxBytes } from "../support/hanvox.js";
import { startNullSound } from "../support/null-sound.js";
import { assertSpeech } from "../support/wav.js";

const VOICE = ["--voice", join(FIXTURE_VOICES, "tone")];
const HAS_FFPROBE = spawnSync("ffprobe", ["-version"]).error === undefined;

/** @param {string[]} args @param {Parameters<typeof hanvox>[1]} [how] */
async function book(args, how) {
  const { status, stdout, stderr } = await hanvox(["book", ...args, "--json"], how);
  const lines = (/** @type {string} */ text) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { status, chapters: lines(stdout), errors: lines(stderr) };
}

/** A text of chapters. @param {string[]} chapters @returns {Promise<{path: string, folder: string}>} */
async function written(chapters) {
  const at = await temporaryFolder();
  const path = join(at, "山居.txt");
  const text = chapters
    .map((chapter, index) => `第${"一二三四五"[index]}章 ${index + 1}/x:y\n\n${chapter}`)
    .join("\n\n");
  await writeFile(path, text);
  return { path, folder: join(at, "out") };
}

test("an EPUB becomes chapters with tags and subtitles, in the order of a playlist", async () => {
  const at = await temporaryFolder();
  await writeFile(join(at, "book.epub"), Buffer.from(await epub().arrayBuffer()));
  const folder = join(at, "out");
  const { status, chapters, errors } = await book([join(at, "book.epub"), "-o", folder, ...VOICE]);
  assert.deepEqual([status, errors], [0, []]);
  assert.ok(chapters.length >= 3);
  const files = chapters.map(({ file }) => file);
  assert.deepEqual((await readFile(join(folder, "book.m3u8"), "utf8")).split("\n").slice(1, -1), files);
  for (const { file, seconds } of chapters) {
    assert.match(file, /^\d\d .*\.mp3$/);
    assert.ok(seconds > 0.2);
    const srt = await readFile(join(folder, file.replace(/mp3$/, "srt")), "utf8");
    assert.match(srt, /^1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n.+\n/);
  }
  if (!HAS_FFPROBE) return;
  const about = ["-v", "error", "-show_entries", "format=duration:format_tags", "-of", "json", join(folder, files[1])];
  const { duration, tags } = JSON.parse(execFileSync("ffprobe", about, { encoding: "utf8" })).format;
  assert.ok(Math.abs(Number(duration) - chapters[1].seconds) < 0.1);
  assert.deepEqual([tags.title, tags.album, tags.track], [chapters[1].title, "山居 & 水居", `2/${files.length}`]);
});

test("begun again, a book goes on where it was, and what has changed is spoken anew", async () => {
  const { path, folder } = await written(["山上的树很高。".repeat(3), "水里的鱼很多。", "路上的人很少。"]);
  const args = [path, "-o", folder, "--format", "opus", ...VOICE];
  const first = await book(args);
  assert.deepEqual([first.status, first.chapters.map(({ status }) => status)], [0, ["spoken", "spoken", "spoken"]]);
  await rm(join(folder, first.chapters[1].file));
  const again = await book(args);
  assert.deepEqual(again.chapters.map(({ file, status }) => [file, status]).sort(), [
    [first.chapters[0].file, "kept"],
    [first.chapters[1].file, "spoken"],
    [first.chapters[2].file, "kept"],
  ]);
  const faster = await book([...args, "--speed", "1.5"]);
  assert.ok(faster.chapters.every(({ status }) => status === "spoken"));
  assert.ok(faster.chapters[0].seconds < 0.8 * first.chapters[0].seconds);
});

test("an interrupted book leaves whole chapters only, and can be begun again", async () => {
  const { path, folder } = await written(["山。", "水里的鱼很多。".repeat(400)]);
  const firstDone = (async () => {
    while (!(await stat(join(folder, "hanvox-book.json")).catch(() => undefined))) await setTimeout(20);
  })();
  const args = [path, "-o", folder, ...VOICE];
  const { status, errors } = await book(args, { interruptAfter: firstDone });
  assert.deepEqual([status, errors[0].code], [1, "canceled"]);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => /part|^02/.test(name)),
    [],
  );
});

test("what a killed process has left of a chapter goes, and nothing else", async () => {
  const { path, folder } = await written(["山。"]);
  await mkdir(folder);
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const file = "01 第一章 1 x y.mp3";
  const kept = [`${file}.${process.pid}.part`, `own.${ended}.part`];
  for (const name of [...kept, `${file}.${ended}.part`]) await writeFile(join(folder, name), "half");
  await book([path, "-o", folder, ...VOICE]);
  assert.deepEqual((await readdir(folder)).filter((name) => name.endsWith(".part")).sort(), kept.sort());
});

test("a chapter that can't be spoken is told of, and the others are", async () => {
  const { path, folder } = await written(["山。", "水。"]);
  await mkdir(join(folder, "01 第一章 1 x y.mp3"), { recursive: true });
  const { status, chapters, errors } = await book([path, "-o", folder, ...VOICE]);
  assert.deepEqual([status, chapters.map(({ status }) => status)], [1, ["spoken"]]);
  assert.deepEqual([errors[0].code, errors[0].context.chapter], ["output-failed", 1]);
});

test("a chapter without anything to speak is told of, and is no fault", async () => {
  const at = await temporaryFolder();
  const path = join(at, "book.md");
  await writeFile(path, "# 一\n\n山。\n\n# ◇\n\n◇ ◇ ◇\n\n# 三\n\n水。\n");
  const { status, chapters, errors } = await book([path, "-o", join(at, "out"), ...VOICE]);
  assert.deepEqual([status, errors], [0, []]);
  assert.deepEqual(
    chapters.map((chapter) => chapter.status),
    ["spoken", "silent", "spoken"],
  );
  const listed = (await readFile(join(at, "out/book.m3u8"), "utf8")).split("\n");
  assert.deepEqual(listed, ["#EXTM3U", "01 一.mp3", "03 三.mp3", ""]);
});

test("signs of markup in a book are text", async () => {
  const { path, folder } = await written(["如果 a<b 就<speak>，变量{x1}的值。"]);
  assert.equal((await book([path, "-o", folder, ...VOICE])).status, 0);
});

for (const { name, args } of [
  { name: "no file", args: ["-o", "x"] },
  { name: "a file that is not there", args: ["no/such.epub", "-o", "x"] },
  { name: "a folder in the place of the file", args: [FIXTURE_VOICES, "-o", "x"] },
  { name: "no folder", args: ["x.txt"] },
  { name: "standard output as its folder", args: ["x.txt", "-o", "-"] },
  { name: "an unknown format", args: ["x.txt", "-o", "x", "--format", "m4b"] },
]) {
  test(`book with ${name} is refused`, async () => {
    const { status, stderr } = await hanvox(["book", ...args]);
    assert.deepEqual([status, JSON.parse(stderr).code], [1, "option-invalid"]);
  });
}

test("say without a file plays, as the file would sound", async () => {
  const folder = await temporaryFolder();
  const heard = join(folder, "heard.wav");
  const script = join(folder, "player.mjs");
  await writeFile(
    script,
    `import { createWriteStream } from "node:fs";
process.stdin.pipe(createWriteStream(${JSON.stringify(heard)}));`,
  );
  const env = { HANVOX_PLAYER: `${process.execPath} ${script}` };
  assert.equal((await hanvox(["say", "你好。", ...VOICE], { env })).status, 0);
  const { bytes } = await hanvoxBytes(["say", "你好。", ...VOICE, "-o", "-"]);
  assert.deepEqual(await readFile(heard), bytes);
  const failing = { HANVOX_PLAYER: `${process.execPath} -e process.exit(3)` };
  const { status, stderr } = await hanvox(["say", "你好。", ...VOICE], { env: failing });
  assert.deepEqual([status, JSON.parse(stderr).code], [1, "output-failed"]);
});

test("say without a file is heard, by a player that is there", async () => {
  const sound = await startNullSound();
  try {
    const env = { ...sound.env, HANVOX_PLAYER: "paplay" };
    const { status, stderr } = await hanvox(["say", "今天天气很好。"], { env });
    assert.deepEqual([status, stderr], [0, ""]);
    const { heard, ...speech } = sound.recording.since(0);
    assert.ok(heard);
    assertSpeech(speech, 6);
  } finally {
    await sound.stop();
  }
});

test("the script for the shell completes commands and options", async () => {
  const { stdout } = await hanvox(["completion", "bash"]);
  const complete = (/** @type {string[]} */ ...words) => {
    const line = `${stdout}\nCOMP_WORDS=(hanvox ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}
_hanvox; echo "\${COMPREPLY[*]}"`;
    return execFileSync("bash", ["-c", line], { encoding: "utf8" }).trim().split(" ");
  };
  assert.deepEqual(complete("boo"), ["book"]);
  assert.deepEqual(complete("say", "--spee"), ["--speed"]);
  assert.deepEqual(complete("voices", "imp"), ["import"]);
  assert.deepEqual(complete("completion", ""), ["bash", "zsh", "fish"]);
  for (const shell of ["zsh", "fish"]) assert.match((await hanvox(["completion", shell])).stdout, /hanvox/);
  assert.equal((await hanvox(["completion", "tcsh"])).status, 1);
});
