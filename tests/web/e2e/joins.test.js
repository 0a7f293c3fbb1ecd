/** The windows as the page plays them: one after the other, with no sample lost, doubled or out of step at a join. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as chromium from "../support/browser.js";

// Several windows in a chunk, several chunks in a passage, and more than one passage.
const TEXT =
  "春天来了，公园里的花都开了，小明和妈妈一起去看花。他们走了很久，看见了一条小河！河边有人在钓鱼吗？" +
  "是的，有一位老人坐在树下，他说今天的天气真好。";

const { browser, site } = await chromium.forTests();

/** Runs in the page before all else: keeps what the page pushes, and what its worklet gives to the sound device. */
function record() {
  const pushed = /** @type {Float32Array[]} */ ([]);
  const played = /** @type {Float32Array[]} */ ([]);
  Object.assign(globalThis, { pushed, played });
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (/** @type {any} */ message, /** @type {any} */ transfer) {
    if (message?.type === "push") pushed.push(message.samples.slice());
    return postMessage.call(this, message, transfer);
  };
  const recorder = `registerProcessor("recorder", class extends AudioWorkletProcessor {
    process([[samples]]) {
      if (samples) this.port.postMessage(samples.slice());
      return true;
    }
  })`;
  const { addModule } = AudioWorklet.prototype;
  AudioWorklet.prototype.addModule = async function (/** @type {string | URL} */ address) {
    await addModule.call(this, URL.createObjectURL(new Blob([recorder], { type: "text/javascript" })));
    await addModule.call(this, address);
  };
  const connect = /** @type {(destination: AudioNode) => AudioNode} */ (AudioNode.prototype.connect);
  Object.assign(AudioWorkletNode.prototype, {
    /** @this {AudioWorkletNode} @param {AudioNode} destination */
    connect(destination) {
      const node = new AudioWorkletNode(this.context, "recorder", { numberOfOutputs: 0 });
      node.port.onmessage = ({ data }) => void played.push(data);
      connect.call(this, node);
      return connect.call(this, destination);
    },
  });
}

/**
 * Runs in the page: compares what was pushed with what the engine makes of the text at once, and what was played with
 * what was pushed.
 * @param {string} text
 */
async function compare(text) {
  const { pushed, played } = /** @type {{pushed: Float32Array[], played: Float32Array[]}} */ (
    /** @type {unknown} */ (globalThis)
  );
  const joined = (/** @type {Float32Array[]} */ parts) => {
    const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
  const { Hanvox } = await import(new URL("lib/index.js", location.href).href);
  const tts = await Hanvox.fromPretrained();
  const { audio } = /** @type {{audio: Float32Array}} */ (await tts.generate(text));
  tts.dispose();
  const speech = joined(pushed);
  // The silence before the first sound is not played.
  const skipped = audio.length - speech.length;
  const different = speech.reduce((sum, sample, at) => sum + (sample === audio[skipped + at] ? 0 : 1), 0);
  const silence = audio.subarray(0, Math.max(0, skipped)).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const sound = joined(played);
  // A machine under load may leave a gap between two windows; within one there is none.
  let [at, lost, joins] = [0, 0, 0];
  for (const [index, window] of pushed.entries()) {
    const begins = (/** @type {number} */ place) =>
      window.subarray(0, 50).every((sample, offset) => sample === sound[place + offset]);
    let place = at;
    while (place < sound.length && !begins(place)) place += 1;
    if (place === at && index > 0) joins += 1;
    for (const [offset, sample] of window.entries()) lost += sample === sound[place + offset] ? 0 : 1;
    at = place + window.length;
  }
  return { skipped, silence, different, windows: pushed.length, joins, lost };
}

test("windows join without a click, and no sample is lost or doubled", async () => {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setBypassCSP(true);
    await page.evaluateOnNewDocument(record);
    await page.goto(site.url);
    await chromium.untilStatus(page, "语音已就绪");
    await chromium.speak(page, TEXT);
    const { skipped, silence, different, windows, joins, lost } = await page.evaluate(compare, TEXT);
    assert.ok(skipped >= 0 && silence < 0.01, `${skipped} samples before it, of up to ${silence}`);
    assert.ok(windows > 6 && joins > 3, `${windows} windows, ${joins} joins`);
    assert.deepEqual({ different, lost }, { different: 0, lost: 0 });
  } finally {
    await context.close();
  }
});
