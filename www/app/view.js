/** The page's elements and what they show; no speech logic. */
import { MESSAGES } from "./messages.js";
import { withMarks } from "./pinyin.js";

/** @typedef {"loading" | "ready" | "speaking"} State */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
function element(id) {
  return /** @type {T} */ (document.getElementById(id));
}

export const text = /** @type {HTMLTextAreaElement} */ (element("text"));
export const speakButton = /** @type {HTMLButtonElement} */ (element("speak"));
export const stopButton = /** @type {HTMLButtonElement} */ (element("stop"));
export const pauseButton = /** @type {HTMLButtonElement} */ (element("pause"));
export const downloadButton = /** @type {HTMLButtonElement} */ (element("download"));
export const resetButton = /** @type {HTMLButtonElement} */ (element("reset"));
export const sliders = ["speed", "pitch", "energy"].map((id) => /** @type {HTMLInputElement} */ (element(id)));
export const samples = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-sample]"));

/** @returns {import("../lib/shared/protocol.js").SpeechOptions} */
export function options() {
  return Object.fromEntries(sliders.map((slider) => [slider.id, slider.valueAsNumber]));
}

export function showOptions() {
  for (const slider of sliders) {
    element(`${slider.id}-value`).textContent = `${slider.valueAsNumber.toFixed(2)}×`;
    slider.setAttribute("aria-valuetext", `${slider.valueAsNumber.toFixed(2)} 倍`);
  }
}

export function showLength() {
  element("length").textContent = `${Array.from(text.value).length} 字`;
}

/** @param {State} state */
export function showState(state) {
  document.body.dataset.state = state;
  speakButton.disabled = downloadButton.disabled = state === "speaking";
  stopButton.disabled = state !== "speaking";
}

/** @param {"none" | "playing" | "paused"} state Of the audio; with "none" there is nothing to pause. */
export function showPause(state) {
  pauseButton.disabled = state === "none";
  element("pause-word").textContent = state === "paused" ? "继续" : "暂停";
  element("pause-word-en").textContent = state === "paused" ? "Resume" : "Pause";
}

/** A note about the inserted text. @param {string} message */
export function showNote(message) {
  element("note").textContent = message;
}

/** @param {string} message */
export function showStatus(message) {
  element("status").textContent = message;
}

/**
 * @param {string} label
 * @param {number} done
 * @param {number} total
 */
export function showProgress(label, done, total) {
  const bar = /** @type {HTMLProgressElement} */ (element("bar"));
  element("progress").hidden = false;
  element("progress-label").textContent = label;
  bar.max = Math.max(total, 1);
  bar.value = done;
}

export function hideProgress() {
  element("progress").hidden = true;
}

/**
 * @param {string} whole
 * @param {import("../lib/shared/protocol.js").Chunk} chunk
 */
export function showReading(whole, chunk) {
  const { start, end } = chunk;
  element("reading").hidden = false;
  element("reading-before").textContent = whole.slice(Math.max(0, start - 24), start);
  element("reading-now").replaceChildren(...annotated(whole, chunk));
  element("reading-after").textContent = whole.slice(end, end + 24);
}

/**
 * The characters of a chunk with their pinyin above; characters read as a unit (a number) share theirs.
 * @param {string} whole
 * @param {import("../lib/shared/protocol.js").Chunk} chunk
 */
function annotated(whole, { start, end, readings }) {
  /** @type {(string | HTMLElement)[]} */
  const nodes = [];
  let at = start;
  for (const place of places(readings)) {
    const from = Math.max(at, place.start);
    nodes.push(whole.slice(at, from), ruby(whole.slice(from, place.end), withMarks(place.pinyin)));
    at = Math.max(at, place.end);
  }
  return [...nodes, whole.slice(at, end)];
}

/** @param {import("../lib/shared/protocol.js").PinyinToken[]} readings */
function places(readings) {
  /** @type {{start: number, end: number, pinyin: string}[]} */
  const found = [];
  for (const { start, end, surface } of readings) {
    const last = found.at(-1);
    if (last?.start === start && last.end === end) last.pinyin += ` ${surface}`;
    else found.push({ start, end, pinyin: surface });
  }
  return found;
}

/**
 * @param {string} text
 * @param {string} above
 */
function ruby(text, above) {
  const [base, annotation] = [document.createElement("ruby"), document.createElement("rt")];
  annotation.lang = "zh-Latn-pinyin";
  annotation.textContent = above;
  base.append(text, annotation);
  return base;
}

export function hideReading() {
  element("reading").hidden = true;
}

/** @param {import("../lib/shared/protocol.js").VoiceInfo} voice */
export function showVoice({ name, licence, sampling_rate }) {
  element("voice").textContent = `语音 Voice: ${name} · ${sampling_rate / 1000} kHz · ${licence}`;
}

/** @param {import("../lib/shared/errors.js").PlainError} error */
export function showError({ code, level, message }) {
  const { title, advice } = MESSAGES[code];
  const box = element("error");
  box.hidden = false;
  box.dataset.level = level;
  box.dataset.code = code;
  element("error-title").textContent = title;
  element("error-advice").textContent = advice;
  element("error-detail").textContent = `${code}: ${message}`;
}

export function hideError() {
  const box = element("error");
  box.hidden = true;
  delete box.dataset.code;
}
