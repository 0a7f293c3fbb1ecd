"use client";
import { Hanvox } from "hanvox";
import { useEffect } from "react";

export default function Page() {
  useEffect(() => {
    speak();
  }, []);
  return <main>hanvox</main>;
}

async function speak() {
  const tts = await Hanvox.fromPretrained();
  const speech = await tts.generate("你好，世界。");
  document.title = `spoken ${speech.duration}`;
}
