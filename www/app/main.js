/** The page: wires its controls to the library. */
import { createApi } from "../lib/api/api.js";
import { HanvoxError, throwIfCanceled } from "../lib/shared/errors.js";
import { Hanvox, openVoiceStore } from "../lib/index.js";
import { Player } from "../lib/player.js";
import { serveFetches } from "../lib/api/serve-fetches.js";
import { diagnostics } from "./diagnostics.js";
import { EmotionChoice } from "./emotion.js";
import { connectHealth } from "./health.js";
import { connectMedia } from "./media.js";
import { saveSources, saveVoice, savedSources, savedVoice } from "./settings.js";
import { takeShared } from "./share.js";
import { offerUpdate, offerUpdates } from "./update.js";
import { speak } from "./speak.js";
import * as view from "./view.js";
import { connectVoices } from "./voices.js";
import { parseSources } from "./voices/sources.js";

// Used until the voice has told its own.
const USUAL_SAMPLE_RATE = 24000;

const USUAL_VOICE = "baker";
const USUAL_SOURCE = new URL("../voices/", import.meta.url).href;

const query = new URLSearchParams(location.search);

/** The voice that speaks or is loaded to. */
let voice = query.get("voice") ?? savedVoice() ?? USUAL_VOICE;
/** @type {Promise<Hanvox> | undefined} */
let loading;
/** Ends the load, when another voice is chosen. */
let loader = new AbortController();
/** @type {Hanvox | undefined} */
let tts;
let stopServing = () => {};
/** @type {AbortController | undefined} */
let running;
/** The sound that is being heard. @type {ReturnType<typeof connectMedia> | undefined} */
let media;
const emotion = new EmotionChoice((thrown) => diagnostics.handle(thrown));
/** The last finished file and what it was made from. @type {{key: string, blob: Blob} | undefined} */
let finished;

/** The engine with its voice; a failed load is tried anew by the next call. */
function engine() {
  if (loading) return loading;
  const mine = load(loader.signal).catch((error) => {
    if (loading === mine) loading = undefined;
    throw error;
  });
  return (loading = mine);
}

/** @param {AbortSignal} signal */
async function load(signal) {
  const sources = parseSources(savedSources() || USUAL_SOURCE, document.baseURI);
  const options = { diagnostics, sources, signal, progress_callback: showLoading };
  const loaded = await Hanvox.from_pretrained(voice, options);
  if (signal.aborted) loaded.dispose();
  throwIfCanceled(signal);
  tts = loaded;
  // What scripts fetch from the API is answered here, by way of the service worker.
  stopServing = serveFetches(createApi({ tts, diagnostics, base: new URL("../", import.meta.url).pathname }));
  view.showVoice(tts.voice);
  emotion.offer(tts.voice);
  view.hideProgress();
  view.showStatus("语音已就绪");
  return tts;
}

/**
 * Goes over to another voice, and back where it can't be had.
 * @param {string} id
 * @param {AbortSignal} signal
 */
async function use(id, signal) {
  const before = voice;
  leave(id);
  signal.addEventListener("abort", () => loader.abort(), { once: true });
  try {
    await engine();
  } catch (error) {
    leave(before);
    engine().catch(handle);
    throw error;
  }
  await saveVoice(id);
}

/**
 * Ends the engine, with what it speaks; the next one has another voice.
 * @param {string} next
 */
function leave(next) {
  running?.abort();
  loader.abort();
  loader = new AbortController();
  stopServing();
  tts?.dispose();
  tts = loading = finished = undefined;
  voice = next;
  view.hideError();
}

/** @param {import("../lib/shared/protocol.js").Progress} progress */
function showLoading({ status, loaded = 0, total = 0, error }) {
  if (status === "warning" && error) view.showError(error);
  if (status !== "progress" && status !== "download") return;
  const label = loaded < total ? "正在获取语音" : "正在准备语音";
  view.showProgress(`${label} ${megabytes(loaded)} / ${megabytes(total)} MB`, loaded, total);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** @param {{aloud: boolean}} how */
async function run({ aloud }) {
  if (running) return;
  const text = view.text.value;
  view.hideError();
  if (!aloud && finished?.key === keyOf(text, chosen())) return save(finished.blob);
  await guarded(async (signal) => {
    requireText(text);
    // Before anything is awaited: only the handler of a click may start sound.
    const player = aloud ? new Player(tts?.voice.sampling_rate ?? USUAL_SAMPLE_RATE) : undefined;
    try {
      await player?.start();
      const handlers = { onstop: () => running?.abort(), onpause: showPaused, onfault: note };
      media = player && connectMedia(player, { text, ...handlers });
      view.showPause(media ? "playing" : "none");
      const tts = await abortable(engine(), signal);
      view.showStatus(aloud ? "正在朗读" : "正在合成");
      // Only now it is known what the voice has to choose from.
      const options = chosen();
      const blob = await speak({ tts, text, options, player, signal, ...callbacks(text) });
      finished = { key: keyOf(text, options), blob };
    } finally {
      media?.end();
      media = undefined;
      view.showPause("none");
      await player?.close();
    }
    view.showStatus("完成");
    if (!aloud) save(finished.blob);
  });
}

/** @returns {import("../lib/shared/protocol.js").SpeechOptions} */
function chosen() {
  return { ...view.options(), ...emotion.options() };
}

/**
 * @param {string} text
 * @param {import("../lib/shared/protocol.js").SpeechOptions} options
 */
function keyOf(text, options) {
  return JSON.stringify([text, options]);
}

/** @param {boolean} paused */
function showPaused(paused) {
  view.showPause(paused ? "paused" : "playing");
  view.showStatus(paused ? "已暂停" : "正在朗读");
}

/** @param {string} text */
function callbacks(text) {
  return {
    onprogress: (/** @type {number} */ done, /** @type {number} */ total) =>
      view.showProgress(`正在合成 ${done} / ${total} 句`, done, total),
    onchunk: (/** @type {import("../lib/shared/protocol.js").Chunk} */ chunk) => view.showReading(text, chunk),
  };
}

/**
 * Runs the one thing the page may do at a time; its error is shown and logged here and nowhere else.
 * @param {(signal: AbortSignal) => Promise<void>} work
 */
async function guarded(work) {
  running = new AbortController();
  view.showState("speaking");
  view.showStatus("正在准备");
  try {
    await work(running.signal);
  } catch (error) {
    handle(error);
  } finally {
    running = undefined;
    view.showState("ready");
    view.hideProgress();
    view.hideReading();
  }
}

/** @param {unknown} thrown */
function handle(thrown) {
  const error = diagnostics.handle(thrown);
  if (error.code === "canceled") return view.showStatus("已停止");
  if (error.code === "version-mismatch") offerUpdate();
  view.showStatus("");
  view.showError(error.toJSON());
}

/**
 * Takes a fault that costs the reader little: a warning in the log and nothing on the page.
 * @param {unknown} thrown
 */
function note(thrown) {
  diagnostics.log.error(thrown, { level: "warning" });
  return HanvoxError.from(thrown);
}

/**
 * The voice goes on loading when one request for it is canceled.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

/** Blank text needs no voice to be refused. @param {string} text */
function requireText(text) {
  if (text.trim() === "") throw new HanvoxError("empty-text", "the text is empty");
}

/** @param {Blob} blob */
function save(blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = "synthesized.wav";
  link.click();
  // The download has its own hold on the data by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function connect() {
  view.speakButton.addEventListener("click", () => run({ aloud: true }));
  view.downloadButton.addEventListener("click", () => run({ aloud: false }));
  view.stopButton.addEventListener("click", () => running?.abort());
  view.pauseButton.addEventListener("click", () => media?.toggle());
  view.text.addEventListener("input", view.showLength);
  view.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run({ aloud: true });
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && running?.abort());
  for (const slider of view.sliders) slider.addEventListener("input", view.showOptions);
  view.resetButton.addEventListener("click", resetOptions);
  for (const button of view.samples)
    button.addEventListener("click", () => setText(button.dataset.sample ?? ""));
}

function resetOptions() {
  for (const slider of view.sliders) slider.value = "1";
  view.showOptions();
  emotion.reset();
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

connect();
connectHealth(diagnostics, handle);
connectVoices(
  {
    ...{ store: openVoiceStore(), usual: USUAL_VOICE, current: () => voice, use },
    handle: (thrown) => diagnostics.handle(thrown),
    note,
    sources: { text: savedSources, save: saveSources, usual: USUAL_SOURCE },
  },
  handle,
);
view.showOptions();
view.showLength();
view.showState("ready");
view.showStatus("正在载入语音");
engine().catch(handle);
offerUpdates();
if (query.get("open") === "health") document.getElementById("health-open")?.click();
takeShared({ ontext: setText, onerror: handle });
