/**
 * Speaks the answer of a chatbot sentence by sentence, while it is still being written. The sound is a WAV stream:
 *
 *     node examples/chatbot.mjs | ffplay -autoexit -nodisp -
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Hanvox, HanvoxError } from "hanvox";

const ANSWER =
  "好问题！从北京到上海坐高铁大约四个半小时，全程1318公里。二等座票价¥553起，建议提前7天买票。" +
  "如果赶时间，可以坐飞机，飞行时间约两小时……祝你一路顺风！";

// A sentence ends at a mark like these, after the quotes and brackets that close with it.
const SENTENCE = /^.*?[。！？!?…\n]+[”’」』）]*(?=[^。！？!?…\n”’」』）])/s;

/** Stands in for the token stream of a language model. */
async function* tokens() {
  for (const token of ANSWER.match(/.{1,3}/gsu) ?? []) {
    await sleep(50);
    process.stderr.write(token);
    yield token;
  }
}

/** @param {AsyncIterable<string>} tokens */
async function* sentences(tokens) {
  let text = "";
  for await (const token of tokens) {
    text += token;
    for (let match; (match = SENTENCE.exec(text)); text = text.slice(match[0].length)) yield match[0];
  }
  yield text;
}

/** @param {Uint8Array} bytes */
async function write(bytes) {
  if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
}

const tts = await Hanvox.fromPretrained("han");
let started = false;
for await (const sentence of sentences(tokens())) {
  try {
    const speech = await tts.open(sentence, { pcm: true, emotion: "gentle" });
    if (!started) await write(speech.header);
    started = true;
    for await (const { pcm } of speech) if (pcm) await write(pcm);
  } catch (error) {
    // A sentence of nothing but marks, or an empty rest, has nothing to say.
    const codes = ["empty-text", "nothing-to-speak"];
    if (!(error instanceof HanvoxError && codes.includes(error.code))) throw error;
  }
}
tts.dispose();
