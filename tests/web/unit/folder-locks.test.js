import assert from "node:assert/strict";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { FolderLocks } from "../../../www/lib/node/folder-locks.js";
import { temporaryFolder } from "../support/folder.js";

const HOST = hostname().replace(/[^\w-]/g, "") || "host";
const DEAD = `${HOST}.99999999.x.1`;
const ALIVE = `${HOST}.${process.pid}.x.1`;

/** @param {string} folder @param {string} owner @param {string} [name] */
async function leave(folder, owner, name = "a.lock") {
  const path = join(folder, "locks", name);
  await mkdir(join(folder, "locks"), { recursive: true });
  await writeFile(path, owner);
  return path;
}

/** Runs many at once and counts how many were ever inside together. @param {string} folder */
async function crowd(folder) {
  let inside = 0;
  let most = 0;
  const visit = () =>
    new FolderLocks(folder).request("a", {}, async () => {
      most = Math.max(most, ++inside);
      await setImmediate();
      inside -= 1;
    });
  await Promise.all(Array.from({ length: 10 }, visit));
  return most;
}

test("one at a time, and nothing is left", async () => {
  const folder = await temporaryFolder();
  assert.equal(await crowd(folder), 1);
  assert.deepEqual(await readdir(join(folder, "locks")), []);
});

const STALE = [
  { name: "a process that is gone", owner: DEAD, old: false },
  { name: "a process that hangs", owner: ALIVE, old: true },
  { name: "another machine that is gone", owner: "elsewhere.1.x.1", old: true },
  { name: "a process killed before it wrote its name", owner: "", old: true },
];

for (const { name, owner, old } of STALE) {
  test(`the lock of ${name} is broken, by one only`, async () => {
    const folder = await temporaryFolder();
    const path = await leave(folder, owner);
    if (old) await utimes(path, 0, 0);
    assert.equal(await crowd(folder), 1);
    assert.deepEqual(await readdir(join(folder, "locks")), []);
  });
}

test("what one that was killed while breaking a lock left is no hindrance", async () => {
  const folder = await temporaryFolder();
  await leave(folder, DEAD);
  await leave(folder, DEAD, "a.lock.breaking");
  assert.equal(await crowd(folder), 1);
});

for (const owner of [ALIVE, "elsewhere.1.x.1"]) {
  test(`the fresh lock of ${owner.split(".")[0] === HOST ? "a running process" : "another machine"} is waited for`, async () => {
    const folder = await temporaryFolder();
    await leave(folder, owner);
    const controller = new AbortController();
    const waiting = new FolderLocks(folder).request("a", { signal: controller.signal }, async () => "inside");
    controller.abort();
    await assert.rejects(waiting, { code: "canceled" });
    assert.deepEqual(await readdir(join(folder, "locks")), ["a.lock"]);
  });
}

test("a failure inside frees the lock and is passed on; the result is passed on too", async () => {
  const locks = new FolderLocks(await temporaryFolder());
  await assert.rejects(
    locks.request("a", {}, () => Promise.reject(new Error("inside"))),
    /inside/,
  );
  assert.equal(await locks.request("a", {}, async () => 7), 7);
});

test("a name can't leave the folder", async () => {
  const folder = await temporaryFolder();
  await new FolderLocks(folder).request("../../x", {}, async () => {
    assert.deepEqual(await readdir(join(folder, "locks")), ["..%2F..%2Fx.lock"]);
  });
});

test("where no lock can be written there is nothing to guard", async () => {
  const folder = join(await temporaryFolder(), "file");
  await writeFile(folder, "");
  assert.equal(await new FolderLocks(folder).request("a", {}, async () => 7), 7);
});

test("who is canceled before it begins does not begin", async () => {
  const request = new FolderLocks(await temporaryFolder()).request("a", { signal: AbortSignal.abort() }, async () => 7);
  await assert.rejects(request, { code: "canceled" });
});
