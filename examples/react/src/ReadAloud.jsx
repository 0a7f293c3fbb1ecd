import { useEffect, useState } from "react";
import { SpeechSynthesis, SpeechSynthesisUtterance } from "hanvox/speech-synthesis";

const speech = new SpeechSynthesis();
const NOTHING = { from: 0, to: 0 };

/** A text with a button that reads it aloud; the word that is heard is marked. */
export function ReadAloud({ text }) {
  const [reading, setReading] = useState(false);
  const [{ from, to }, setHeard] = useState(NOTHING);
  useEffect(() => () => speech.cancel(), []);

  function read() {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.onboundary = ({ name, charIndex, charLength }) => {
      if (name === "word") setHeard({ from: charIndex, to: charIndex + charLength });
    };
    utterance.onend = utterance.onerror = () => {
      setReading(false);
      setHeard(NOTHING);
    };
    speech.speak(utterance);
    setReading(true);
  }

  return (
    <p>
      {text.slice(0, from)}
      <mark>{text.slice(from, to)}</mark>
      {text.slice(to)}{" "}
      <button type="button" onClick={() => (reading ? speech.cancel() : read())}>
        {reading ? "停止" : "朗读"}
      </button>
    </p>
  );
}
