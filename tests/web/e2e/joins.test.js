/** The windows as the page plays them: one after the other, with no sample lost, doubled or out of step at a join. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as chromium from "../support/browser.js";

// Several windows in a chunk, several chunks in a passage, and more than one passage.
const TEXT =
  "春天来了，公园里的花都开了，小明和妈妈一起去看花。他们走了很久，看见了一条小河！河边有人在钓鱼吗？" +
  "是的，有一位老人坐在树下，他说今天的天气真好。";

const { browser, site } = await chromium.forTests();

/** Runs in the page before all else: keeps what is scheduled, and when. */
function record() {
  const scheduled = /** @type {{when: number, samples: Float32Array, rate: number}[]} */ ([]);
  Object.assign(globalThis, { scheduled });
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when = 0) {
    const { buffer } = this;
    if (buffer) scheduled.push({ when, samples: buffer.getChannelData(0).slice(), rate: buffer.sampleRate });
    return start.call(this, when);
  };
}

/**
 * Runs in the page: compares what was scheduled with what the engine makes of the text at once.
 * @param {string} text
 */
async function compare(text) {
  const { scheduled } = /** @type {any} */ (globalThis);
  const { Hanvox } = await import(new URL("lib/index.js", location.href).href);
  const tts = await Hanvox.fromPretrained();
  const { audio } = /** @type {{audio: Float32Array}} */ (await tts.generate(text));
  tts.dispose();
  const length = scheduled.reduce(
    (/** @type {number} */ sum, /** @type {any} */ { samples }) => sum + samples.length,
    0,
  );
  // The silence before the first sound is not played.
  const skipped = audio.length - length;
  let [at, different, overlaps, joins] = [skipped, 0, 0, 0];
  let end = -Infinity;
  let [step, stepAtJoins] = [0, 0];
  for (const { when, samples, rate } of scheduled) {
    if (when < end - 1 / rate) overlaps += 1;
    // Where it had to wait for the engine there is no join.
    const joined = Math.abs(when - end) < 1 / rate;
    if (joined) joins += 1;
    if (joined) stepAtJoins = Math.max(stepAtJoins, Math.abs(samples[0] - audio[at - 1]));
    for (const sample of samples) different += sample === audio[at++] ? 0 : 1;
    end = when + samples.length / rate;
  }
  for (let place = 1; place < audio.length; place += 1)
    step = Math.max(step, Math.abs(audio[place] - audio[place - 1]));
  const silence = audio.subarray(0, Math.max(0, skipped)).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return { skipped, silence, different, overlaps, joins, windows: scheduled.length, step, stepAtJoins };
}

test("windows join without a click, and no sample is lost or doubled", async () => {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.evaluateOnNewDocument(record);
    await page.goto(site.url);
    await chromium.untilStatus(page, "语音已就绪");
    await chromium.speak(page, TEXT);
    const { skipped, silence, different, overlaps, joins, windows, step, stepAtJoins } = await page.evaluate(
      compare,
      TEXT,
    );
    assert.ok(windows > 6 && joins > 3, `${windows} windows, ${joins} joins`);
    assert.ok(skipped >= 0 && silence < 0.01, `${skipped} samples before it, of up to ${silence}`);
    assert.deepEqual({ different, overlaps }, { different: 0, overlaps: 0 });
    assert.ok(stepAtJoins <= step, `${stepAtJoins} at joins, ${step} elsewhere`);
  } finally {
    await context.close();
  }
});
