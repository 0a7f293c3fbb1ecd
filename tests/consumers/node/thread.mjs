import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { Hanvox } from "hanvox";

if (isMainThread) {
  new Worker(new URL(import.meta.url)).on("message", (duration) => console.log(`spoken ${duration}`));
} else {
  const tts = await Hanvox.fromPretrained();
  const { duration } = await tts.generate("你好，世界。");
  parentPort.postMessage(duration);
  tts.dispose();
}
