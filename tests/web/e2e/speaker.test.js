/** Who speaks: on the command line, over HTTP and on the page. */
import assert from "node:assert/strict";
import { cp, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as chromium from "../support/browser.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { temporaryFolder } from "../support/folder.js";
import { hanvox } from "../support/hanvox.js";
import { startServer } from "../support/server-process.js";
import { ID, putTwoSpeakers } from "../support/two-speakers.js";
import { assertSpeech, readWav } from "../support/wav.js";

/** @typedef {import("puppeteer-core").Page} Page */

const PROGRAM = fileURLToPath(new URL("../../../www/bin/hanvox.js", import.meta.url));
const TEXT = "今天天气很好。";

const voices = await temporaryFolder();
const voice = await putTwoSpeakers(voices);

/**
 * What each speaker makes of the text: the default one is the first, a mix is neither of its parts.
 * @param {(speaker?: string) => Promise<Uint8Array>} speak
 */
async function assertSpeakers(speak) {
  const [usual, qing, song, mix] = [
    await speak(),
    await speak("qing"),
    await speak("song"),
    await speak("qing,song:2"),
  ];
  for (const bytes of [usual, song, mix]) assert.ok(readWav(bytes).seconds > 0.1);
  assert.deepEqual(qing, usual);
  assert.notDeepEqual(song, usual);
  assert.notDeepEqual(mix, usual);
  assert.notDeepEqual(mix, song);
  assert.deepEqual(await speak("qing:0.5,song"), mix);
}

/** The file that the command line makes of the text. @param {string[]} words */
async function said(...words) {
  const out = join(await temporaryFolder(), "out.wav");
  const { status, stderr } = await hanvox(["say", TEXT, "-o", out, ...words]);
  assert.deepEqual([status, stderr], [0, ""]);
  return readFile(out);
}

test("--speaker is a speaker of the voice or a mix of several", () =>
  assertSpeakers((speaker) => said("--voice", voice, ...(speaker ? ["--speaker", speaker] : []))));

test("every speaker of the default voice speaks", async () => {
  for (const speaker of ["qing", "song", "qing:0.7,song:0.3"])
    assertSpeech(readWav(await said("--speaker", speaker)), 6);
});

for (const [name, of, speaker, told] of /** @type {[string, string, string, RegExp][]} */ ([
  ["a speaker that the voice lacks", voice, "wang", /"wang".*qing, song/],
  ["a share that is no number", voice, "qing:much", /"much".*"qing"/],
  ["a share of nothing", voice, "qing:0,song", /"0".*"qing"/],
  ["an empty name", voice, "", /""/],
  ["a speaker of the voice of one", join(FIXTURE_VOICES, "tone"), "qing", /one person/],
])) {
  test(`${name} gives option-invalid and leaves no file`, async () => {
    const folder = await temporaryFolder();
    const { status, stdout, stderr } = await hanvox([
      "say",
      "好",
      "-o",
      join(folder, "out.wav"),
      "--voice",
      of,
      "--speaker",
      speaker,
    ]);
    const error = JSON.parse(stderr);
    assert.deepEqual([status === 0, stdout, error.code], [false, "", "option-invalid"]);
    assert.match(error.message, told);
    assert.deepEqual(await readdir(folder), []);
  });
}

test("voices names the speakers of a voice that has several", async () => {
  const { stdout } = await hanvox(["voices"]);
  const row = stdout.split("\n").find((line) => line.startsWith("han\t"));
  assert.equal(row?.split("\t").at(-1), "qing song");
  const lines = (await hanvox(["voices", "--json"])).stdout.trim().split("\n");
  const { speakers } = lines.map((line) => JSON.parse(line)).find(({ id }) => id === "han");
  assert.deepEqual(speakers, [
    { name: "qing", sex: "female" },
    { name: "song", sex: "male" },
  ]);
});

test("the field `speaker` of a request is one of those that GET voices lists", async () => {
  const server = await startServer([PROGRAM, "serve", "--port", "0", "--voice", ID, "--json"], {
    HANVOX_VOICES: voices,
  });
  try {
    while (!(await fetch(`${server.url}healthz`)).ok) await setTimeout(50);
    const listed = await (await fetch(`${server.url}voices`)).json();
    assert.deepEqual(
      listed.voices[0].speakers.map((/** @type {{name: string}} */ { name }) => name),
      ["qing", "song"],
    );
    const post = (/** @type {string | undefined} */ speaker) => {
      const body = JSON.stringify({ text: TEXT, speaker });
      return fetch(`${server.url}tts`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    };
    await assertSpeakers(async (speaker) => new Uint8Array(await (await post(speaker)).arrayBuffer()));
    const refused = await post("wang");
    const { code, message } = await refused.json();
    assert.deepEqual([refused.status, code], [400, "option-invalid"]);
    assert.match(message, /qing, song/);
  } finally {
    server.signal("SIGTERM");
    await server.closed;
  }
});

const { browser, site } = await chromium.forTests(async (han) => {
  await putTwoSpeakers(join(han, ".."));
  await cp(join(FIXTURE_VOICES, "tone"), join(han, "../tone"), { recursive: true });
});

/** What the page shows of the choice. @param {Page} page */
function shown(page) {
  return page.evaluate(() => {
    const select = /** @type {HTMLSelectElement} */ (document.getElementById("speaker"));
    const isHidden = /** @type {HTMLElement} */ (document.getElementById("speakers")).hidden;
    return { isHidden, choices: [...select.options].map(({ text }) => text), chosen: select.value };
  });
}

/** The file of the text, as the page offers it. @param {Page} page */
async function spoken(page) {
  await chromium.type(page, TEXT);
  return (await chromium.exportWav(page, await temporaryFolder())).bytes;
}

/** @param {Page} page */
async function reload(page) {
  await page.reload();
  await chromium.untilStatus(page, "语音已就绪");
}

test("a speaker that is chosen by keyboard speaks, stays over a reload, and goes with a reset", () =>
  chromium.visit(browser, `${site.url}?voice=${ID}`, async (page) => {
    const choices = ["qing 女声", "song 男声"];
    assert.deepEqual(await shown(page), { isHidden: false, choices, chosen: "qing" });
    const qing = await spoken(page);

    await page.click("#more");
    await page.focus("#speaker");
    await page.keyboard.press("ArrowDown");
    assert.equal((await shown(page)).chosen, "song");
    const song = await spoken(page);
    assert.ok(Buffer.compare(song, qing) !== 0, "the samples are the same");

    await reload(page);
    assert.equal((await shown(page)).chosen, "song");
    assert.deepEqual(await spoken(page), song);

    await page.click("#more");
    await page.click("#reset");
    assert.equal((await shown(page)).chosen, "qing");
    assert.deepEqual(await spoken(page), qing);
    await reload(page);
    assert.equal((await shown(page)).chosen, "qing");
  }));

test("a voice of one person offers no speaker, and one that was kept is no harm to it", () =>
  chromium.visit(browser, `${site.url}?voice=tone`, async (page) => {
    await page.evaluate(() => localStorage.setItem("hanvox-speaker", "song"));
    await reload(page);
    assert.deepEqual(await shown(page), { isHidden: true, choices: [], chosen: "" });
    await chromium.speak(page, TEXT);
  }));

test("a name that was kept and is no speaker any more leaves the choice to the default one", () =>
  chromium.visit(browser, site.url, async (page) => {
    await page.evaluate(() => localStorage.setItem("hanvox-speaker", "<b>x</b>"));
    await reload(page);
    assert.equal((await shown(page)).chosen, "qing");
    await chromium.speak(page, TEXT);
  }));
