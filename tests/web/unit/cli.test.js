import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../support/folder.js";
import { hanvox } from "../support/hanvox.js";

const MISUSES = [
  { name: "no command", args: [] },
  { name: "an unknown command", args: ["sing"] },
  { name: "an unknown option", args: ["say", "好", "-o", "x.wav", "--loud"] },
  { name: "an option of another command", args: ["normalize", "--speed", "2"] },
  { name: "no output", args: ["say", "好"] },
  { name: "no text", args: ["say", "-o", "x.wav"] },
  { name: "two texts", args: ["say", "好", "吗", "-o", "x.wav"] },
  { name: "a speed that is no number", args: ["say", "好", "-o", "x.wav", "--speed", "fast"] },
  { name: "an empty pitch", args: ["say", "好", "-o", "x.wav", "--pitch", ""] },
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

for (const { name, args } of MISUSES) {
  test(`${name} is refused with one JSON error`, async () => {
    const { status, stdout, stderr } = await hanvox(args);
    assert.notEqual(status, 0);
    assert.equal(stdout, "");
    const error = JSON.parse(stderr);
    assert.equal(error.code, "option-invalid");
    assert.ok(error.message && error.advice);
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
  assert.match((await hanvox(["--help"])).stdout, /hanvox say TEXT -o out\.wav/);
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
