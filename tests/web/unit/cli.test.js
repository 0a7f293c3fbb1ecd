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
