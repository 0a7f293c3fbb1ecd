/**
 * What the cases of web-platform-tests for speech synthesis ask for, asked of `hanvox/speech-synthesis` in Chromium with
 * the real voice. docs/speech-synthesis.md has the results, and is checked here.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { TIMEOUT_MS, forTestsOfPage, openPage } from "../support/browser.js";
import { INTERFACES, brokenRules } from "../support/web-idl.js";

/** @typedef {import("puppeteer-core").Page} Page */

/**
 * @typedef {object} Case
 * @property {string} file Of web-platform-tests.
 * @property {string} name
 * @property {boolean} [differs] On purpose: `run` then checks what happens instead.
 * @property {() => Promise<void>} run
 */

const TABLE = new URL("../../../docs/speech-synthesis.md", import.meta.url);

const PAGE = `<!doctype html><meta charset="utf-8" /><link rel="icon" href="data:," />
<button>click</button><script type="module" src="page.js"></script>`;

const SCRIPT = `
import { install } from "./www/lib/speech-synthesis.js";

const query = new URLSearchParams(location.search);
if (!query.has("bare")) install(JSON.parse(query.get("options") ?? "{}"));

// What reaches the loudspeakers.
const { connect } = AudioNode.prototype;
AudioNode.prototype.connect = function (target, ...rest) {
  if (target instanceof AudioDestinationNode) connect.call(this, (globalThis.ear ??= this.context.createAnalyser()));
  return connect.call(this, target, ...rest);
};
globalThis.loudness = () => {
  // An analyser that is suspended tells what it heard last.
  if (globalThis.ear.context.state === "suspended") return 0;
  const wave = new Float32Array(globalThis.ear.fftSize);
  globalThis.ear.getFloatTimeDomainData(wave);
  return Math.max(...wave.map(Math.abs));
};

globalThis.spoken = (utterance) =>
  new Promise((resolve) => {
    const events = [];
    for (const type of ["start", "end", "error"])
      utterance.addEventListener(type, (event) => {
        events.push(event);
        if (type !== "start") resolve(events);
      });
    speechSynthesis.speak(utterance);
  });

if (query.has("untouched")) {
  const [{ type, error }] = await globalThis.spoken(new SpeechSynthesisUtterance("1"));
  console.log(type, error);
}
document.title = "ready";
`;

const { address, browser } = await forTestsOfPage(PAGE, SCRIPT);

/** @template T @param {(page: Page) => Promise<T>} work @param {string} [query] @returns {Promise<T>} */
async function visit(work, query = "") {
  const { page, lines } = await openPage(browser);
  page.setDefaultTimeout(TIMEOUT_MS);
  try {
    await page.goto(address + query);
    await page.waitForFunction(() => document.title === "ready");
    await page.click("button");
    const result = await work(page);
    assert.deepEqual(lines, []);
    return result;
  } finally {
    await page.close();
  }
}

/** The window, with what the page adds to it. @typedef {any} Host */

/**
 * @param {string[]} words Of the constructor.
 * @param {string} [query]
 * @returns {Promise<{type: string, elapsedTime: number}[]>}
 */
function eventsOf(words, query) {
  const speak = (/** @type {string[]} */ words) =>
    /** @type {Host} */ (globalThis)
      .spoken(new SpeechSynthesisUtterance(...words))
      .then((/** @type {SpeechSynthesisEvent[]} */ events) =>
        events.map(({ type, elapsedTime }) => ({ type, elapsedTime })),
      );
  return visit((page) => page.evaluate(speak, words), query);
}

/** @param {string[]} words */
async function startsAndEnds(...words) {
  const events = await eventsOf(words);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["start", "end"],
  );
}

const SSML = `<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="zh-CN">一</speak>`;

/** How many times as long as the plain text the markup is, when it is spoken. @param {string} query */
async function ssmlAgainstText(query) {
  const [ssml, text] = [await eventsOf([SSML], query), await eventsOf(["一"], query)];
  return (ssml.at(-1)?.elapsedTime ?? 0) / (text.at(-1)?.elapsedTime ?? 0);
}

const DEFAULTS = { text: "", lang: "", voice: null, volume: 1, rate: 1, pitch: 1 };

/** The attributes of an utterance. @param {(string | null)[]} words Of its constructor. */
function attributesOf(...words) {
  const read = (/** @type {any[]} */ words) => {
    const { text, lang, voice, volume, rate, pitch } = new SpeechSynthesisUtterance(...words);
    return { text, lang, voice, volume, rate, pitch };
  };
  return visit((page) => page.evaluate(read, words));
}

/** @param {() => string} make Runs in the page. @param {string} text */
function makesText(make, text) {
  return visit(async (page) => assert.equal(await page.evaluate(make), text));
}

/** @type {Case[]} */
const CASES = [
  {
    file: "SpeechSynthesis-speak-events.html",
    name: "an empty utterance starts and ends",
    run: () => startsAndEnds(),
  },
  {
    file: "SpeechSynthesis-speak-events.html",
    name: "an utterance starts and ends",
    run: () => startsAndEnds("test"),
  },
  {
    file: "SpeechSynthesis-speak-twice.html",
    name: "an utterance is spoken a second time after its end",
    run: () =>
      visit(async (page) => {
        const types = await page.evaluate(async () => {
          const host = /** @type {Host} */ (globalThis);
          const utterance = new SpeechSynthesisUtterance("1");
          await host.spoken(utterance);
          return (await host.spoken(utterance)).map((/** @type {Event} */ { type }) => type);
        });
        assert.deepEqual(types, ["start", "end"]);
      }),
  },
  {
    file: "SpeechSynthesis-speak-ownership.html",
    name: "an utterance is not spoken by two",
    run: () =>
      visit(async (page) => {
        const threw = await page.evaluate(async () => {
          const frame = Object.assign(document.createElement("iframe"), { src: location.href });
          document.body.append(frame);
          const other = /** @type {Host} */ (frame.contentWindow);
          while (other.document.title !== "ready") await new Promise((resolve) => setTimeout(resolve, 20));
          const utterance = new SpeechSynthesisUtterance("1");
          speechSynthesis.speak(utterance);
          try {
            other.speechSynthesis.speak(utterance);
            return false;
          } catch {
            return other.speechSynthesis !== speechSynthesis;
          }
        });
        assert.equal(threw, true);
      }),
  },
  {
    file: "SpeechSynthesis-speak-with-activation-succeeds.html",
    name: "after a click it speaks",
    run: () => startsAndEnds("1"),
  },
  {
    file: "SpeechSynthesis-speak-without-activation-fails.html",
    name: "without a click it is not allowed",
    run: async () => {
      const { page } = await openPage(browser);
      // Puppeteer's own calls would count as clicks.
      /** @type {Promise<import("puppeteer-core").ConsoleMessage>} */
      const told = new Promise((resolve) =>
        page.on("console", (message) => /^(error|start) /.test(message.text()) && resolve(message)),
      );
      await page.goto(`${address}?untouched`);
      assert.equal((await told).text(), "error not-allowed");
      await page.close();
    },
  },
  {
    file: "SpeechSynthesisEvent-properties.html",
    name: "its events are of their class, have the utterance, and neither bubble nor can be canceled",
    run: () =>
      visit(async (page) => {
        const facts = await page.evaluate(async () => {
          const utterance = new SpeechSynthesisUtterance("test");
          /** @type {SpeechSynthesisEvent[]} */
          const events = await /** @type {Host} */ (globalThis).spoken(utterance);
          const isOf = (/** @type {SpeechSynthesisEvent} */ event) => event instanceof SpeechSynthesisEvent;
          return events.map((event) => [isOf(event), event.utterance === utterance, event.bubbles, event.cancelable]);
        });
        assert.deepEqual(facts, Array(2).fill([true, true, false, false]));
      }),
  },
  ...Object.entries(DEFAULTS).map(([attribute, value]) => ({
    file: "SpeechSynthesisUtterance-basics.https.html",
    name: `${attribute} of a new utterance`,
    run: async () => assert.equal(/** @type {any} */ (await attributesOf())[attribute], value),
  })),
  {
    file: "SpeechSynthesisUtterance-basics.https.html",
    name: "an utterance has the text that it is made with, and the rest as always",
    run: async () => assert.deepEqual(await attributesOf("hello"), { ...DEFAULTS, text: "hello" }),
  },
  {
    file: "SpeechSynthesisUtterance-basics.https.html",
    name: "null is the text null",
    run: async () => assert.equal((await attributesOf(null)).text, "null"),
  },
  {
    file: "SpeechSynthesisUtterance-basics.https.html",
    name: "undefined is the text undefined",
    differs: true,
    run: () => makesText(() => new SpeechSynthesisUtterance(undefined).text, ""),
  },
  {
    file: "SpeechSynthesisUtterance-basics.https.html",
    name: "its text can be set",
    run: () => makesText(() => Object.assign(new SpeechSynthesisUtterance(), { text: "word" }).text, "word"),
  },
  {
    file: "SpeechSynthesis-speak-SSML.html",
    name: "SSML is read out as a text",
    differs: true,
    run: async () => {
      assert.ok((await ssmlAgainstText("")) < 2);
      assert.ok((await ssmlAgainstText(`?options=${JSON.stringify({ markup: false })}`)) > 2);
    },
  },
  {
    file: "historical.html",
    name: "there is no onmark",
    differs: true,
    run: () => visit(async (page) => assert.ok(await page.evaluate(() => "onmark" in new SpeechSynthesisUtterance()))),
  },
  ...Object.entries(INTERFACES).map(([name, idl]) => ({
    file: "idlharness.window.js",
    name: `interface ${name}`,
    run: () => visit(async (page) => assert.deepEqual(await page.evaluate(brokenRules, name, idl), [])),
  })),
  {
    file: "idlharness.window.js",
    name: "speechSynthesis of the window",
    run: () =>
      visit(async (page) => {
        const { of, kept } = await page.evaluate(() => {
          const { get, set, ...of } = Object.getOwnPropertyDescriptor(globalThis, "speechSynthesis") ?? {};
          const { speechSynthesis: before } = globalThis;
          Reflect.set(globalThis, "speechSynthesis", 1);
          return { of: { ...of, get: typeof get, set: typeof set }, kept: globalThis.speechSynthesis === before };
        });
        assert.deepEqual(
          [of, kept],
          [{ configurable: true, enumerable: true, get: "function", set: "undefined" }, true],
        );
      }),
  },
  ...["SpeechSynthesis", "SpeechSynthesisVoice"].map((name) => ({
    file: "idlharness.window.js",
    name: `${name} has no constructor`,
    differs: true,
    run: () =>
      visit(async (page) => {
        const made = (/** @type {string} */ name) => new /** @type {Host} */ (globalThis)[name]({}) instanceof Object;
        assert.equal(await page.evaluate(made, name), true);
      }),
  })),
  {
    file: "SpeechSynthesisUtterance-volume-manual.html",
    name: "the volume is that of the sound",
    run: () =>
      visit(async (page) => {
        const powers = await page.evaluate(async () => {
          const host = /** @type {Host} */ (globalThis);
          const powers = [];
          for (const volume of [1, 0, 0.2, 0.4, 0.6]) {
            const before = host.played.power;
            await host.spoken(Object.assign(new SpeechSynthesisUtterance("一"), { volume }));
            powers.push(host.played.power - before);
          }
          return powers;
        });
        const [whole, ...others] = powers;
        for (const [at, volume] of [0, 0.2, 0.4, 0.6].entries())
          assert.ok(Math.abs(others[at] / whole - volume ** 2) < 1e-4, `${volume}: ${others[at] / whole}`);
      }),
  },
  ...["pending", "speaking"].map((state) => ({
    file: "Speechsynthesis-cancel-cross-window-manual.html",
    name: `nothing is ${state} after a cancel from another frame`,
    run: async () => assert.equal((await canceledFromFrame())[state], false),
  })),
  {
    file: "Speechsynthesis-cancel-cross-window-manual.html",
    name: "a cancel from another frame ends the sound",
    run: async () => {
      const { before, after, played } = await canceledFromFrame();
      assert.ok(before > 0.001, String(before));
      assert.deepEqual([after, played], [0, 0]);
    },
  },
];

/** Three utterances, canceled from a frame of the page while the first is heard. @returns {Promise<Host>} */
function canceledFromFrame() {
  return visit((page) =>
    page.evaluate(async () => {
      const host = /** @type {Host} */ (globalThis);
      const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const frame = document.createElement("iframe");
      document.body.append(frame);
      for (let at = 0; at < 3; at += 1)
        speechSynthesis.speak(new SpeechSynthesisUtterance("今天天气很好，我们一起去公园散步。"));
      let before = 0;
      while (before < 0.01) {
        await pause(20);
        if (host.ear) before = host.loudness();
      }
      /** @type {Host} */ (frame.contentWindow).parent.speechSynthesis.cancel();
      const { pending, speaking } = speechSynthesis;
      const { seconds } = host.played;
      await pause(500);
      return { pending, speaking, before, after: host.loudness(), played: host.played.seconds - seconds };
    }),
  );
}

for (const { file, name, differs, run } of CASES) test(`${file}: ${name}${differs ? ": it differs" : ""}`, run);

test("the table of interfaces is that of the browser's own", () =>
  visit(async (page) => {
    for (const [name, idl] of Object.entries(INTERFACES))
      assert.deepEqual(await page.evaluate(brokenRules, name, idl), [], name);
  }, "?bare"));

test("the documentation has these files, with as many cases that do as asked, and that differ", async () => {
  const rows = (await readFile(TABLE, "utf8")).matchAll(/^\| `([^`]+)` \| (\d+) \| (\d+) \|/gm);
  const told = Object.fromEntries(Array.from(rows, ([, file, same, other]) => [file, [Number(same), Number(other)]]));
  /** @type {Record<string, number[]>} */
  const found = {};
  for (const { file, differs } of CASES) (found[file] ??= [0, 0])[differs ? 1 : 0] += 1;
  assert.deepEqual(told, found);
});
