import assert from "node:assert/strict";
import { test } from "node:test";
import { emotionName, inChinese } from "../../../www/app/emotion-names.js";
import { parseManifest, voiceInfo } from "../../../www/lib/store/manifest.js";
import { makeVoice } from "../support/fake-voice.js";

/** @param {Record<string, unknown>} changes */
function manifest(changes) {
  return parseManifest(JSON.stringify(makeVoice(changes).manifest), "tiny");
}

test("a manifest tells the emotions that its voice was trained on, and nothing of presets", () => {
  const emotions = [{ name: "neutral", symbol: "emotion_neutral", id: 1 }, { name: "happy" }];
  const { emotions: names, emotion_kind } = voiceInfo(manifest({ emotions }));
  assert.deepEqual([names, emotion_kind], [["neutral", "happy"], "trained"]);
  assert.deepEqual(
    Object.keys(voiceInfo(manifest({}))).filter((key) => key.startsWith("emotion")),
    [],
  );
});

test("emotions have Chinese names, and unknown ones are shown as they are", () => {
  assert.deepEqual(["neutral", "hate", "surprise"].map(inChinese), ["中性", "厌恶", "惊讶"]);
  for (const name of ["placeholder1", "toString", ""]) assert.equal(inChinese(name), name);
  assert.ok(["happy", "高兴"].includes(emotionName("happy")));
});
