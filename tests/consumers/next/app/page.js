"use client";
import { Hanvox } from "hanvox";
import { useEffect, useState } from "react";

export default function Page() {
  const [told, tell] = useState("waiting");
  useEffect(() => {
    speak().then(tell);
  }, []);
  return <title>{told}</title>;
}

async function speak() {
  const tts = await Hanvox.fromPretrained();
  const speech = await tts.generate("你好，世界。");
  return `spoken ${speech.duration}`;
}
