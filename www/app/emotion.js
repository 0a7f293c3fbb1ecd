/** Lets the reader choose one of the voice's emotions, and remembers the choice even if a voice lacks it. */
import { emotionName } from "./emotion-names.js";
import { words } from "./language/language.js";
import { saveEmotion, savedEmotion } from "./settings.js";

export class EmotionChoice {
  #box = element("emotions");
  #select = /** @type {HTMLSelectElement} */ (element("emotion"));
  #slider = /** @type {HTMLInputElement} */ (element("intensity"));
  /** The voice's emotions, neutral first. @type {string[]} */ #names = [];
  #wished = savedEmotion();
  #onerror;
  #onchange;

  /**
   * @param {(error: unknown) => void} onerror Called when the choice could not be saved.
   * @param {() => void} [onchange] Called when the user has chosen.
   */
  constructor(onerror, onchange = () => {}) {
    this.#onerror = onerror;
    this.#onchange = onchange;
    this.#select.addEventListener("change", () => this.#choose({ name: this.#select.value }));
    this.#slider.addEventListener("input", () => this.#showIntensity());
    this.#slider.addEventListener("change", () => this.#choose({ intensity: this.#slider.valueAsNumber }));
    this.#slider.value = String(this.#wished.intensity);
    this.#showIntensity();
  }

  /** Offers the emotions of a voice. @param {import("../lib/shared/protocol.js").VoiceEmotions} voice */
  offer({ emotions, emotion_kind }) {
    this.#names = emotions;
    this.#box.hidden = emotions.length === 0;
    this.#select.replaceChildren(...emotions.map((name) => new Option(emotionName(name), name)));
    this.#select.disabled = false;
    element("emotion-kind").textContent = words[emotion_kind];
    this.#show();
  }

  /** The options for the speech. @returns {import("../lib/shared/protocol.js").SpeechOptions} */
  options() {
    if (this.#isNeutral()) return {};
    return { emotion: this.#select.value, intensity: this.#slider.valueAsNumber };
  }

  reset() {
    this.#slider.value = "1";
    this.#choose({ name: "neutral", intensity: 1 });
  }

  /** @param {Partial<import("./settings.js").Emotion>} change */
  #choose(change) {
    this.#wished = { ...this.#wished, ...change };
    saveEmotion(this.#wished).catch(this.#onerror);
    this.#show();
    this.#onchange();
  }

  /** If the voice lacks the chosen emotion, falls back to neutral and says so. */
  #show() {
    const { name } = this.#wished;
    const lacks = name !== "neutral" && this.#names.length > 0 && !this.#names.includes(name);
    this.#select.value = this.#names.includes(name) ? name : (this.#names[0] ?? "");
    this.#slider.disabled = this.#isNeutral();
    element("emotion-note").textContent = lacks
      ? words.lacksEmotion(emotionName(name), emotionName(this.#select.value))
      : "";
    this.#showIntensity();
  }

  #isNeutral() {
    return this.#select.selectedIndex <= 0;
  }

  #showIntensity() {
    const percent = `${Math.round(this.#slider.valueAsNumber * 100)}%`;
    element("intensity-value").textContent = percent;
    this.#slider.setAttribute("aria-valuetext", percent);
  }
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
