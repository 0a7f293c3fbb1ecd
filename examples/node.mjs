/**
 * Speaks a text into hello.wav:
 *
 *     node examples/node.mjs "你好，世界。"
 */
import { writeFile } from "node:fs/promises";
import { Hanvox } from "hanvox";

const text = process.argv[2] ?? "你好，世界。我会说汉语，也会说一点 English。";
const tts = await Hanvox.fromPretrained("han");
const speech = await tts.generate(text, { speaker: "qing", speed: 1.1 });
await writeFile("hello.wav", speech.toWav());
console.log(`hello.wav: ${(speech.audio.length / speech.samplingRate).toFixed(1)} s of speech`);
for (const { text, pinyin } of speech.chunks) console.log(`${text}  ${pinyin}`);
tts.dispose();
