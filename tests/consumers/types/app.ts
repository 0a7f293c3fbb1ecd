import { Hanvox } from "hanvox";

const tts = await Hanvox.fromPretrained("han", { progressCallback: ({ status }) => console.log(status) });
const speech = await tts.generate("你好，世界。", { speed: 1.1, markup: false });
const samples: Float32Array = speech.audio;
const [first]: { start: number; end: number; from: number; to: number }[] = speech.characters;
const subtitles: string = speech.toSrt({ most: 16 });
for await (const { text, audio, words } of tts.stream(tokens())) console.log(text, audio.length, words.length);
// @ts-expect-error: there is no such option
await tts.generate(subtitles, { loudness: samples.length + first.start });

async function* tokens(): AsyncGenerator<string> {
  yield "你好。";
}
