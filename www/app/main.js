/** The page: wires its controls to a session. */
import { serveFetches } from "../lib/api/serve-fetches.js";
import { Hanvox, openVoiceStore } from "../lib/index.js";
import { DEFAULT_VOICE } from "../lib/shared/default-voice.js";
import { Player } from "../lib/player.js";
import { apiOf } from "./api.js";
import { diagnostics } from "./diagnostics.js";
import { connectDocuments } from "./documents.js";
import { saveAs } from "./dom.js";
import { EmotionChoice } from "./emotion.js";
import { connectHealth } from "./health.js";
import { connectLibrary } from "./library.js";
import { connectMedia } from "./media.js";
import { Session } from "./session.js";
import { saveSources, saveVoice, savedSources, savedVoice } from "./settings.js";
import { takeShared } from "./share.js";
import { SpeakerChoice } from "./speaker.js";
import { speak } from "./speak.js";
import { offerUpdate, offerUpdates } from "./update.js";
import * as view from "./view.js";
import { connectVoices } from "./voices.js";
import { parseSources } from "./voices/sources.js";

const USUAL_SOURCE = new URL("../voices/", import.meta.url).href;

const query = new URLSearchParams(location.search);
const emotion = new EmotionChoice((thrown) => diagnostics.handle(thrown));
const speaker = new SpeakerChoice((thrown) => diagnostics.handle(thrown));
const session = new Session({
  voice: query.get("voice") ?? savedVoice() ?? DEFAULT_VOICE,
  load: (voice, options) =>
    Hanvox.fromPretrained(voice, { ...options, workers: "auto", diagnostics, sources: sources() }),
  // Answers the API requests of scripts, which arrive through the service worker.
  serve: (tts) => serveFetches(apiOf(tts, diagnostics)),
  createPlayer: (sampleRate) => new Player(sampleRate),
  ...{ connectMedia, speak, diagnostics },
  view: {
    ...view,
    showReading(whole, chunk) {
      view.showReading(whole, chunk);
      library.moved(chunk.start);
    },
  },
  options: () => ({ ...view.options(), ...emotion.options(), ...speaker.options() }),
  onvoice(voice) {
    view.showVoice(voice);
    emotion.offer(voice);
    speaker.offer(voice);
  },
  onoutdated: offerUpdate,
  keepVoice: saveVoice,
  save: (file) => saveAs(file, "synthesized.wav"),
});

function sources() {
  return parseSources(savedSources() || USUAL_SOURCE, document.baseURI);
}

function connect() {
  const speakText = () => session.speak(view.text.value);
  view.speakButton.addEventListener("click", speakText);
  view.downloadButton.addEventListener("click", () => session.download(view.text.value));
  view.stopButton.addEventListener("click", () => session.stop());
  view.pauseButton.addEventListener("click", () => session.togglePause());
  view.text.addEventListener("input", view.showLength);
  view.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) speakText();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && session.stop());
  for (const slider of view.sliders) slider.addEventListener("input", view.showOptions);
  view.resetButton.addEventListener("click", resetOptions);
  for (const button of view.samples) button.addEventListener("click", () => replaceText(button.dataset.sample ?? ""));
}

function resetOptions() {
  for (const slider of view.sliders) slider.value = "1";
  view.showOptions();
  emotion.reset();
  speaker.reset();
}

/**
 * @param {string} text
 * @param {string} [note]
 */
function setText(text, note = "") {
  view.text.value = text;
  view.showNote(note);
  view.showLength();
  view.text.focus();
}

/**
 * Puts a text in the place of what is open.
 * @param {string} text
 * @param {string} [note]
 */
function replaceText(text, note) {
  library.close();
  setText(text, note);
}

connect();
connectHealth(diagnostics, session.handle);
const library = connectLibrary({
  read(text, { place, note }) {
    setText(text, note);
    view.text.setSelectionRange(place, place);
  },
  ...{ status: view.showStatus, onerror: session.handle, note: session.note },
});
const voices = connectVoices(
  {
    ...{ store: openVoiceStore(), usual: DEFAULT_VOICE, current: () => session.voice },
    use: (id, signal) => session.use(id, signal),
    handle: (thrown) => diagnostics.handle(thrown),
    note: session.note,
    sources: { text: savedSources, save: saveSources, usual: USUAL_SOURCE },
  },
  session.handle,
);
view.showOptions();
view.showLength();
view.showState("ready");
view.showStatus("正在载入语音");
session.engine().catch(session.handle);
offerUpdates();
if (query.get("open") === "health") document.getElementById("health-open")?.click();
connectDocuments({ open: library.open, takeVoice: voices.open, onerror: session.handle });
takeShared({ ontext: replaceText, onfiles: library.open, onerror: session.handle });
