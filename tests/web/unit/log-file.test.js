import assert from "node:assert/strict";
import { appendFile, mkdir, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openLogFile } from "../../../www/lib/node/log-file.js";
import { temporaryFolder } from "../support/folder.js";

/** @param {number | string} message @param {object} [fields] */
function record(message, fields) {
  const timestamp = "2026-01-02T03:04:05.678Z";
  return { timestamp, level: /** @type {const} */ ("info"), message: String(message), ...fields };
}

/** @param {import("../../../www/lib/diagnostics/diagnostics.js").LogStore} file */
async function messages(file) {
  return (await file.all()).map(({ message }) => message);
}

test("records are lines of readable JSON in a file, and are there for the next process", async () => {
  const folder = join(await temporaryFolder(), "made", "anew");
  const first = await openLogFile({ folder });
  first.append(record("今天", { code: "busy" }));
  await first.flush();
  assert.match(await readFile(join(folder, "hanvox.log"), "utf8"), /^\{.*"今天".*\}\n$/);
  await first.close();
  first.append(record("after the end"));
  const second = await openLogFile({ folder });
  second.append(record("明天"));
  assert.deepEqual(await messages(second), ["今天", "明天"]);
  assert.equal((await second.all({ code: "busy" })).length, 1);
  const gzipped = await second.exportNdjson({ gzip: true });
  const text = await new Response(gzipped.stream().pipeThrough(new DecompressionStream("gzip"))).text();
  assert.equal(text, await (await second.exportNdjson()).text());
  await second.clear();
  assert.deepEqual(await messages(second), []);
  second.append(record("再来"));
  assert.deepEqual(await messages(second), ["再来"]);
  await second.close();
});

test("the file rotates by size, and so many are kept", async () => {
  const folder = await temporaryFolder();
  const file = await openLogFile({ folder, limits: { bytes: 2000, files: 3 } });
  for (let index = 0; index < 300; index += 1) {
    file.append(record(index));
    if (index % 10 === 9) await file.flush();
  }
  await file.flush();
  const kept = await messages(file);
  await file.close();
  const names = (await readdir(folder)).filter((name) => name.endsWith("hanvox.log"));
  assert.ok(names.length === 3 || names.length === 4, names.join(" "));
  assert.ok(kept.length > 50 && kept.length < 150, String(kept.length));
  assert.deepEqual(
    kept,
    Array.from(kept, (_, index) => String(300 - kept.length + index)),
  );
});

test("what is older than the age goes when the log is opened, other files stay", async () => {
  const folder = await temporaryFolder();
  for (const name of ["20260101-0000-01-hanvox.log", "20260102-0000-01-hanvox.log", "notes.txt"]) {
    await writeFile(join(folder, name), `${JSON.stringify(record(name))}\n`);
  }
  const old = new Date(Date.now() - 60_000);
  await utimes(join(folder, "20260101-0000-01-hanvox.log"), old, old);
  await utimes(join(folder, "notes.txt"), old, old);
  const file = await openLogFile({ folder, limits: { age_ms: 30_000 } });
  assert.deepEqual(await messages(file), ["20260102-0000-01-hanvox.log"]);
  await file.close();
  assert.ok((await readdir(folder)).includes("notes.txt"));
});

test("half a line, left by a process that was killed, spoils nothing", async () => {
  const folder = await temporaryFolder();
  const first = await openLogFile({ folder });
  first.append(record("whole"));
  await first.close();
  await appendFile(join(folder, "hanvox.log"), '{"timestamp":"2026');
  const second = await openLogFile({ folder });
  second.append(record("next"));
  assert.deepEqual(await messages(second), ["whole", "next"]);
  await second.close();
});

test("a folder that can't be written is told of once, and the caller goes on", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "hanvox.log"));
  /** @type {string[]} */
  const faults = [];
  const file = await openLogFile({ folder, onfault: ({ code }) => faults.push(code) });
  for (let index = 0; index < 10; index += 1) file.append(record(index));
  await new Promise((resolve) => setTimeout(resolve, 50));
  file.append(record("later"));
  await file.flush();
  await file.close();
  assert.deepEqual(faults, ["output-failed"]);
});

test("records that a slow disk does not take are counted, and the file tells of them", async () => {
  const folder = await temporaryFolder();
  let lost = 0;
  const file = await openLogFile({ folder, limits: { bytes: 2000 }, onlost: (lines) => (lost += lines) });
  for (let index = 0; index < 300; index += 1) file.append(record(index));
  await file.flush();
  file.append(record("later"));
  const kept = await file.all();
  await file.close();
  assert.ok(lost > 100, `${lost} lost`);
  const told = kept.filter((record) => "lost" in record);
  assert.deepEqual([told.length, told[0].lost, kept.at(-1)?.message], [1, lost, "later"]);
});

test("a file that can be written again is, and tells what was lost in between", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "hanvox.log"));
  let [faults, lost] = [0, 0];
  const events = { onfault: () => (faults += 1), onlost: (/** @type {number} */ lines) => (lost += lines) };
  const file = await openLogFile({ folder, limits: { reopen_ms: 0 }, ...events });
  for (let index = 0; index < 10; index += 1) file.append(record(index));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await rm(join(folder, "hanvox.log"), { recursive: true });
  file.append(record("tried"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  file.append(record("later"));
  const [told, ...rest] = await file.all();
  await file.close();
  assert.deepEqual([faults, lost, told.lost], [1, 10, 10]);
  assert.equal(rest.at(-1)?.message, "later");
});
