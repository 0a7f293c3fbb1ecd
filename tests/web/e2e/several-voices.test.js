/** Several voices side by side in one process, with one Diagnostics. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Diagnostics, Hanvox } from "../../../www/lib/node/index.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";

test("several voices speak at once, each with its own speakers, and share the diagnostics", async () => {
  const diagnostics = await Diagnostics.create({ level: "off" });
  const load = (/** @type {string} */ voice) => Hanvox.fromPretrained(voice, { voices: FIXTURE_VOICES, diagnostics });
  const [han, tone] = await Promise.all([load("han"), load("tone")]);
  const texts = ["你好。", "今天天气很好。"];
  const spoken = await Promise.all([han, tone].flatMap((tts) => texts.map((text) => tts.generate(text))));
  assert.ok(spoken.every(({ audio }) => audio.length > 0));
  assert.deepEqual([han.voice.id, tone.voice.id], ["han", "tone"]);
  await han.generate("好。", { speaker: "song" });
  await assert.rejects(tone.generate("好。", { speaker: "song" }), { code: "option-invalid" });
  const of = (/** @type {string} */ voice) =>
    diagnostics.metrics
      .snapshot()
      .hanvox_requests_total.series.filter(({ labels }) => labels.voice === voice && labels.outcome === "ok")
      .reduce((sum, { value }) => sum + value, 0);
  assert.deepEqual([of("han"), of("tone")], [3, 2]);
  tone.dispose();
  assert.ok((await han.generate("好。")).audio.length > 0);
  han.dispose();
});
