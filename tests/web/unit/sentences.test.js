import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isMarkup,
  nextParagraph,
  nextSentence,
  passageFrom,
  phraseFrom,
  previousParagraph,
  previousSentence,
  sentenceAt,
} from "../../../www/app/reader/sentences.js";

/** @param {string} text @param {import("../../../www/app/reader/sentences.js").Span} [span] */
const slice = (text, span) => span && text.slice(span.start, span.end);

/** All sentences of a text, one after the other. @param {string} text */
function all(text) {
  const found = [];
  for (let at = sentenceAt(text, 0); at; at = /** @type {any} */ (nextSentence(text, at.start)))
    found.push(slice(text, at));
  return found;
}

for (const [text, sentences] of /** @type {[string, string[]][]} */ ([
  ["春眠不觉晓，处处闻啼鸟。夜来风雨声！", ["春眠不觉晓，处处闻啼鸟。", "夜来风雨声！"]],
  ["他说：“走吧！”然后走了……好。", ["他说：“走吧！”", "然后走了……", "好。"]],
  ["一\n\n  二\n", ["一", "二"]],
  ["It is 3.14 now. Go on", ["It is 3.14 now.", "Go on"]],
  ["没有句号", ["没有句号"]],
  ["……\n——\n好", ["……", "好"]],
]))
  test(`the sentences of ${JSON.stringify(text)}`, () => assert.deepEqual(all(text), sentences));

test("a place gives the same sentence as walking there, wherever it is", () => {
  const text = "第一句，很长。第二句！？”\n　　第三句……没有句号的一段，".concat(
    "一段长长的话，".repeat(60),
    "完。最后",
  );
  const starts = [];
  for (let at = sentenceAt(text, 0); at; at = /** @type {any} */ (nextSentence(text, at.start))) starts.push(at);
  for (const { start, end } of starts)
    for (let at = start; at < end; at += 1) assert.deepEqual(sentenceAt(text, at), { start, end }, `${at}`);
  assert.ok(starts.every(({ start, end }) => end - start <= 160));
});

test("going back passes the same sentences as going on", () => {
  const text = "一。二！三？\n四。\n\n五……";
  const forth = all(text);
  const back = [];
  for (let at = sentenceAt(text, text.length); at; at = /** @type {any} */ (previousSentence(text, at.start)))
    back.unshift(slice(text, at));
  assert.deepEqual(back, forth);
});

test("paragraphs are lines, and going back stops at the start of this one first", () => {
  const text = "一。二。\n三。四。\n五。";
  assert.equal(slice(text, nextParagraph(text, 0)), "三。");
  assert.equal(nextParagraph(text, text.indexOf("五")), undefined);
  assert.equal(slice(text, previousParagraph(text, text.indexOf("四"))), "三。");
  assert.equal(slice(text, previousParagraph(text, text.indexOf("三"))), "一。");
  assert.equal(previousParagraph(text, 0), undefined);
});

test("passages are whole sentences that join to the text", () => {
  const text = "短句。".repeat(100);
  const passages = [];
  for (let at = passageFrom(text, 0, 50); at; at = passageFrom(text, at.end, 50)) passages.push(slice(text, at));
  assert.equal(passages.join(""), text);
  assert.ok(passages.every((passage) => passage && passage.length <= 50 && passage.endsWith("。")));
  assert.equal(passageFrom("  \n", 0, 50), undefined);
});

test("the first phrase of a sentence ends at a comma, unless it or what is left would be very short", () => {
  const phrase = (/** @type {string} */ text, from = 0) => {
    const span = phraseFrom(text, from);
    return span && text.slice(span.start, span.end);
  };
  assert.equal(phrase("春天来了，花都开了，真好看。后面。"), "春天来了，");
  assert.equal(phrase("春天来了，花都开了，真好看。后面。", 5), "花都开了，");
  assert.equal(phrase("好，我们一起去公园，看花看草。"), "好，我们一起去公园，");
  assert.equal(phrase("我们一起去，好。"), "我们一起去，好。");
  assert.equal(phrase("没有逗号的一句话。"), "没有逗号的一句话。");
  assert.equal(phrase("  \n"), undefined);
});

test("what looks like SSML is, and other text is not", () => {
  for (const text of ["<speak>", "\uFEFF <speak/>", "<?xml version='1.0'?>", "<s:speak a='b'>"])
    assert.ok(isMarkup(text), text);
  for (const text of ["", "<speaker>", "好<speak>", "<b>好</b>", "<"]) assert.ok(!isMarkup(text), text);
});

test("SSML is one passage", () => {
  const text = "<speak>一。<p>二。</p></speak>";
  assert.deepEqual(passageFrom(text, 5, 10), { start: 0, end: text.length });
  assert.deepEqual(sentenceAt(text, 9), { start: 0, end: text.length });
});
