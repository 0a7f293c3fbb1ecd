/**
 * A download that ends in the middle, at twenty points spread over a voice and in four ways. The next try goes on
 * where it ended, and ends with a voice that is whole and speaks.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../support/browser.js";
import { FaultServer, sentBytes, sentTwice } from "../support/fault-server.js";
import { temporaryFolder } from "../support/folder.js";
import { BLOCK_BYTES, paddedVoice } from "../support/padded-voice.js";
import * as store from "../support/store-page.js";
import { assertSpeech } from "../support/wav.js";

const POINTS = 20;
const SYLLABLES = 6;

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {{server: FaultServer, page: Page, bytes: number}} At `bytes`: how many may go out before the cut. */
/** @typedef {{page: Page, before?: import("../support/fault-server.js").Sent[]}} Broken `before`: sent till then. */
/** @typedef {(at: At) => Promise<Broken>} Break */

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {import("../support/padded-voice.js").PaddedVoice} */
let voice;

before(async () => {
  voice = await paddedVoice("padded");
  browser = await launch(await temporaryFolder());
});

after(() => browser?.close());

/** @type {Record<string, Break>} */
const BREAKS = {
  async "the server drops its connections"({ server, page, bytes }) {
    server.cut(bytes, "drop");
    const { error } = await store.loadAndSpeak(page, voice.id);
    assert.deepEqual([error?.code, error?.advice !== ""], ["network", true]);
    return { page };
  },

  async "the tab is closed"({ server, page, bytes }) {
    const reached = server.cut(bytes, "hold");
    store.loadAndSpeak(page, voice.id).catch(() => {});
    await reached;
    await page.close();
    await server.left();
    return { page: await store.openBarePage(browser, server.url) };
  },

  async "the worker is killed"({ server, page, bytes }) {
    const reached = server.cut(bytes, "hold");
    store.loadAndSpeak(page, voice.id).catch(() => {});
    await reached;
    await store.killWorkers(page);
    await server.left();
    return { page };
  },

  async "the disk is full"({ server, page, bytes }) {
    const session = await store.setQuota(page, 2 * voice.total);
    const reached = server.cut(bytes, "hold");
    const loading = store.loadAndSpeak(page, voice.id);
    await reached;
    const before = structuredClone(server.log);
    await store.fillStorage(page);
    server.heal();
    const { error, warnings } = await loading;
    assert.equal((error ?? warnings[0])?.code, "quota-exceeded");
    await store.emptyFiller(page);
    await store.setQuota(page);
    await session.detach();
    return { page, before };
  },
};

describe("a download that is cut", { concurrency: 3 }, () => {
  const ways = Object.keys(BREAKS);
  for (let point = 0; point < POINTS; point += 1) {
    const share = (point + 0.5) / POINTS;
    const way = ways[point % ways.length];
    test(`at ${Math.round(100 * share)} %: ${way}`, async (context) => {
      const server = await FaultServer.start(voice);
      try {
        await assertResumes(server, Math.round(share * voice.total), way, context);
      } finally {
        await server.stop();
      }
    });
  }
});

/**
 * @param {FaultServer} server
 * @param {number} bytes
 * @param {string} way
 * @param {import("node:test").TestContext} context
 */
async function assertResumes(server, bytes, way, context) {
  const bare = await store.openBarePage(browser, server.url);
  const broken = await BREAKS[way]({ server, page: bare, bytes });
  server.heal();
  const first = server.log.length;
  const { page, before = server.log.slice() } = broken;
  assert.ok(sentBytes(before) >= bytes, `${sentBytes(before)} of ${bytes} bytes went out`);

  const { error, warnings, ...sound } = await store.loadAndSpeak(page, voice.id);
  assert.deepEqual([error, warnings], [undefined, []]);
  assertSpeech(sound, SYLLABLES);
  const twice = sentTwice(voice, before, server.log.slice(first));
  context.diagnostic(`${twice.bytes} bytes twice, whole chunks: ${twice.chunks.join(", ") || "none"}`);
  assert.ok(twice.chunks.length <= 1, `fetched again: ${twice.chunks.join(", ")}`);
  assert.ok(twice.bytes <= BLOCK_BYTES, `${twice.bytes} bytes went out twice`);
  await assertWhole(page);
  await page.close();
}

/** @param {Page} page */
async function assertWhole(page) {
  const { ok, faults } = await store.callStore(page, "verify", voice.id);
  assert.deepEqual([ok, faults], [true, []]);
  const [listed, ...others] = await store.callStore(page, "list");
  assert.deepEqual([listed.id, listed.whole, listed.bytes, others], [voice.id, true, voice.total, []]);
}
