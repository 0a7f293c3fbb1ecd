/** Voices on the command line: downloaded once, resumed, verified, mended, imported, with faults on the way. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, before, beforeEach, test } from "node:test";
import { FaultServer, sentBytes } from "../support/fault-server.js";
import { temporaryFolder } from "../support/folder.js";
import { hanvox } from "../support/hanvox.js";
import { paddedVoice } from "../support/padded-voice.js";
import { assertSpeech, readWav } from "../support/wav.js";

/** @typedef {import("../support/hanvox.js").Circumstances} Circumstances */

const SYLLABLES = 6;
const TEXT = "今天天气很好。";

/** @type {import("../support/padded-voice.js").PaddedVoice} */
let voice;
/** @type {FaultServer} */
let server;
/** @type {string} */
let folder;
/** @type {string} */
let cache;
/** @type {string} */
let source;

before(async () => {
  voice = await paddedVoice("padded");
});

beforeEach(async () => {
  server = await FaultServer.start(voice);
  source = `${server.url}voices`;
  folder = await temporaryFolder();
  cache = join(folder, "cache");
});

afterEach(() => server.stop());

/** @param {string[]} args @param {Circumstances} [circumstances] */
function run(args, circumstances = {}) {
  return hanvox(args, { ...circumstances, env: { HANVOX_CACHE: cache, ...circumstances.env } });
}

/** @param {string[]} args @param {Circumstances} [circumstances] */
async function succeed(args, circumstances) {
  const { status, stdout, stderr } = await run(args, circumstances);
  assert.equal(status, 0, stderr);
  return { stdout, stderr };
}

/** Its error. @param {string[]} args @param {Circumstances} [circumstances] */
async function fail(args, circumstances) {
  const { error, stdout } = await failure(args, circumstances);
  assert.equal(stdout, "");
  return error;
}

/** @param {string[]} args @param {Circumstances} [circumstances] */
async function failure(args, circumstances) {
  const { status, stdout, stderr } = await run(args, circumstances);
  assert.equal(status, 1);
  return { stdout, error: JSON.parse(stderr.trim().split("\n").at(-1) ?? "") };
}

/** @param {string[]} args */
async function json(args) {
  return JSON.parse((await succeed([...args, "--json"])).stdout);
}

/** @param {string[]} [args] */
async function speaks(args = []) {
  const output = join(folder, "out.wav");
  const { stderr } = await succeed(["say", TEXT, "--voice", voice.id, "-o", output, ...args]);
  assertSpeech(readWav(await readFile(output)), SYLLABLES);
  return stderr;
}

/** What the cache has of the voice. */
async function kept() {
  const lines = (await succeed(["voices", "--json"])).stdout.trim().split("\n");
  return lines.map((line) => JSON.parse(line)).find(({ place }) => place === "cache");
}

/** Nothing of what was being done is left half-done. */
async function assertTidy() {
  for (const name of ["tmp", "locks"]) assert.deepEqual(await readdir(join(cache, name)), []);
}

test("a voice is downloaded once, listed, and speaks without the server", async () => {
  const report = await json(["voices", "download", voice.id, "--source", source]);
  assert.deepEqual([report.fromCache, report.downloaded], [false, voice.total]);
  const { bytes, path, whole } = await kept();
  assert.deepEqual([bytes, path, whole], [voice.total, cache, true]);
  await assertTidy();
  await server.stop();
  assert.equal(await speaks(), "");
});

test("say fetches what is not there, from the second source where the first fails, and keeps it", async () => {
  await speaks(["--source", `${server.url}nothing`, "--source", source]);
  assert.equal(sentBytes(server.log), voice.total);
  const asked = server.log.length;
  await speaks(["--source", source]);
  assert.equal(server.log.length, asked);
});

test("sources may come from the environment, and each that fails is told with its reason", async () => {
  const env = { HANVOX_SOURCES: `${server.url}nothing ${source}` };
  await succeed(["voices", "download", voice.id], { env });
  server.rule = () => ({ kind: "html" });
  const { code, context } = await fail(["voices", "download", "other"], { env });
  assert.equal(code, "unknown-voice");
  assert.deepEqual(
    context.sources.map((/** @type {{reason: string}} */ { reason }) => reason),
    ["status", "status"],
  );
});

test("progress goes to standard error as JSON lines", async () => {
  const { stderr } = await succeed(["voices", "download", voice.id, "--source", source, "--json"]);
  const events = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(events[0].status, "initiate");
  const { loaded, total } = events.filter(({ status }) => status === "progress").at(-1);
  assert.deepEqual([loaded, total], [voice.total, voice.total]);
  const counts = events.map(({ loaded }) => loaded);
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
});

/** @type {{name: string, shares: number[], breakOff: (download: string[], bytes: number) => Promise<unknown>}[]} */
const BREAKS = [
  {
    name: "the server that drops its connections",
    shares: [0.02, 0.98],
    async breakOff(download, bytes) {
      server.cut(bytes, "drop");
      assert.equal((await fail(download)).code, "network");
      await assertTidy();
    },
  },
  {
    name: "Ctrl-C",
    shares: [0.35],
    async breakOff(download, bytes) {
      const interruptAfter = server.cut(bytes, "hold");
      assert.equal((await fail(download, { interruptAfter })).code, "canceled");
      await assertTidy();
    },
  },
  {
    name: "kill -9",
    shares: [0.35, 0.98],
    async breakOff(download, bytes) {
      const interruptAfter = server.cut(bytes, "hold");
      const { status } = await run(download, { interruptAfter, signal: "SIGKILL" });
      assert.equal(status, null);
    },
  },
];

for (const { name, shares, breakOff } of BREAKS) {
  for (const share of shares) {
    test(`a download that ends at ${100 * share} % by ${name} goes on where it ended`, async () => {
      const download = ["voices", "download", voice.id, "--source", source];
      await breakOff(download, Math.round(share * voice.total));
      server.heal();
      const { bytes = 0, whole = false } = (await kept()) ?? {};
      assert.ok(!whole && bytes < voice.total);
      // As many chunks as are fetched at once may have been cut, and the one that was being written.
      assert.ok(bytes >= share * voice.total - 5 * 2 ** 20, `${bytes} of ${share * voice.total}`);
      const { downloaded } = await json(download);
      assert.equal(downloaded, voice.total - bytes);
      assert.equal((await succeed(["voices", "verify", voice.id])).stdout.split("\t")[1], "ok");
      await assertTidy();
      await speaks();
    });
  }
}

test("ten processes at once make one transfer, and all have the voice", async () => {
  const download = ["voices", "download", voice.id, "--source", source, "--json"];
  const runs = await Promise.all(Array.from({ length: 10 }, () => succeed(download)));
  const reports = runs.map(({ stdout }) => JSON.parse(stdout));
  assert.equal(sentBytes(server.log), voice.total);
  assert.equal(reports.filter(({ fromCache }) => !fromCache).length, 1);
  await assertTidy();
});

test("a process that dies while it downloads does not keep the others waiting", async () => {
  const download = ["voices", "download", voice.id, "--source", source, "--json"];
  const reached = server.cut(Math.round(voice.total / 2), "hold");
  /** @type {Promise<unknown>[]} */
  let others = [];
  const interruptAfter = reached.then(() => {
    others = [succeed(download), succeed(download)];
    return setTimeout(500);
  });
  await run(download, { interruptAfter, signal: "SIGKILL" });
  server.heal();
  await Promise.all(others);
  assert.equal((await kept()).whole, true);
});

/** Changes a byte of a file of the cache. @param {string} path @param {number} at From the end where it is negative. */
async function flip(path, at) {
  const bytes = await readFile(path);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  await writeFile(path, bytes);
}

/** @param {string} file @param {number} chunk */
function chunkFile(file, chunk) {
  const { sha256 } = /** @type {{sha256: string}} */ (voice.files.find(({ path }) => path === file));
  return join(cache, "voices", voice.id, "chunks", sha256, String(chunk));
}

/** @type {Record<string, () => Promise<unknown>>} */
const DAMAGES = {
  "a changed byte": () => flip(chunkFile("noise-1.bin", 2), -1),
  "a chunk cut off": () => writeFile(chunkFile("noise-1.bin", 2), "short"),
  "a chunk that is gone": () => rm(chunkFile("noise-1.bin", 2)),
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`${name} is found by verify, named, refused by say and mended alone by repair`, async () => {
    await succeed(["voices", "download", voice.id, "--source", source]);
    await damage();
    const fault = { file: "noise-1.bin", chunk: 2 };
    const { error, stdout } = await failure(["voices", "verify", "--json"]);
    const { ok, faults } = JSON.parse(stdout.split("\n")[0]);
    assert.deepEqual([error.code, ok, faults], ["voice-corrupt", false, [fault]]);
    const refused = await fail(["say", TEXT, "--voice", voice.id, "-o", join(folder, "out.wav")]);
    assert.deepEqual([refused.code, refused.context.file, refused.context.chunk], ["voice-corrupt", fault.file, 2]);
    server.log.length = 0;
    assert.equal((await json(["voices", "repair", voice.id, "--source", source])).refetched, 1);
    assert.equal(sentBytes(server.log), 2 ** 20);
    await succeed(["voices", "verify"]);
    await speaks();
  });
}

test("a voice whose manifest tells no chunks is checked by the digests of the cache, which are checked too", async () => {
  server.put(await paddedVoice(voice.id, { chunks: false }));
  await succeed(["voices", "download", voice.id, "--source", source]);
  await flip(chunkFile("noise-1.bin", 2), 0);
  const { error } = await failure(["voices", "verify", voice.id]);
  assert.deepEqual(error.context.voices[0].faults, [{ file: "noise-1.bin", chunk: 2 }]);
  assert.equal((await json(["voices", "repair", voice.id, "--source", source])).refetched, 1);
  await succeed(["voices", "verify", voice.id]);
});

test("say with a source mends a damaged voice on the way", async () => {
  await succeed(["voices", "download", voice.id, "--source", source]);
  await flip(chunkFile("noise-4.bin", 0), 500);
  server.log.length = 0;
  await speaks(["--source", source]);
  assert.equal(sentBytes(server.log), 2 ** 20);
  await succeed(["voices", "verify", voice.id]);
});

for (const at of [0, 100, -1]) {
  test(`a changed byte at ${at} of the stored manifest is found and mended without fetching the files`, async () => {
    await succeed(["voices", "download", voice.id, "--source", source]);
    await flip(join(cache, "voices", voice.id, "manifest"), at);
    const { stdout } = await failure(["voices", "verify", voice.id, "--json"]);
    assert.deepEqual(JSON.parse(stdout).faults, [{ file: "voice.json" }]);
    const refused = await fail(["say", TEXT, "--voice", voice.id, "-o", join(folder, "out.wav")]);
    assert.deepEqual([refused.code, refused.context.file], ["voice-corrupt", "voice.json"]);
    server.log.length = 0;
    await succeed(["voices", "repair", voice.id, "--source", source]);
    assert.equal(sentBytes(server.log), 0);
    await speaks();
  });
}

/** The voice as a folder. */
async function voiceFolder() {
  const path = join(folder, voice.id);
  await mkdir(path);
  await writeFile(join(path, "voice.json"), voice.text);
  for (const [name, bytes] of voice.contents) {
    await mkdir(join(path, name, ".."), { recursive: true });
    await writeFile(join(path, name), bytes);
  }
  return path;
}

/** @type {Record<string, () => Promise<string>>} */
const FORMS = {
  "folder": voiceFolder,
  async "tar.gz"() {
    await voiceFolder();
    execFileSync("tar", ["-czf", "voice.tar.gz", voice.id], { cwd: folder });
    return join(folder, "voice.tar.gz");
  },
  async "zip"() {
    const path = join(folder, "voice.zip");
    await succeed(["voices", "import", await voiceFolder()]);
    await succeed(["voices", "export", voice.id, "-o", path]);
    await succeed(["voices", "remove", voice.id]);
    assert.equal(await kept(), undefined);
    return path;
  },
};

for (const [name, make] of Object.entries(FORMS)) {
  test(`a voice comes from a ${name} and speaks`, async () => {
    const { id, bytes, whole } = await json(["voices", "import", await make()]);
    assert.deepEqual([id, bytes, whole], [voice.id, voice.total, true]);
    await assertTidy();
    await speaks();
  });
}

/** @type {Record<string, {code: string, spoil: (path: string) => Promise<string>}>} */
const BAD_IMPORTS = {
  "a path where nothing is": { code: "voice-missing", spoil: async (path) => `${path}.zip` },
  "a file that is no archive": { code: "voice-unsupported", spoil: async (path) => join(path, "noise-0.bin") },
  "a folder without a manifest": { code: "voice-missing", spoil: (path) => without(path, "voice.json") },
  "a folder without one of the files": { code: "voice-missing", spoil: (path) => without(path, "noise-3.bin") },
  "a changed byte": {
    code: "voice-corrupt",
    async spoil(path) {
      await flip(join(path, "noise-3.bin"), 7);
      return path;
    },
  },
  "a link out of the folder": {
    code: "voice-unsupported",
    async spoil(path) {
      await symlink("/etc/hosts", join(path, "hosts.txt"));
      return path;
    },
  },
};

/** @param {string} path @param {string} name */
async function without(path, name) {
  await rm(join(path, name));
  return path;
}

for (const [name, { code, spoil }] of Object.entries(BAD_IMPORTS)) {
  test(`an import of ${name} gives ${code} and keeps nothing`, async () => {
    assert.equal((await fail(["voices", "import", await spoil(await voiceFolder())])).code, code);
    assert.equal(await kept(), undefined);
  });
}

test("an export that fails leaves no file", async () => {
  await succeed(["voices", "import", await voiceFolder()]);
  const output = join(folder, "exported");
  await mkdir(output);
  const error = await fail(["voices", "export", "nobody", "-o", join(output, "voice.zip")]);
  assert.equal(error.code, "unknown-voice");
  assert.deepEqual(await readdir(output), []);
});

test("a cache that can't be written says so, and the voice speaks all the same", async () => {
  await writeFile(cache, "a file where the folder should be");
  const { code, level, advice } = JSON.parse(await speaks(["--source", source]));
  assert.deepEqual([code, level, advice !== ""], ["storage-blocked", "warning", true]);
  assert.equal((await fail(["voices", "download", voice.id, "--source", source])).code, "storage-blocked");
  assert.equal((await fail(["voices", "import", await voiceFolder()])).code, "storage-blocked");
  assert.ok((await stat(cache)).isFile());
});
