/** A manifest that the engine could not load is refused where a voice is imported, verified and listed, in its words. */
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { openFrontend } from "../../../www/lib/node/node-engine.js";
import { openNodeStore } from "../../../www/lib/node/node-store.js";
import { temporaryFolder } from "../support/folder.js";
import { hanvox } from "../support/hanvox.js";
import { MANIFEST_FAULTS, withField } from "../support/manifest-faults.js";

/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof openFrontend>>} */
let engine;

before(async () => {
  folder = await temporaryFolder();
  process.env.HANVOX_CACHE = join(folder, "cache");
  engine = await openFrontend();
});

after(() => {
  delete process.env.HANVOX_CACHE;
});

/** @param {() => Promise<unknown>} work */
async function refusal(work) {
  const thrown = await work().then(
    () => assert.fail("it was taken"),
    (thrown) => thrown,
  );
  const { code, message, context } = HanvoxError.from(thrown);
  return { code, message, context };
}

/** @param {string} path */
async function bytesOf(path) {
  return new Uint8Array(await readFile(path));
}

for (const [voice, { folder: from, faults }] of Object.entries(MANIFEST_FAULTS)) {
  test(`the import of ${voice} refuses each field that the engine would refuse, and says the same`, async () => {
    const manifest = JSON.parse(await readFile(join(from, "voice.json"), "utf8"));
    for (const [path, value, told, code = "voice-corrupt"] of faults) {
      const text = JSON.stringify(withField(manifest, path, value));
      const entries = [{ path: "voice.json", bytes: new TextEncoder().encode(text) }];
      const imported = await refusal(() => openNodeStore().importFiles(entries));
      const loaded = await refusal(() => engine.loadVoice({ text, file: (name) => bytesOf(join(from, name)) }));
      const what = `${path}: ${JSON.stringify(value)}: ${imported.message}`;
      assert.equal(imported.code, code, what);
      assert.equal(loaded.code, code, what);
      // The store reads the format first, as it decides how to read the rest.
      if (path !== "format") assert.equal(imported.message, loaded.message, what);
      assert.ok(imported.message.includes(told), what);
      assert.equal(imported.context.file ?? "voice.json", "voice.json");
    }
    assert.deepEqual(await openNodeStore().list(), []);
  });
}

test("a folder whose manifest is refused is listed and verified as such, beside the others", async () => {
  const voices = join(folder, "voices");
  const { folder: from } = MANIFEST_FAULTS.tone;
  for (const name of ["a", "b", "c"]) await cp(from, join(voices, name), { recursive: true });
  const manifest = JSON.parse(await readFile(join(from, "voice.json"), "utf8"));
  await writeFile(join(voices, "a/voice.json"), JSON.stringify(withField(manifest, "mels", 0)));
  await writeFile(join(voices, "b/voice.json"), JSON.stringify(withField(manifest, "id", "../b")));
  const env = { HANVOX_VOICES: voices, HANVOX_CACHE: join(folder, "cache") };
  const told = ["voice.json: mels is out of range", '"id" has other characters'];
  const listed = await hanvox(["voices"], { env });
  assert.equal(listed.status, 0, listed.stderr);
  for (const each of [...told, "tone\t"]) assert.ok(listed.stdout.includes(each), listed.stdout);
  const verified = await hanvox(["voices", "verify"], { env });
  assert.equal(verified.status, 1);
  assert.equal(JSON.parse(verified.stderr).code, "voice-corrupt");
  for (const each of [`a\tdamaged: ${told[0]}`, told[1], "tone\tok"])
    assert.ok(verified.stdout.includes(each), verified.stdout);
  const said = await hanvox(["say", "你好。", "--voice", "a", "-o", join(folder, "a.wav")], { env });
  assert.equal(JSON.parse(said.stderr).message, told[0]);
});
