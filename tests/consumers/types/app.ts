import { Diagnostics, Hanvox } from "hanvox";
import { Player } from "hanvox/player";

await using diagnostics = await Diagnostics.create({ level: "warning" });
await using player = new Player(24000);
using tts = await Hanvox.fromPretrained("han", { diagnostics, progressCallback: ({ status }) => console.log(status) });
using speech = await tts.generate("你好，世界。", { speed: 1.1, markup: false });
const samples: Float32Array = speech.audio;
player.push(speech.audio, speech.samplingRate);
await using opened = await tts.open("你好。");
const [first]: { start: number; end: number; from: number; to: number }[] = speech.characters;
const subtitles: string = speech.toSrt({ most: 16 });
for await (const { text, audio, words } of tts.stream(tokens())) console.log(text, audio.length, words.length);
// @ts-expect-error: there is no such option
await tts.generate(subtitles, { loudness: samples.length + first.start });

async function* tokens(): AsyncGenerator<string> {
  yield "你好。";
}
