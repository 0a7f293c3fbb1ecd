/** The page: wires its controls to a reader and a session. */
import { serveFetches } from "../lib/api/serve-fetches.js";
import { Hanvox, openVoiceStore } from "../lib/index.js";
import { Player } from "../lib/player.js";
import { DEFAULT_VOICE } from "../lib/shared/default-voice.js";
import { apiOf } from "./api.js";
import { diagnostics } from "./diagnostics.js";
import { connectDocuments } from "./documents.js";
import { EmotionChoice } from "./emotion.js";
import { connectExport } from "./export.js";
import { connectHealth } from "./health.js";
import { openHelp } from "./help.js";
import { changeLanguage, translate, words } from "./language/language.js";
import { connectLibrary } from "./library.js";
import { connectMedia } from "./media.js";
import { fillChoices, showPlace } from "./reader/bar.js";
import { findNoReading } from "./reader/braces.js";
import { actionOf, focusOf } from "./reader/keys.js";
import { connectReadings } from "./readings.js";
import { characterAt } from "./readings/place.js";
import { Pace } from "./reader/pace.js";
import { Reader } from "./reader/reader.js";
import { Reading } from "./reader/reading.js";
import { SavedText } from "./reader/saved.js";
import { sentenceAt } from "./reader/sentences.js";
import { SleepTimer } from "./reader/sleep.js";
import { TextView } from "./reader/text-view.js";
import { Turns } from "./reader/turns.js";
import { ReadingChoice } from "./reading-options.js";
import { Session } from "./session.js";
import * as settings from "./settings.js";
import { takeShared } from "./share.js";
import { connectSound } from "./sound.js";
import { SpeakerChoice } from "./speaker.js";
import { offerUpdate, offerUpdates } from "./update.js";
import * as view from "./view.js";
import { connectVoiceMenu } from "./voice-menu.js";
import { connectVoices } from "./voices.js";
import { parseSources } from "./voices/sources.js";

const USUAL_SOURCE = new URL("../voices/", import.meta.url).href;
// In a page in the background, which gets no frames.
const WATCH_MS = 250;

translate();
fillChoices();

const query = new URLSearchParams(location.search);
const report = (/** @type {unknown} */ thrown) => void diagnostics.handle(thrown);
const renew = () => session.reading?.renew();
const emotion = new EmotionChoice(report, renew);
const speaker = new SpeakerChoice(report, renew);
const readingChoice = new ReadingChoice({
  async apply() {
    const tts = await session.engine();
    await tts.setReading(reading());
    await readingChoice.showExamples(tts);
    readAgain();
  },
  onerror: report,
});
const pace = new Pace();
const options = () => ({ ...view.options(), ...emotion.options(), ...speaker.options() });
const turns = new Turns(() => session.pause(words.otherPage));
const session = new Session({
  voice: query.get("voice") ?? settings.savedVoice() ?? DEFAULT_VOICE,
  load: (voice, given) =>
    Hanvox.fromPretrained(voice, { ...given, workers: "auto", diagnostics, sources: sources(), reading: reading() }),
  // Answers the API requests of scripts, which arrive through the service worker.
  serve: (tts) => serveFetches(apiOf(tts, diagnostics)),
  createPlayer: (sampleRate) => new Player(sampleRate),
  read: (parts) => new Reading({ ...parts, options, pace, note: (thrown) => session.note(thrown) }),
  keys: { onprevious: () => reader.step("previousSentence"), onnext: () => reader.step("nextSentence") },
  onspeak: () => turns.take(),
  ...{ connectMedia, diagnostics, view },
  onvoice(voice) {
    view.showVoice(voice);
    emotion.offer(voice);
    speaker.offer(voice);
  },
  onoutdated: offerUpdate,
  keepVoice: settings.saveVoice,
});
const textView = new TextView(view.element("reading"), {
  onpress: (place) => reader.readFrom(place).catch(session.handle),
  onmenu: (place) => readings.fix(reader.text, place),
  onfollow: (follows) => (view.button("back").hidden = follows),
  readings: async (text) => (await session.engine()).pinyin(text),
});
const saved = new SavedText({ stores: stores(), onerror: session.note });
const reader = new Reader({
  ...{ session, view: textView, area: view.text, saved, onchange: showState },
  onend: () => readOn().catch(session.handle),
});
const library = connectLibrary({
  read(text, { place, note }) {
    selected = undefined;
    reader.open(text, { place, mode: "read" });
    view.showNote(note);
  },
  ...{ status: view.showStatus, onerror: session.handle, note: session.note },
});
const readings = connectReadings({
  explain: async (line) => (await session.engine()).explain(line),
  saved: settings.savedDictionary,
  async apply(dictionary) {
    await (await session.engine()).setReading({ ...reading(), dictionary });
    await settings.saveDictionary(dictionary);
    readAgain();
  },
  replace(text, place) {
    library.edit(text).catch(session.note);
    reader.open(text, { place, mode: "read" });
    readFrom(place);
  },
  again: (place) => readFrom(place),
  ...{ note: session.note, onerror: session.handle },
});
/** What was selected last in the text. @type {{start: number, end: number} | undefined} */
let selected;
const sleep = new SleepTimer(() => {
  session.stop();
  view.sleep.value = "0";
});

/** Reads a sentence once more. @param {number} place In it. */
function readFrom(place) {
  reader.readFrom(sentenceAt(reader.text, place)?.start ?? place).catch(session.handle);
}

/** At the end of a chapter, reads the next one. */
async function readOn() {
  if (await library.next()) await reader.toggle();
}

/** How texts are read. */
function reading() {
  return { ...readingChoice.options, dictionary: settings.savedDictionary() };
}

/** Readings have changed: what is to come is made anew. */
function readAgain() {
  textView.readAgain();
  renew();
}

function sources() {
  return parseSources(settings.savedSources() || USUAL_SOURCE, document.baseURI);
}

/** What the browser may block is left out: then nothing is kept. */
function stores() {
  try {
    return [sessionStorage, localStorage];
  } catch {
    return [];
  }
}

/** @param {import("./reader/reader.js").State} state */
function showState(state) {
  const { mode, text, place, speaks, edited } = state;
  document.body.dataset.mode = mode;
  view.showSamples(mode === "edit" && (text.trim() === "" || isSample(text)));
  view.text.hidden = mode === "read";
  view.element("reading").hidden = mode === "edit";
  view.button("edit").hidden = mode === "edit" && text.length === 0;
  view.button("edit").textContent = mode === "edit" ? words.done : words.edit;
  view.button("read-start").hidden = speaks || place === 0;
  view.button("read-again").hidden = !edited;
  view.showLength(words.characters(text.length));
  showPlace(state, pace);
  library.moved(place);
}

/** @param {string} text */
function isSample(text) {
  return [...view.samples].some(({ dataset }) => dataset.sample === text.trim());
}

function showText() {
  const braces = findNoReading(view.text.value);
  view.showNote(braces ? words.noReading(braces.written, braces.line, braces.column) : "");
}

function connect() {
  on("speak", () => reader.toggle());
  on("stop", () => session.stop());
  on("edit", () => (reader.state.mode === "edit" ? reader.read() : edit()));
  on("previous", () => reader.step("previousSentence"));
  on("next", () => reader.step("nextSentence"));
  on("previous-paragraph", () => reader.step("previousParagraph"));
  on("next-paragraph", () => reader.step("nextParagraph"));
  on("retry", () => session.load());
  on("language", changeLanguage);
  on("help-open", openHelp);
  on("reset", resetOptions);
  for (const button of view.samples) button.addEventListener("click", () => replaceText(button.dataset.sample ?? ""));
  connectText();
  connectOffers();
  connectOptions();
  connectPage();
}

/** @param {string} id @param {() => unknown} act */
function on(id, act) {
  view.button(id).addEventListener("click", async () => {
    try {
      await act();
    } catch (error) {
      session.handle(error);
    }
  });
}

function connectText() {
  view.text.addEventListener("input", () => {
    reader.typed();
    showText();
  });
  view.timeline.addEventListener("change", () => {
    if (reader.state.mode === "edit") reader.read();
    reader.seek(view.timeline.valueAsNumber);
  });
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event, focusOf(document.activeElement));
    if (!action || document.querySelector("dialog[open]")) return;
    if (action !== "stop") event.preventDefault();
    act(action).catch(session.handle);
  });
}

/** @param {import("./reader/keys.js").Action} action */
async function act(action) {
  if (action === "stop") return session.stop();
  if (action === "help") return openHelp();
  if (action === "toggle") return reader.toggle();
  if (action === "speak") return session.speaks ? undefined : reader.toggle();
  reader.step(action);
}

/** What a selection or a cursor offers. */
function connectOffers() {
  on("back", () => textView.follow(true));
  on("read-start", () => reader.readFrom(0));
  on("read-again", () => reader.readFrom(reader.state.place));
  const chosen = () =>
    reader.state.mode === "read"
      ? textView.selection
      : { start: view.text.selectionStart, end: view.text.selectionEnd };
  // A press on a button takes the selection away before its click.
  document.addEventListener("selectionchange", () => {
    const span = chosen();
    const isInText = reader.state.mode === "read" || document.activeElement === view.text;
    if (!isInText) return;
    selected = span;
    view.button("read-selection").hidden = !span || span.start === span.end;
    view.button("fix-reading").hidden = !span || !characterAt(reader.text, span.start);
    view.button("read-here").hidden = !span || span.start !== span.end || span.start === 0;
  });
  on("read-selection", () => selected && reader.readFrom(selected.start, selected.end));
  on("fix-reading", () => selected && readings.fix(reader.text, selected.start));
  on("read-here", () => selected && reader.readFrom(selected.start));
}

function connectOptions() {
  const prosody = settings.savedProsody();
  const isOffered = [...view.speed.options].some(({ value }) => Number(value) === prosody.speed);
  if (isOffered) view.speed.value = String(prosody.speed);
  for (const slider of view.sliders) if (prosody[slider.id]) slider.value = String(prosody[slider.id]);
  const keep = () => {
    settings.saveProsody(/** @type {Record<string, number>} */ (view.options())).catch(report);
    renew();
    showState(reader.state);
  };
  view.speed.addEventListener("change", keep);
  for (const slider of view.sliders) {
    slider.addEventListener("input", view.showOptions);
    slider.addEventListener("change", keep);
  }
  view.element("sheet").addEventListener("toggle", () => {
    if (session.tts) readingChoice.showExamples(session.tts).catch(report);
  });
  view.sleep.addEventListener("change", () => sleep.set(Number(view.sleep.value)));
  const showPinyin = (/** @type {boolean} */ pinyin) => {
    view.button("pinyin").setAttribute("aria-pressed", String(pinyin));
    textView.showPinyin(pinyin);
  };
  showPinyin(settings.savedPinyin());
  on("pinyin", async () => {
    const pinyin = view.button("pinyin").getAttribute("aria-pressed") !== "true";
    showPinyin(pinyin);
    if (pinyin && reader.state.mode === "edit") reader.read();
    await settings.savePinyin(pinyin);
  });
}

function connectPage() {
  addEventListener("pagehide", () => saved.flush());
  addEventListener("online", () => session.loadAgain());
  addEventListener("offline", () => session.isWaiting && view.showStatus(words.waitingForNetwork));
  setInterval(() => reader.watch(), WATCH_MS);
  const sound = connectSound({ onerror: session.handle });
  const frame = () => {
    reader.watch();
    sound.watch(session.reading);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function resetOptions() {
  view.speed.value = "1";
  for (const slider of view.sliders) slider.value = "1";
  view.showOptions();
  emotion.reset();
  speaker.reset();
  readingChoice.reset();
  settings.saveProsody({}).catch(report);
  renew();
  showState(reader.state);
}

function edit() {
  reader.edit();
  view.text.focus();
}

/**
 * @param {string} text
 * @param {string} [note]
 */
function setText(text, note = "") {
  reader.open(text);
  showText();
  if (note) view.showNote(note);
  view.text.focus();
}

/** Text and place of the last visit; a text that was left in the middle is shown as it is read. */
function restore() {
  const last = saved.load();
  if (!last) return showState(reader.state);
  view.text.value = last.text;
  reader.open(last.text, { place: last.place, mode: last.place > 0 ? "read" : "edit" });
}

/**
 * Puts a text in the place of what is open.
 * @param {string} text
 * @param {string} [note]
 */
function replaceText(text, note) {
  selected = undefined;
  library.close();
  setText(text, note);
}

connect();
restore();
connectHealth(diagnostics, session.handle);
const store = openVoiceStore();
const voices = connectVoices(
  {
    ...{ store, usual: DEFAULT_VOICE, current: () => session.voice },
    use: (id, signal) => session.use(id, signal),
    handle: (thrown) => diagnostics.handle(thrown),
    note: session.note,
    sources: { text: settings.savedSources, save: settings.saveSources, usual: USUAL_SOURCE },
  },
  session.handle,
);
connectVoiceMenu({
  ...{ speaker, add: voices.open, onerror: session.handle },
  loaded: () => session.tts?.voice,
  stored: () => store.list(),
  use: (id) => session.use(id, new AbortController().signal),
});
view.showOptions();
showText();
view.showState("ready");
view.showPause("none");
session.load();
offerUpdates();
if (query.get("open") === "health") document.getElementById("health-open")?.click();
connectExport({
  ...{ engine: () => session.engine(), options, text: () => reader.text, selection: () => selected },
  ...{ book: library.book, bookText: library.text, onerror: session.note },
});
library.resume(reader.text);
connectDocuments({ open: library.open, takeVoice: voices.open, onerror: session.handle });
takeShared({ ontext: replaceText, onfiles: library.open, onerror: session.handle });
