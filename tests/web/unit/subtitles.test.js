import assert from "node:assert/strict";
import { test } from "node:test";
import { cuesOf, toLrc, toSrt, toVtt } from "../../../www/lib/shared/subtitles.js";

/** A speech of words, each as many seconds long as it has characters; marks are silent. @param {string} text */
function speech(text) {
  let time = 0;
  const words = [...text.matchAll(/(?<!<[^>]*|\{[^}]*|&\w*)\p{L}+/gu)].map(({ 0: word, index }) => {
    const start = time;
    time += word.length;
    return { start, end: time, from: index, to: index + word.length };
  });
  const sentences = [...text.matchAll(/[^。]+。?/g)].map(({ 0: sentence, index }) => {
    const [from, to] = [index, index + sentence.length];
    const inside = words.filter((word) => word.from >= from && word.from < to);
    return { start: inside[0].start, end: inside[inside.length - 1].end, from, to };
  });
  return { text, sentences, words };
}

const lines = (/** @type {string} */ text, /** @type {number} */ most) =>
  cuesOf(speech(text), { most }).map((cue) => cue.text);

test("a line ends with a sentence, at punctuation, or between words", () => {
  assert.deepEqual(lines("你好，世界。今天 天气 很好。", 20), ["你好，世界。", "今天 天气 很好。"]);
  assert.deepEqual(lines("今天天气，真的，很好。", 7), ["今天天气，真的，", "很好。"]);
  assert.deepEqual(lines("一二 三四 五六 七八 九十", 6), ["一二 三四", "五六 七八", "九十"]);
  assert.deepEqual(lines("“一二三四五六七八九十”", 3), ["“一二三四五六七八九十”"]);
});

test("the three formats have the same lines and times", () => {
  const cues = cuesOf(speech("你好，世界。再见。"));
  assert.equal(
    toSrt(cues),
    "1\n00:00:00,000 --> 00:00:04,000\n你好，世界。\n\n2\n00:00:04,000 --> 00:00:06,000\n再见。\n",
  );
  assert.equal(
    toVtt(cues),
    "WEBVTT\n\n00:00:00.000 --> 00:00:04.000\n你好，世界。\n\n00:00:04.000 --> 00:00:06.000\n再见。\n",
  );
  assert.equal(toLrc(cues), "[00:00.00]你好，世界。\n[00:04.00]再见。\n");
});

test("words have times of their own where they are asked for", () => {
  const cues = cuesOf(speech("你好，世界。"));
  assert.equal(toVtt(cues, { words: true }), "WEBVTT\n\n00:00:00.000 --> 00:00:04.000\n你好，<00:00:02.000>世界。\n");
  assert.equal(toLrc(cues, { words: true }), "[00:00.00]<00:00.00>你好，<00:02.00>世界。\n");
});

test("times beyond an hour and a minute are carried", () => {
  const cue = { start: 3661.9996, end: 7325.5, text: "好", words: [] };
  assert.match(toSrt([cue]), /01:01:02,000 --> 02:02:05,500/);
  assert.match(toVtt([cue]), /01:01:02\.000 --> 02:02:05\.500/);
  assert.match(toLrc([cue]), /^\[61:02\.00\]/);
});

test("markup and readings in braces are not shown", () => {
  assert.deepEqual(lines('<speak>你好<break time="1s"/>世界&amp;<!-- x -->他</speak>', 20), ["你好世界&他"]);
  assert.deepEqual(lines("重{chong2}庆，去a{b}吗", 20), ["重庆，去a{b}吗"]);
  assert.equal(toVtt([{ start: 0, end: 1, text: "a<b&c", words: [] }]).split("\n")[3], "a&lt;b&amp;c");
});
