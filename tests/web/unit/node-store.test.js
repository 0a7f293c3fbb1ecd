import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { verifyFolder } from "../../../www/lib/node/node-folders.js";
import { nodeSources } from "../../../www/lib/node/node-sources.js";
import { listVoices, loadVoice, openNodeStore } from "../../../www/lib/node/node-store.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { takesAll } from "../support/fake-voice.js";
import { temporaryFolder } from "../support/folder.js";
import { paddedVoice } from "../support/padded-voice.js";

/** @type {string} */
let folder;

beforeEach(async () => {
  folder = await temporaryFolder();
  process.env.HANVOX_CACHE = join(folder, "cache");
  process.env.HANVOX_VOICES = "";
});

/** Its version tells where it lies. @param {string} version */
function voiceOf(version) {
  return paddedVoice("padded", { noise: [], version });
}

/** @param {string} path @param {string} version */
async function putFolder(path, version) {
  const { text, contents } = await voiceOf(version);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "voice.json"), text);
  for (const [name, bytes] of contents) await writeFile(join(path, name), bytes);
}

async function putCache() {
  const { text, contents } = await voiceOf("cache");
  const files = [...contents].map(([path, bytes]) => ({ path, bytes: new Uint8Array(bytes) }));
  await openNodeStore({ check: takesAll }).importFiles([
    ...files,
    { path: "voice.json", bytes: new TextEncoder().encode(text) },
  ]);
}

/** Where a voice may lie, in the order of the search. @type {Record<string, () => Promise<unknown>>} */
const PLACES = {
  option: () => putFolder(join(folder, "option/padded"), "option"),
  environment() {
    process.env.HANVOX_VOICES = join(folder, "environment");
    return putFolder(join(folder, "environment/padded"), "environment");
  },
  cache: putCache,
  package: () => putFolder(join(folder, "package/voices/padded"), "package"),
};

/** @param {string} id */
function load(id) {
  return loadVoice(id, { base: join(folder, "package"), voices: join(folder, "option"), sources: [] });
}

const names = Object.keys(PLACES);
for (const [index, name] of names.entries()) {
  test(`a voice in ${names.slice(index).join(", ")} is taken from the first`, async () => {
    for (const put of Object.values(PLACES).slice(index)) await put();
    assert.equal((await load("padded")).manifest.version, name);
    const here = await listVoices({ base: join(folder, "package"), voices: join(folder, "option"), check: takesAll });
    assert.deepEqual(
      here.map(({ version }) => version),
      names.slice(index),
    );
  });
}

test("the path of a voice's own folder is that voice; what is nowhere is told with where it was looked for", async () => {
  await putFolder(join(folder, "own"), "own");
  assert.equal((await load(join(folder, "own"))).manifest.version, "own");
  for (const id of ["padded", join(folder, "none"), "../own", "a/../../x"])
    await assert.rejects(load(id), { code: "unknown-voice" });
});

test("a folder whose manifest can't be used is listed with what is wrong, and does not hide the others", async () => {
  const base = join(folder, "package");
  const voices = join(folder, "option");
  await putFolder(join(voices, "a"), "broken");
  await writeFile(join(voices, "a/voice.json"), "{");
  await putFolder(join(voices, "b"), "refused");
  await putFolder(join(voices, "c"), "sound");
  const check = async (/** @type {string} */ text) => {
    if (JSON.parse(text).version === "refused") throw new HanvoxError("voice-corrupt", "voice.json: mels");
  };
  const here = await listVoices({ base, voices, check });
  assert.deepEqual(
    here.map(({ id, whole, fault }) => [id, whole, fault?.code, fault?.message]),
    [
      ["a", false, "voice-corrupt", "voice.json of voice a is no JSON"],
      ["b", false, "voice-corrupt", "voice.json: mels"],
      ["padded", true, undefined, undefined],
    ],
  );
  const faults = (/** @type {string} */ name) => verifyFolder(join(voices, name), name, check);
  assert.deepEqual((await faults("b")).faults, [
    { file: "voice.json", code: "voice-corrupt", message: "voice.json: mels" },
  ]);
  assert.equal((await faults("c")).ok, true);
});

const SOURCES = [
  { text: "https://example.test/voices", source: { base: "https://example.test/voices/", layout: "plain" } },
  {
    text: "hf+https://hub.test/owner/#v1",
    source: { base: "https://hub.test/owner/", layout: "hf", revision: "v1" },
  },
  {
    text: "http://example.test/voices/#abc",
    source: { base: "http://example.test/voices/", layout: "plain", revision: "abc" },
  },
];

for (const { text, source } of SOURCES) {
  test(`${text} is a source`, () => {
    const [found] = nodeSources([text]);
    assert.deepEqual(JSON.parse(JSON.stringify(found)), source);
  });
}

for (const text of ["", "voices", "file:///voices", "ftp://example.test/", "hf+voices", "javascript:0"]) {
  test(`${JSON.stringify(text)} is no source`, () => {
    assert.throws(() => nodeSources([text]), { code: "option-invalid" });
  });
}

test("without sources given those of the environment are taken, and given ones instead of them", () => {
  process.env.HANVOX_SOURCES = " https://a.test/  https://b.test/voices\n";
  const bases = (/** @type {string[] | undefined} */ given) => nodeSources(given).map(({ base }) => base);
  assert.deepEqual(bases(undefined), ["https://a.test/", "https://b.test/voices/"]);
  assert.deepEqual(bases(["https://c.test/"]), ["https://c.test/"]);
  process.env.HANVOX_SOURCES = "";
  assert.deepEqual(bases(undefined), []);
});
