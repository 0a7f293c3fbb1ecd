import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openLogStore } from "../../../www/lib/diagnostics/log-store.js";

/** @typedef {import("../../../www/lib/diagnostics/log.js").LogRecord} LogRecord */
/** @typedef {import("../../../www/lib/diagnostics/log-store.js").StoreOptions} StoreOptions */
/** @typedef {import("../../../www/lib/shared/errors.js").HanvoxError} HanvoxError */

/** @param {number | string} message @param {Partial<LogRecord>} [fields] @returns {LogRecord} */
function record(message, fields) {
  return { timestamp: "2026-01-02T03:04:05.678Z", level: "info", message: String(message), ...fields };
}

/** @param {StoreOptions} [options] */
function open(options) {
  /** @type {HanvoxError[]} */
  const faults = [];
  const store = openLogStore({
    factory: new IDBFactory(),
    onfault: (error) => faults.push(error),
    ...options,
  });
  return { store, faults, messages: async () => (await store.all()).map(({ message }) => message) };
}

/** @param {number} from @param {number} to */
function numbers(from, to) {
  return Array.from({ length: to - from }, (_, index) => String(from + index));
}

/** The totals in the database, and what they should be. @param {IDBFactory} factory */
async function totals(factory) {
  /** @type {(request: IDBRequest) => Promise<any>} */
  const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  /** @type {IDBDatabase} */
  const db = await done(factory.open("hanvox-logs"));
  const transaction = db.transaction(["records", "totals"]);
  const stored = await done(transaction.objectStore("totals").get("totals"));
  /** @type {{bytes: number}[]} */
  const entries = await done(transaction.objectStore("records").getAll());
  db.close();
  return {
    stored,
    counted: { count: entries.length, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) },
  };
}

/**
 * Waits, for as long as a transaction takes on a busy machine, until so many records are in the database.
 * @param {IDBFactory} factory
 * @param {number} count
 */
async function untilStored(factory, count) {
  do await new Promise((resolve) => setTimeout(resolve, 50));
  while ((await factory.databases()).length === 0 || (await totals(factory)).counted.count !== count);
}

test("records are there again after a reload, oldest first", async () => {
  const factory = new IDBFactory();
  const first = open({ factory });
  for (const message of ["一", "two"]) first.store.append(record(message));
  await first.store.close();
  const second = open({ factory });
  second.store.append(record("three", { nested: { n: 1 } }));
  assert.deepEqual(await second.messages(), ["一", "two", "three"]);
  assert.deepEqual((await second.store.all())[2], record("three", { nested: { n: 1 } }));
});

test("an error is stored at once, and so is what came before it, though the tab crashes then", async () => {
  const factory = new IDBFactory();
  const crashed = open({ factory });
  crashed.store.append(record("before"));
  crashed.store.append(record("the error", { level: "error" }));
  // Nothing of the first store is called again; only the time passes that its transaction takes.
  await untilStored(factory, 2);
  assert.deepEqual(await open({ factory }).messages(), ["before", "the error"]);
});

test("pagehide stores what is pending", async () => {
  const target = new EventTarget();
  const saved = [globalThis.addEventListener, globalThis.removeEventListener];
  Object.assign(globalThis, { addEventListener: target.addEventListener.bind(target) });
  Object.assign(globalThis, { removeEventListener: target.removeEventListener.bind(target) });
  try {
    const factory = new IDBFactory();
    open({ factory }).store.append(record("last words"));
    target.dispatchEvent(new Event("pagehide"));
    await untilStored(factory, 1);
  } finally {
    Object.assign(globalThis, { addEventListener: saved[0], removeEventListener: saved[1] });
  }
});

test("20,000 records leave the newest within the bounds, and totals that are right", async () => {
  const factory = new IDBFactory();
  const { store, messages } = open({ factory, limits: { count: 1000 } });
  for (let index = 0; index < 20_000; index += 1) {
    store.append(record(index));
    if (index % 700 === 0) await store.flush();
  }
  assert.deepEqual(await messages(), numbers(19_000, 20_000));
  const { stored, counted } = await totals(factory);
  assert.deepEqual(stored, counted);
});

test("bytes bound the ring too, counted as UTF-8", async () => {
  const factory = new IDBFactory();
  const { store, messages } = open({ factory, limits: { bytes: 10_000 } });
  for (let index = 0; index < 100; index += 1) store.append(record(index, { filler: "字".repeat(300) }));
  await store.flush();
  assert.deepEqual(await messages(), numbers(90, 100));
  const { stored, counted } = await totals(factory);
  assert.deepEqual(stored, counted);
  assert.ok(stored.bytes <= 10_000 && stored.bytes > 9000);
});

test("a record too large for the ring is told without its fields and drives no other out", async () => {
  const { store, messages } = open();
  store.append(record("small"));
  store.append(record("huge", { filler: "x".repeat(5_000_000) }));
  assert.deepEqual(await messages(), ["small", "huge"]);
  assert.equal((await store.all())[1].omitted, true);
});

test("records grow old and are dropped, while the ring is open and when it is opened", async () => {
  const factory = new IDBFactory();
  let now = 1_000_000;
  const options = { factory, limits: { age_ms: 60_000 }, now: () => now };
  const first = open(options);
  first.store.append(record("old"));
  await first.store.flush();
  now += 50_000;
  first.store.append(record("middle"));
  assert.deepEqual(await first.messages(), ["old", "middle"]);
  now += 20_000;
  first.store.append(record("new"));
  assert.deepEqual(await first.messages(), ["middle", "new"]);
  now += 55_000;
  assert.deepEqual(await open(options).messages(), ["new"]);
});

test("two tabs write to one ring at once, which keeps within its bounds", async () => {
  const factory = new IDBFactory();
  const options = { factory, limits: { count: 100 } };
  const tabs = [open(options), open(options)];
  for (let index = 0; index < 300; index += 1) {
    for (const [tab, { store }] of tabs.entries()) {
      store.append(record(`${tab}:${index}`, index % 7 === 0 ? { level: "error" } : {}));
    }
    if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(tabs.map(({ store }) => store.flush()));
  const [one, other] = await Promise.all(tabs.map(({ messages }) => messages()));
  assert.deepEqual(one, other);
  assert.equal(one.length, 100);
  for (const tab of ["0:", "1:"]) {
    const own = one.filter((message) => message.startsWith(tab));
    assert.ok(own.length > 0 && own.at(-1) === `${tab}299`);
  }
  const { stored, counted } = await totals(factory);
  assert.deepEqual(stored, counted);
});

test("records are picked by code, level, time and number", async () => {
  const { store } = open();
  store.append(record("a", { code: "busy", level: "warning", timestamp: "2026-01-01T00:00:00.000Z" }));
  store.append(record("b", { level: "error", timestamp: "2026-01-02T00:00:00.000Z" }));
  store.append(record("c", { level: "debug", timestamp: "2026-01-03T00:00:00.000Z" }));
  const cases = /** @type {const} */ ([
    [{}, "abc"],
    [{ code: "busy" }, "a"],
    [{ level: "warning" }, "ab"],
    [{ level: "error" }, "b"],
    [{ since: Date.UTC(2026, 0, 2) }, "bc"],
    [{ limit: 2 }, "bc"],
    [{ limit: 0 }, ""],
    [{ level: "warning", limit: 1 }, "b"],
  ]);
  for (const [filter, expected] of cases)
    assert.equal((await store.all(filter)).map(({ message }) => message).join(""), expected, JSON.stringify(filter));
});

test("the export is NDJSON in readable UTF-8, gzipped when asked for", async () => {
  const { store } = open();
  const expected = numbers(0, 1200).map((message) => record(message, { note: "可读的“文字”\n𠮷" }));
  for (const each of expected) store.append(each);
  const plain = await store.exportNdjson();
  assert.equal(plain.type, "application/x-ndjson");
  const text = await plain.text();
  assert.ok(text.includes("可读的“文字”") && text.includes("𠮷") && text.endsWith("\n"));
  assert.deepEqual(
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
    expected,
  );
  const gzipped = await store.exportNdjson({ gzip: true });
  assert.equal(gzipped.type, "application/gzip");
  assert.ok(gzipped.size < plain.size / 10);
  assert.equal(await new Response(gzipped.stream().pipeThrough(new DecompressionStream("gzip"))).text(), text);
  assert.equal((await open().store.exportNdjson()).size, 0);
});

test("the user clears it, and it goes on", async () => {
  const factory = new IDBFactory();
  const { store, messages } = open({ factory });
  store.append(record("old", { level: "error" }));
  await store.flush();
  store.append(record("pending"));
  await store.clear();
  assert.deepEqual(await messages(), []);
  store.append(record("new"));
  assert.deepEqual(await messages(), ["new"]);
  const { stored, counted } = await totals(factory);
  assert.deepEqual(stored, counted);
});

/** A database that can't be opened. */
function refusing() {
  const factory = new IDBFactory();
  factory.open = () => {
    throw new DOMException("not here", "SecurityError");
  };
  return factory;
}

test("where storage is blocked the newest records stay in memory, and that is told once", async () => {
  for (const factory of [null, refusing()]) {
    const { store, faults, messages } = open({ factory, limits: { count: 10 } });
    for (let index = 0; index < 30; index += 1) store.append(record(index, { level: "error" }));
    assert.deepEqual(await messages(), numbers(20, 30));
    assert.equal((await (await store.exportNdjson()).text()).split("\n").length, 11);
    await store.flush();
    assert.deepEqual(
      faults.map(({ code }) => code),
      ["storage-blocked"],
    );
    await store.clear();
    assert.deepEqual(await messages(), []);
    await store.close();
  }
});

/** A database with room for so many records in its ring. @param {number} room */
function smallDisk(room) {
  const factory = new IDBFactory();
  const open = factory.open.bind(factory);
  factory.open = (name, version) => {
    const request = open(name, version);
    request.addEventListener("success", () => limitRoom(request.result, room));
    return request;
  };
  return factory;
}

/** @param {IDBDatabase} db @param {number} room */
function limitRoom(db, room) {
  const transaction = db.transaction.bind(db);
  db.transaction = (names, mode) => {
    const made = transaction(names, mode);
    if (mode !== "readwrite" || ![...names].includes("records")) return made;
    const objectStore = made.objectStore.bind(made);
    made.objectStore = (name) => (name === "records" ? limited(objectStore(name), room) : objectStore(name));
    return made;
  };
}

/** @param {IDBObjectStore} records @param {number} room */
function limited(records, room) {
  const add = records.add.bind(records);
  records.add = (value) => {
    const request = add(value);
    const count = records.count();
    count.addEventListener("success", () => count.result > room && abort(records.transaction));
    return request;
  };
  return records;
}

/** As a browser does it where the quota is met. @param {IDBTransaction} transaction */
function abort(transaction) {
  if (transaction.error) return;
  Object.defineProperty(transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
  transaction.abort();
}

test("on a full disk the ring becomes smaller and goes on", async () => {
  const { store, faults, messages } = open({ factory: smallDisk(70), limits: { count: 100 } });
  for (let index = 0; index < 75; index += 1) {
    store.append(record(index));
    await store.flush();
  }
  assert.deepEqual(faults, []);
  const kept = await messages();
  assert.equal(kept.at(-1), "74");
  assert.ok(kept.length >= 50 && kept.length <= 70, String(kept.length));
});

test("on a disk with no room at all records stay in inbox and memory, and that is told once", async () => {
  const { store, faults, messages } = open({ factory: smallDisk(-1) });
  for (let index = 0; index < 5; index += 1) {
    store.append(record(index));
    await store.flush();
  }
  assert.deepEqual(
    faults.map(({ code }) => code),
    ["quota-exceeded"],
  );
  assert.deepEqual(await messages(), numbers(0, 5));
  await store.clear();
  assert.deepEqual(await messages(), []);
});

test("a connection that was closed under the store is opened again", async () => {
  const factory = new IDBFactory();
  /** @type {IDBDatabase[]} */
  const connections = [];
  const open_ = factory.open.bind(factory);
  factory.open = (name, version) => {
    const request = open_(name, version);
    request.addEventListener("success", () => connections.push(request.result));
    return request;
  };
  const { store, faults, messages } = open({ factory });
  store.append(record("one"));
  await store.flush();
  connections[0].close();
  store.append(record("two"));
  assert.deepEqual(await messages(), ["one", "two"]);
  assert.deepEqual([faults.length, connections.length], [0, 2]);
});
