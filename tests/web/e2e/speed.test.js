/** How long a text takes at each speed, with a voice of each kind. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Hanvox } from "../../../www/lib/node/index.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";

const HAN = fileURLToPath(new URL("../../../www/voices/han", import.meta.url));
const TEXT =
  "春天来了，公园里的花都开了。小明和妈妈一起去看花，他们走了很久，终于看到了一片樱花林！今天下午三点，我们在公司门口见面，好不好？";
const SPEEDS = [0.5, 1.5, 2, 3];

const VOICES = [
  { kind: "student", voice: HAN, speakers: ["qing", "song"] },
  { kind: "fastspeech2", voice: join(FIXTURE_VOICES, "tone"), speakers: [undefined] },
  { kind: "sambert", voice: join(FIXTURE_VOICES, "moods"), speakers: [undefined] },
];

for (const { kind, voice, speakers } of VOICES)
  test(`a ${kind} voice takes its share of the time at each speed, and swallows no syllable`, async () => {
    const tts = await Hanvox.fromPretrained(voice);
    for (const speaker of speakers) {
      const spoken = async (/** @type {number} */ speed) => {
        const { audio, samplingRate, characters } = await tts.generate(TEXT, { speed, speaker });
        for (const { start, end, from } of characters) assert.ok(end > start, `${TEXT[from]} at ${speed}`);
        return audio.length / samplingRate;
      };
      const usual = await spoken(1);
      for (const speed of SPEEDS) {
        const seconds = await spoken(speed);
        console.log(
          `${kind} ${speaker ?? ""} at ${speed}: ${seconds.toFixed(3)} s for ${(usual / speed).toFixed(3)} s`,
        );
        assert.ok(Math.abs(seconds * speed - usual) <= 0.01 * usual, `${seconds} s at ${speed}, ${usual} s at 1`);
      }
    }
    tts.dispose();
  });
