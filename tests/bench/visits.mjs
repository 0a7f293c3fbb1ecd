/** What a visitor waits for, in a real Chromium on the built page: start-up, first sound, memory. */
import { launch, openPage, startSite } from "../web/support/browser.js";
import { temporaryFolder } from "../web/support/folder.js";
import { spelled, spread } from "./statistics.mjs";

const SENTENCE = "今天下午三点，我们在公司门口见面，然后一起去吃饭。";
const PARAGRAPH =
  "北京的秋天非常漂亮，到处都是金黄色的树叶。孩子们在操场上跑来跑去，玩得很开心。" +
  "医生建议他每天早上跑步半个小时，少吃油腻的东西。从上海到杭州坐高铁只需要一个小时左右。";

/** @typedef {{ready: number, sound: number, compute: number, memory: number}} Visit */

/** What is measured, of a visit. @type {[string, (visit: Visit) => number][]} */
const FIGURES = [
  ["engine and voice ready, s", ({ ready }) => ready],
  ["then text to first sound, one sentence, s", ({ sound }) => sound],
  ["page to first sound, s", ({ ready, sound }) => ready + sound],
  ["clock time for a second of speech, s", ({ compute }) => compute],
  ["wasm memory, peak, MB", ({ memory }) => memory / 1e6],
];

/**
 * Visits with nothing kept and visits that come after them, in turn.
 * @param {number} rounds
 * @param {(line: string) => void} say
 */
export async function measureVisits(rounds, say) {
  const site = await startSite();
  /** @type {Record<string, Visit[]>} */
  const visits = { "first visit": [], "later visit": [] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      const profile = await temporaryFolder();
      for (const all of Object.values(visits)) all.push(await visit(site.url, profile));
    }
  } finally {
    await site.stop();
  }
  for (const [name, all] of Object.entries(visits))
    for (const [what, value] of FIGURES) say(`${name}: ${what}: ${spelled(spread(all.map(value)), 3)}`);
  return visits;
}

/** @param {string} site @param {string} profile */
async function visit(site, profile) {
  const browser = await launch(profile);
  try {
    const { page } = await openPage(browser);
    await page.goto(`${site}manifest.webmanifest`);
    return await page.evaluate(measure, site, SENTENCE, PARAGRAPH);
  } finally {
    await browser.close();
  }
}

/**
 * Runs in the page.
 * @param {string} site
 * @param {string} sentence
 * @param {string} paragraph
 * @returns {Promise<Visit>}
 */
async function measure(site, sentence, paragraph) {
  const { Hanvox } = await import(`${site}lib/index.js`);
  const since = (/** @type {number} */ start) => (performance.now() - start) / 1000;
  const start = performance.now();
  const tts = await Hanvox.from_pretrained("han");
  const ready = since(start);

  const asked = performance.now();
  const speech = await tts.open(sentence);
  let sound = 0;
  for await (const _ of speech) sound ||= since(asked);

  const { stats } = await tts.generate(paragraph);
  const { audio, ...stages } = stats;
  const seconds = Object.values(stages).reduce((sum, value) => sum + value, 0);
  return { ready, sound, compute: seconds / audio, memory: await tts.memory() };
}
