import assert from "node:assert/strict";
import { test } from "node:test";
import { playTime } from "../../../www/app/format.js";
import { annotated } from "../../../www/app/reader/annotate.js";
import { blockAt, blocksOf } from "../../../www/app/reader/blocks.js";
import { findNoReading } from "../../../www/app/reader/braces.js";
import { actionOf } from "../../../www/app/reader/keys.js";
import { leadingSilence } from "../../../www/app/reader/silence.js";
import { SleepTimer } from "../../../www/app/reader/sleep.js";
import { Timeline } from "../../../www/app/reader/timeline.js";
import { Turns } from "../../../www/app/reader/turns.js";

const press = {
  ...{ isComposing: false, keyCode: 0, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
};
const nowhere = { typing: false, pressing: false };

test("keys that an input method composes are left alone, whatever they are", () => {
  for (const key of ["Enter", "Escape", " ", "ArrowLeft"])
    for (const composing of [{ isComposing: true }, { keyCode: 229 }])
      assert.equal(actionOf({ ...press, key, ctrlKey: true, ...composing }, nowhere), undefined, key);
});

test("keys act outside of fields, and stop and speak everywhere", () => {
  const typing = { typing: true, pressing: false };
  assert.equal(actionOf({ ...press, key: " " }, nowhere), "toggle");
  assert.equal(actionOf({ ...press, key: " " }, typing), undefined);
  assert.equal(actionOf({ ...press, key: " " }, { typing: false, pressing: true }), undefined);
  assert.equal(actionOf({ ...press, key: "ArrowRight" }, nowhere), "nextSentence");
  assert.equal(actionOf({ ...press, key: "ArrowLeft", shiftKey: true }, nowhere), "previousParagraph");
  assert.equal(actionOf({ ...press, key: "ArrowLeft", altKey: true }, nowhere), undefined);
  assert.equal(actionOf({ ...press, key: "Escape" }, typing), "stop");
  assert.equal(actionOf({ ...press, key: "Enter", ctrlKey: true }, typing), "speak");
  assert.equal(actionOf({ ...press, key: "Enter" }, typing), undefined);
});

test("braces that hold no reading are found with their place", () => {
  assert.equal(findNoReading("重{chong2}庆，银行{yin2 hang2}，{x}"), undefined);
  for (const syllables of [
    "lv4",
    "lü4",
    "nu:3",
    "zhuang1 shuang3",
    "er2",
    "a1",
    "wenr2",
    "xiong2",
    "jue2 nve4",
    "yuan2",
  ])
    assert.equal(findNoReading(`字{${syllables}}`), undefined, syllables);
  for (const none of ["xx1", "chong", "qwe1", "chong2 x"]) assert.ok(findNoReading(`字{${none}}`), none);
  assert.equal(findNoReading("f{x} = 1"), undefined);
  assert.deepEqual(findNoReading("一\n二三重{xx}"), { written: "{xx}", line: 2, column: 4 });
  assert.deepEqual(findNoReading("行{háng}"), { written: "{háng}", line: 1, column: 2 });
});

/** @param {string} text @param {[number, number, string][]} readings */
function pieces(text, readings) {
  const tokens = readings.map(([start, end, surface]) => ({ start, end, surface, text: "", pinyin: "" }));
  return annotated(text, tokens).map(({ start, end, pinyin }) => [text.slice(start, end), pinyin]);
}

test("pinyin stands above each character, and in short pieces above what is read as a whole", () => {
  assert.deepEqual(
    pieces("你好，人", [
      ...[
        [0, 1, "ni2"],
        [1, 2, "hao3"],
        [3, 4, "ren2"],
      ].map((token) => /** @type {any} */ (token)),
    ]),
    [
      ["你", "ní"],
      ["好", "hǎo"],
      ["，", undefined],
      ["人", "rén"],
    ],
  );
  assert.deepEqual(pieces("你好", [[0, 2, "ni2 hao3"]]), [
    ["你", "ní"],
    ["好", "hǎo"],
  ]);
  const long = pieces("1".repeat(40), [[0, 40, Array(90).fill("yi1").join(" ")]]);
  assert.equal(long.map(([text]) => text).join(""), "1".repeat(40));
  assert.ok(long.every(([, pinyin]) => (pinyin?.split(" ").length ?? 0) <= 4));
  assert.deepEqual(
    pieces("用 Python", [
      [0, 1, "yong4"],
      [2, 8, "pai4 sen1"],
    ]),
    [
      ["用", "yòng"],
      [" Python", undefined],
    ],
    "nothing stands above a word in Latin letters",
  );
});

test("blocks are the lines of a text, in parts where they are long, and cover it", () => {
  const text = `一。\n\n${"很长的一行，没有换行。".repeat(1000)}\n完`;
  const blocks = blocksOf(text);
  assert.ok(blocks.every(({ start, end }) => end - start <= 2000));
  assert.equal(blocks.map(({ start, end }) => text.slice(start, end)).join(""), text.replaceAll("\n", ""));
  for (const place of [0, 1, 2, 3, 5000, text.length]) {
    const { start } = blocks[blockAt(blocks, place)];
    assert.ok(start <= place && (blocks[blockAt(blocks, place) + 1]?.start ?? Infinity) > place);
  }
});

test("the silence before the first sound is skipped, but for its attack", () => {
  const samples = new Float32Array(1000);
  samples.fill(0.5, 400);
  assert.equal(leadingSilence(samples, 1000), 370);
  assert.equal(leadingSilence(samples.subarray(400), 1000), 0);
  assert.equal(leadingSilence(new Float32Array(1000), 1000), 970);
});

test("times are shown in hours only where there are any", () => {
  assert.deepEqual([0, 59.6, 61, 3599, 3661].map(playTime), ["0:00", "1:00", "1:01", "59:59", "1:01:01"]);
});

test("a timeline finds what is heard, forgets what was, and gives back what comes next", () => {
  const timeline = new Timeline();
  const characters = [{ start: 0.2, end: 0.5, from: 0, to: 1 }];
  timeline.add({ at: 1, start: 0, end: 5, characters });
  timeline.add({ at: 3, start: 5, end: 9, characters: [] });
  assert.equal(timeline.chunkAt(0.5), undefined);
  assert.deepEqual(timeline.charactersAt(1.3), { start: 0, end: 1 });
  assert.equal(timeline.charactersAt(1.6), undefined);
  assert.equal(timeline.cutAfter(1.6)?.start, 5);
  assert.equal(timeline.chunkAt(3.5)?.start, 0);
  timeline.add({ at: 3, start: 7, end: 9, characters: [] });
  assert.equal(timeline.chunkAt(3)?.start, 7);
  assert.equal(timeline.cutAfter(3), undefined);
});

test("a sleep timer acts once, and not when it was set to never", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let slept = 0;
  const timer = new SleepTimer(() => void (slept += 1));
  timer.set(5);
  timer.set(10);
  context.mock.timers.tick(9.9 * 60_000);
  assert.equal(slept, 0);
  context.mock.timers.tick(60_000);
  assert.equal(slept, 1);
  timer.set(5);
  timer.set(0);
  context.mock.timers.tick(60 * 60_000);
  assert.equal(slept, 1);
});

test("a page hears of another that speaks, and not of itself", async () => {
  const heard = /** @type {string[]} */ ([]);
  let tell = () => {};
  const told = new Promise((resolve) => (tell = () => resolve(undefined)));
  const first = new Turns(() => heard.push("first"));
  const second = new Turns(() => {
    heard.push("second");
    tell();
  });
  first.take();
  await told;
  assert.deepEqual(heard, ["second"]);
  first.close();
  second.close();
});
