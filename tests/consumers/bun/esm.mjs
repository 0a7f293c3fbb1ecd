import { Hanvox } from "hanvox";

const tts = await Hanvox.fromPretrained();
const { duration } = await tts.generate("你好，世界。");
console.log(`spoken ${duration}`);
tts.dispose();
