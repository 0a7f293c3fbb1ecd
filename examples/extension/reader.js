import { SpeechSynthesis, SpeechSynthesisUtterance } from "./node_modules/hanvox/www/lib/speech-synthesis.js";

const speech = new SpeechSynthesis({ markup: false });

chrome.runtime.onMessage.addListener(({ text }) => {
  if (speech.speaking || speech.pending) return speech.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.onstart = () => show("▶");
  utterance.onend = () => show("");
  utterance.onerror = ({ error }) => show(["canceled", "interrupted"].includes(error) ? "" : "!");
  show("…");
  speech.speak(utterance);
});

function show(badge) {
  chrome.runtime.sendMessage({ badge });
}
