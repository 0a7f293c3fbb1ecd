/** Ten tabs at once, a disk that is too small, and browsers that store nothing. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, openPage, playedSound, speak, untilStatus } from "../support/browser.js";
import { FaultServer, sentBytes } from "../support/fault-server.js";
import { temporaryFolder } from "../support/folder.js";
import { paddedVoice } from "../support/padded-voice.js";
import * as store from "../support/store-page.js";
import { assertSpeech } from "../support/wav.js";

const TABS = 10;
const TEXT = "今天天气很好。";
const SYLLABLES = 6;

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {import("../support/padded-voice.js").PaddedVoice} */
let voice;
/** @type {FaultServer} */
let server;

before(async () => {
  voice = await paddedVoice("padded");
  browser = await launch(await temporaryFolder());
});

after(() => browser?.close());

/** @param {(server: FaultServer) => Promise<void>} work */
function served(work) {
  return async () => {
    server = await FaultServer.start(voice);
    try {
      await work(server);
    } finally {
      await server.stop();
    }
  };
}

test(
  "ten tabs at once make one transfer, and all speak",
  served(async (server) => {
    const tabs = await Promise.all(Array.from({ length: TABS }, () => openPage(browser)));
    await Promise.all(tabs.map(({ page }) => page.goto(`${server.url}?voice=${voice.id}`)));
    for (const { page } of tabs) {
      // What is behind draws nothing, and can't be waited for.
      await page.bringToFront();
      await untilStatus(page, "语音已就绪");
      await speak(page, TEXT);
      assertSpeech(await playedSound(page), SYLLABLES);
    }
    assert.equal(sentBytes(server.log), voice.total);
    await Promise.all(tabs.map(({ page }) => page.close()));
  }),
);

test(
  "the tab that downloads is closed, and a tab that waited goes on where it ended",
  served(async (server) => {
    const first = await store.openBarePage(browser, server.url);
    const reached = server.cut(Math.round(voice.total / 2), "hold");
    store.loadAndSpeak(first, voice.id).catch(() => {});
    await reached;
    const second = await store.openBarePage(browser, server.url);
    const waiting = store.loadAndSpeak(second, voice.id);
    await first.close();
    await server.left();
    server.heal();
    assertSpeaks(await waiting, []);
    await second.close();
  }),
);

// What Chromium says of the room is by now 10 GB everywhere, unless this is off.
const TELLS_ITS_ROOM = "--disable-features=StaticStorageQuota";

test(
  "a disk that is known to be too small is told before anything is fetched, and is no hindrance",
  served(async (server) => {
    const telling = await launch(await temporaryFolder(), TELLS_ITS_ROOM);
    try {
      const page = await store.openBarePage(telling, server.url);
      const session = await store.setQuota(page, Math.round(voice.total / 2));
      const reached = server.cut(0, "hold");
      const loading = store.loadAndSpeak(page, voice.id);
      await reached;
      const warning = await store.firstWarning(page);
      const { needed, available } = /** @type {any} */ (warning.context);
      assert.deepEqual([warning.code, sentBytes(server.log)], ["quota-exceeded", 0]);
      assert.ok(needed === voice.total && available <= voice.total / 2, JSON.stringify(warning));
      server.heal();
      assertSpeaks(await loading, ["quota-exceeded"]);
      assert.deepEqual(await store.callStore(page, "list"), []);
      await session.detach();
    } finally {
      await telling.close();
    }
  }),
);

test(
  "a disk that turns out to be too small is told, and what fits on it is there later",
  served(async (server) => {
    const page = await store.openBarePage(browser, server.url);
    const session = await store.setQuota(page, Math.round(voice.total / 2));
    assertSpeaks(await store.loadAndSpeak(page, voice.id), ["quota-exceeded"]);
    const [{ whole }] = await store.callStore(page, "list");
    assert.equal(whole, false);
    await store.setQuota(page);
    await session.detach();
    const since = server.log.length;
    assertSpeaks(await store.loadAndSpeak(page, voice.id), []);
    assert.ok(sentBytes(server.log.slice(since)) < voice.total, "nothing had been kept");
    assert.equal((await store.callStore(page, "verify", voice.id)).ok, true);
    await page.close();
  }),
);

/** @param {import("../support/store-page.js").Outcome} outcome @param {string[]} warned Codes. */
function assertSpeaks({ error, warnings, ...sound }, warned) {
  assert.deepEqual([error, warnings.map(({ code }) => code)], [undefined, warned]);
  assertSpeech(sound, SYLLABLES);
}

/** What stands before the modules of the worker, and for whom. @type {Record<string, string>} */
const WITHOUT_STORAGE = {
  "has no IndexedDB": `Object.defineProperty(globalThis, "indexedDB", { value: undefined });`,
  "refuses to open its IndexedDB": `
    const refused = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
    Object.defineProperty(globalThis, "indexedDB", { value: { open: refused } });`,
  // As Firefox did in private windows.
  "fails to open its IndexedDB": `
    const error = new DOMException("A mutation operation was attempted.", "InvalidStateError");
    const open = () => {
      const request = { error };
      setTimeout(() => request.onerror?.({ target: request }));
      return request;
    };
    Object.defineProperty(globalThis, "indexedDB", { value: { open } });`,
};

describe("a browser that", () => {
  for (const [name, script] of Object.entries(WITHOUT_STORAGE)) {
    test(
      `${name} speaks and says so`,
      served(async (server) => {
        server.replace("lib/engine/worker.js", (text) => `import "./without-storage.js";\n${text}`);
        server.add("lib/engine/without-storage.js", script);
        const { page } = await openPage(browser);
        await page.evaluateOnNewDocument(script);
        await assertSpeaksUnstored(page, server);
        await page.close();
      }),
    );
  }

  test(
    "is set to store nothing speaks and says so",
    served(async (server) => {
      const profile = await temporaryFolder();
      await mkdir(join(profile, "Default"));
      // 2: blocked, which in Chromium goes for all that a site stores.
      const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
      await writeFile(join(profile, "Default/Preferences"), JSON.stringify(preferences));
      const blocked = await launch(profile);
      try {
        const { page } = await openPage(blocked);
        await assertSpeaksUnstored(page, server);
      } finally {
        await blocked.close();
      }
    }),
  );

  test(
    "is private keeps the voice as long as its window",
    served(async (server) => {
      const context = await browser.createBrowserContext();
      const page = await store.openBarePage(context, server.url);
      const first = await store.loadAndSpeak(page, voice.id);
      assertSpeech(first, SYLLABLES);
      const again = await store.loadAndSpeak(page, voice.id);
      assert.deepEqual([first.fromCache, again.fromCache], [false, true]);
      await context.close();
    }),
  );
});

/** @param {import("puppeteer-core").Page} page @param {FaultServer} server */
async function assertSpeaksUnstored(page, server) {
  await page.goto(`${server.url}?voice=${voice.id}`);
  await untilStatus(page, "语音已就绪");
  const [hidden, code, level, advice] = await page.$eval("#error", (element) => {
    const { hidden, dataset } = /** @type {HTMLElement} */ (element);
    return [hidden, dataset.code, dataset.level, document.getElementById("error-advice")?.textContent];
  });
  assert.deepEqual([hidden, code, level], [false, "storage-blocked", "warning"]);
  assert.match(String(advice), /下次/);
  await speak(page, TEXT);
  assertSpeech(await playedSound(page), SYLLABLES);
  assert.equal(sentBytes(server.log), voice.total);
}
