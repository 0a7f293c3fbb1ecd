/**
 * Speaks the answer of a chatbot while it is still being written. The sound is a WAV stream:
 *
 *     node examples/chatbot.mjs | ffplay -autoexit -nodisp -
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Hanvox } from "hanvox";
import { openEncoder } from "hanvox/encode";

const ANSWER =
  "好问题！从北京到上海坐高铁大约四个半小时，全程1318公里。二等座票价¥553起，建议提前7天买票。" +
  "如果赶时间，可以坐飞机，飞行时间约两小时……祝你一路顺风！";

/** Stands in for the token stream of a language model. */
async function* tokens() {
  for (const token of ANSWER.match(/.{1,3}/gsu) ?? []) {
    await sleep(50);
    process.stderr.write(token);
    yield token;
  }
}

/** 16-bit samples. @param {Float32Array} audio */
function pcm(audio) {
  return new Uint8Array(Int16Array.from(audio, (sample) => 32767 * Math.max(-1, Math.min(sample, 1))).buffer);
}

/** @param {Uint8Array} bytes */
async function write(bytes) {
  if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
}

const tts = await Hanvox.fromPretrained("han");
const encoder = await openEncoder("wav", { sampleRate: tts.voice.sampling_rate });
for await (const { audio } of tts.stream(tokens(), { emotion: "gentle" })) await write(encoder.encode(pcm(audio)));
await write(encoder.finish());
tts.dispose();
