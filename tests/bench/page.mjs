/**
 * What a visitor waits for, in a real Chromium on the built page: `npm run bench:page` after `npm run build`.
 * Every figure is the median of the runs, with the least and the greatest.
 */
import { launch, openPage, startSite } from "../web/support/browser.js";
import { temporaryFolder } from "../web/support/folder.js";
import { spread } from "./statistics.mjs";

const RUNS = 5;
const SENTENCE = "今天下午三点，我们在公司门口见面，然后一起去吃饭。";
const PARAGRAPH =
  "北京的秋天非常漂亮，到处都是金黄色的树叶。孩子们在操场上跑来跑去，玩得很开心。" +
  "医生建议他每天早上跑步半个小时，少吃油腻的东西。从上海到杭州坐高铁只需要一个小时左右。";

/** @typedef {{ready: number, sound: number, rtf: Record<string, number>, memory: number}} Visit */

const site = await startSite();
/** @type {{first: Visit[], later: Visit[]}} */
const visits = { first: [], later: [] };
for (let run = 0; run < RUNS; run += 1) {
  const profile = await temporaryFolder();
  visits.first.push(await visit(profile));
  visits.later.push(await visit(profile));
}
await site.stop();

report(
  "first visit: engine and voice ready",
  "s",
  visits.first.map(({ ready }) => ready),
);
report(
  "later start: engine and voice ready",
  "s",
  visits.later.map(({ ready }) => ready),
);
const all = [...visits.first, ...visits.later];
report(
  "text to first sound, one sentence",
  "s",
  all.map(({ sound }) => sound),
);
for (const stage of Object.keys(all[0].rtf))
  report(
    `compute per second of speech: ${stage}`,
    "",
    all.map(({ rtf }) => rtf[stage]),
  );
report(
  "wasm memory, peak",
  "MB",
  all.map(({ memory }) => memory / 1e6),
);

/** @param {string} profile */
async function visit(profile) {
  const browser = await launch(profile);
  try {
    const { page } = await openPage(browser);
    await page.goto(`${site.url}manifest.webmanifest`);
    return await page.evaluate(measure, site.url, SENTENCE, PARAGRAPH);
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
  const rtf = Object.fromEntries(Object.entries(stages).map(([stage, seconds]) => [stage, seconds / audio]));
  rtf.all = Object.values(rtf).reduce((sum, value) => sum + value, 0);
  return { ready, sound, rtf, memory: await tts.memory() };
}

/**
 * @param {string} what
 * @param {string} unit
 * @param {number[]} values
 */
function report(what, unit, values) {
  const { least, median, most } = spread(values);
  console.log(
    `${what}: ${median.toFixed(3)} ${unit} (${least.toFixed(3)} to ${most.toFixed(3)}, ${values.length} runs)`,
  );
}
