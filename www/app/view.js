/** The page's elements and what they show; no speech logic. */
import { words } from "./language/language.js";
import { MESSAGES } from "./messages.js";

/** @typedef {"ready" | "speaking"} State */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
export function element(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/** @param {string} id */
export function button(id) {
  return /** @type {HTMLButtonElement} */ (element(id));
}

export const text = /** @type {HTMLTextAreaElement} */ (element("text"));
export const speed = /** @type {HTMLSelectElement} */ (element("speed"));
export const sleep = /** @type {HTMLSelectElement} */ (element("sleep"));
export const timeline = /** @type {HTMLInputElement} */ (element("timeline"));
export const sliders = ["pitch", "energy"].map((id) => /** @type {HTMLInputElement} */ (element(id)));
export const samples = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-sample]"));

/** What can't be tried again by loading the voice once more has no button. */
const RETRIED = new Set(["network", "network-timeout", "voice-missing", "voice-corrupt"]);

/** @returns {import("../lib/shared/protocol.js").SpeechOptions} */
export function options() {
  return {
    speed: Number(speed.value),
    ...Object.fromEntries(sliders.map((slider) => [slider.id, slider.valueAsNumber])),
  };
}

export function showOptions() {
  for (const slider of sliders) {
    element(`${slider.id}-value`).textContent = `${slider.valueAsNumber.toFixed(2)}×`;
    slider.setAttribute("aria-valuetext", words.times(slider.valueAsNumber.toFixed(2)));
  }
}

/** @param {string} label */
export function showLength(label) {
  element("length").textContent = label;
}

/** Samples are for those who have no text yet. @param {boolean} shown */
export function showSamples(shown) {
  /** @type {HTMLElement} */ (document.querySelector(".samples")).hidden = !shown;
}

/** @param {State} state */
export function showState(state) {
  document.body.dataset.state = state;
  button("stop").setAttribute("aria-disabled", String(state !== "speaking"));
}

/** @param {"none" | "playing" | "paused"} state Of the audio. */
export function showPause(state) {
  document.body.dataset.playing = state;
  element("speak-word").textContent = { none: words.play, playing: words.pause, paused: words.resume }[state];
}

/** A note about the text. @param {string} message */
export function showNote(message) {
  element("note").textContent = message;
}

/** @param {string} message */
export function showStatus(message) {
  const line = element("status");
  // Screen readers would read it again.
  if (line.textContent !== message) line.textContent = message;
}

/**
 * @param {string} label
 * @param {number} done
 * @param {number} total
 */
export function showProgress(label, done, total) {
  const bar = /** @type {HTMLProgressElement} */ (element("bar-progress"));
  element("progress").hidden = false;
  element("progress-label").textContent = label;
  bar.max = Math.max(total, 1);
  bar.value = done;
}

export function hideProgress() {
  element("progress").hidden = true;
}

/** @param {import("../lib/shared/protocol.js").VoiceInfo} voice */
export function showVoice({ name, licence, sampling_rate }) {
  element("voice").textContent = words.voiceLine(name, sampling_rate / 1000, licence);
}

/** @param {import("../lib/shared/errors.js").PlainError} error */
export function showError({ code, level, message }) {
  const { title, advice } = MESSAGES[code];
  const box = element("error");
  box.hidden = false;
  box.dataset.level = level;
  box.dataset.code = code;
  button("retry").hidden = !RETRIED.has(code);
  element("error-title").textContent = title;
  element("error-advice").textContent = advice;
  element("error-detail").textContent = `${code}: ${message}`;
}

export function hideError() {
  const box = element("error");
  box.hidden = true;
  delete box.dataset.code;
}
