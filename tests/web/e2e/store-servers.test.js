/** Servers at fault: the page names each of them, tells what to do, and speaks once the server is right. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, openPage, playedSound, shownError, speak } from "../support/browser.js";
import { FaultServer, sentBytes } from "../support/fault-server.js";
import { temporaryFolder } from "../support/folder.js";
import { paddedVoice } from "../support/padded-voice.js";
import * as store from "../support/store-page.js";
import { assertSpeech } from "../support/wav.js";

const TEXT = "今天天气很好。";
const SYLLABLES = 6;
const PATIENCE_MS = 1500;
const MIB = 1024 * 1024;
const STRUCK = "noise-1.bin";
// The file that is struck has a file before it and one after it, and chunks.
const NOISE = [0.3 * MIB, 1.7 * MIB, 0.2 * MIB].map(Math.round);

/** @typedef {import("../support/fault-server.js").Fault} Fault */
/** @typedef {import("../support/fault-server.js").Rule} Rule */

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {FaultServer} */
let server;

before(async () => {
  server = await FaultServer.start();
  // The real half of a minute would be waited for in earnest.
  server.replace("lib/store/download.js", (text) => text.replace(/(PATIENCE_MS) = [\d_]+;/, `$1 = ${PATIENCE_MS};`));
  browser = await launch(await temporaryFolder());
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** @param {Fault} fault @returns {Rule} Struck is one file in the middle. */
const always =
  (fault) =>
  ({ file }) =>
    file === STRUCK ? fault : undefined;

/** @type {{name: string, rule: Rule, code: string, reason: string}[]} */
const FAULTS = [
  { name: "404", rule: always({ kind: "status", status: 404 }), code: "voice-missing", reason: "status" },
  { name: "500", rule: always({ kind: "status", status: 500 }), code: "network", reason: "status" },
  { name: "HTML instead of weights", rule: always({ kind: "html" }), code: "voice-corrupt", reason: "html" },
  {
    name: "too short a body",
    rule: always({ kind: "length", by: -1000 }),
    code: "voice-corrupt",
    reason: "length",
  },
  {
    name: "too short a body with a longer length",
    rule: always({ kind: "length", by: 1000 }),
    code: "network",
    reason: "cut",
  },
  {
    name: "another range than was asked for",
    rule: always({ kind: "content-range", by: 1 }),
    code: "voice-corrupt",
    reason: "length",
  },
  {
    name: "wrong content",
    rule: always({ kind: "content", at: 5 }),
    code: "voice-corrupt",
    reason: "content",
  },
  {
    name: "a slow drip",
    rule: always({ kind: "drip", bytes: 100, every_ms: 100 }),
    code: "network-timeout",
    reason: "stalled",
  },
  {
    name: "a stall",
    rule: always({ kind: "stall", after: 1000 }),
    code: "network-timeout",
    reason: "stalled",
  },
  { name: "a redirect loop", rule: always({ kind: "redirect" }), code: "network", reason: "redirect" },
  {
    name: "a compression that was not asked for",
    rule: always({ kind: "gzip", unasked: true }),
    code: "network",
    reason: "refused",
  },
  {
    name: "a connection that is closed at once",
    rule: always({ kind: "drop", after: 0 }),
    code: "network",
    reason: "refused",
  },
];

describe("a server with", () => {
  for (const [index, { name, rule, code, reason }] of FAULTS.entries()) {
    test(`${name} gives ${code} for "${reason}", and speech once it is right`, async () => {
      const voice = await paddedVoice(`fault-${index}`, { noise: NOISE });
      server.put(voice);
      server.rule = rule;
      const { page, lines } = await openPage(browser);
      await page.goto(`${server.url}?voice=${voice.id}`);
      assert.equal(await shownError(page), code);
      assert.notEqual(await page.$eval("#error-advice", ({ textContent }) => textContent), "");
      const [record] = recordsIn(lines).filter((record) => record.code === code);
      assert.deepEqual([record?.context.reason, record?.context.file], [reason, STRUCK], JSON.stringify(record));
      assert.ok(record.advice);
      await assertRecovers(page, voice);
    });
  }

  test('a stale ETag in mid-resume gives voice-corrupt for "etag", and then the new version', async () => {
    const [old, next] = [await paddedVoice("changing"), await paddedVoice("changing", { version: "2" })];
    server.put(old);
    server.cut(3 * MIB, "drop");
    const { page, lines } = await openPage(browser);
    await page.goto(`${server.url}?voice=${old.id}`);
    assert.equal(await shownError(page), "network");
    server.heal();
    // The new files come in the middle of a file, while the manifest is still the old one.
    server.rule = ({ file, times }) => {
      if (file === STRUCK && times > 8) server.put({ ...next, text: old.text });
      return undefined;
    };
    await page.click("#speak");
    await page.waitForFunction(() => document.getElementById("error")?.dataset.code === "voice-corrupt");
    const record = recordsIn(lines).findLast(({ code }) => code === "voice-corrupt");
    assert.deepEqual([record?.context.reason, record?.context.file], ["etag", STRUCK], JSON.stringify(record));
    server.put(next);
    await assertRecovers(page, next);
  });
});

describe("a server that", () => {
  /** @type {Record<string, Rule>} */
  const harmless = {
    "knows no ranges": () => ({ kind: "no-range" }),
    "compresses what it may": ({ file }) => (file === "voice.json" ? undefined : { kind: "gzip" }),
    "changes its ETags but not its files": ({ times }) => ({ kind: "etag", tag: `"${times}"` }),
    "has weak ETags": () => ({ kind: "etag", tag: `W/"1"` }),
  };
  for (const [name, rule] of Object.entries(harmless)) {
    for (const chunks of [true, false]) {
      test(`${name} does no harm, with ${chunks ? "" : "no "}chunks in the manifest`, async () => {
        const voice = await paddedVoice(`harmless-${Object.keys(harmless).indexOf(name)}-${chunks}`, {
          noise: NOISE,
          chunks,
        });
        server.put(voice);
        server.rule = rule;
        const page = await store.openBarePage(browser, server.url);
        const { error, ...sound } = await store.loadAndSpeak(page, voice.id);
        assert.equal(error, undefined);
        assertSpeech(sound, SYLLABLES);
        assert.equal((await store.callStore(page, "verify", voice.id)).ok, true);
        server.heal();
        await page.close();
      });
    }
  }

  test("knows no ranges and breaks off costs no chunk that was stored, and is read again", async () => {
    const voice = await paddedVoice("whole-only");
    server.put(voice);
    const noRange = /** @type {Rule} */ (() => ({ kind: "no-range" }));
    server.rule = noRange;
    server.cut(Math.round(0.8 * voice.total), "drop");
    const page = await store.openBarePage(browser, server.url);
    assert.equal((await store.loadAndSpeak(page, voice.id)).error?.code, "network");
    server.heal();
    server.rule = noRange;
    const since = server.log.length;
    const { error, ...sound } = await store.loadAndSpeak(page, voice.id);
    assert.equal(error, undefined);
    assertSpeech(sound, SYLLABLES);
    const files = new Set(server.log.slice(since).map(({ file }) => file));
    assert.deepEqual([...files], ["voice.json", "noise-4.bin"]);
    assert.ok(sentBytes(server.log.slice(since)) < 5 * MIB);
    server.heal();
    await page.close();
  });
});

/**
 * Without a reload.
 * @param {import("puppeteer-core").Page} page
 * @param {import("../support/padded-voice.js").PaddedVoice} voice
 */
async function assertRecovers(page, voice) {
  server.heal();
  const since = server.log.length;
  await speak(page, TEXT);
  assertSpeech(await playedSound(page), SYLLABLES);
  assert.ok(sentBytes(server.log.slice(since)) < voice.total, "nothing had been kept");
  assert.equal((await store.callStore(page, "verify", voice.id)).ok, true);
  await page.close();
}

/** The records of errors among the lines of a console. @param {string[]} lines @returns {any[]} */
function recordsIn(lines) {
  return lines.flatMap((line) => (line.startsWith("{") ? JSON.parse(line) : [])).filter(({ code }) => code);
}
