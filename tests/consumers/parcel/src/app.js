import { Hanvox } from "hanvox";

const tts = await Hanvox.fromPretrained();
const speech = await tts.generate("你好，世界。");
document.title = `spoken ${speech.duration}`;
