import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { sentencesOf } from "../../../www/lib/shared/text-stream.js";

/** Pieces as they come, with a pause where there is a number. @param {(string | number)[]} given */
async function* pieces(...given) {
  for (const piece of given)
    if (typeof piece === "number") await setTimeout(piece);
    else yield piece;
}

/** @param {(string | number)[]} given */
async function texts(...given) {
  const found = [];
  for await (const { text } of sentencesOf(pieces(...given), 60)) found.push(text);
  return found;
}

test("a sentence leaves when the next one begins, with the marks that close it", async () => {
  assert.deepEqual(await texts("你", "好。", "”他", "说。再见"), ["你好。”", "他说。", "再见"]);
  assert.deepEqual(await texts("真的？！", "好"), ["真的？！", "好"]);
  assert.deepEqual(await texts("3.", "5千克。", "Hello world. ", "Yes"), ["3.5千克。", "Hello world. ", "Yes"]);
  assert.deepEqual(await texts("一行\n", "\n二行"), ["一行\n\n", "二行"]);
});

test("after a pause what there is is spoken", async () => {
  assert.deepEqual(await texts("你好，", 200, "世界。"), ["你好，", "世界。"]);
  assert.deepEqual(await texts("你好。", 200, "！再见"), ["你好。", "！再见"]);
});

test("what can't be spoken belongs to what follows, and offsets are those of the whole", async () => {
  const found = [];
  for await (const { text, start } of sentencesOf(pieces("。。", "好。", " 😀。", "再"))) found.push([text, start]);
  const whole = "。。好。 😀。再";
  for (const [text, start] of found)
    assert.equal(whole.slice(Number(start), Number(start) + String(text).length), text);
  assert.equal(found[found.length - 1][0], "😀。再");
});

test("an error of the source is the error of the stream, and leaving ends the source", async () => {
  const failing = (async function* () {
    yield "好。再";
    throw new Error("gone");
  })();
  /** @type {string[]} */
  const found = [];
  await assert.rejects(async () => {
    for await (const { text } of sentencesOf(failing)) found.push(text);
  }, /gone/);
  assert.deepEqual(found, ["好。"]);
  let left = false;
  const endless = (async function* () {
    try {
      for (;;) yield "好。";
    } finally {
      left = true;
    }
  })();
  for await (const _ of sentencesOf(endless)) break;
  await setTimeout(5);
  assert.ok(left);
});
