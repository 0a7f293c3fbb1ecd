/** Lets the reader choose one of the voice's emotions, and remembers the choice even if a voice lacks it. */
import { both } from "./dom.js";
import { inBoth, inChinese } from "./emotion-names.js";
import { saveEmotion, savedEmotion } from "./settings.js";

/** How a voice gets its emotions. @type {Record<import("../lib/shared/protocol.js").EmotionKind, [string, string]>} */
const KINDS = {
  trained: ["训练得到的情感", "trained"],
  prosody: ["由语调规则表现", "shaped by prosody rules"],
};

export class EmotionChoice {
  #box = element("emotions");
  #select = /** @type {HTMLSelectElement} */ (element("emotion"));
  #slider = /** @type {HTMLInputElement} */ (element("intensity"));
  /** The voice's emotions, neutral first. @type {string[]} */ #names = [];
  #wished = savedEmotion();
  #onerror;

  /** @param {(error: unknown) => void} onerror Called when the choice could not be saved. */
  constructor(onerror) {
    this.#onerror = onerror;
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
    this.#select.replaceChildren(...emotions.map((name) => new Option(inBoth(name), name)));
    this.#select.disabled = false;
    element("emotion-kind").replaceChildren(...both(...KINDS[emotion_kind]));
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
  }

  /** If the voice lacks the chosen emotion, falls back to neutral and says so. */
  #show() {
    const { name } = this.#wished;
    const lacks = name !== "neutral" && this.#names.length > 0 && !this.#names.includes(name);
    this.#select.value = this.#names.includes(name) ? name : (this.#names[0] ?? "");
    this.#slider.disabled = this.#isNeutral();
    element("emotion-note").replaceChildren(...(lacks ? lacking(name, this.#select.value) : []));
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

/**
 * @param {string} name
 * @param {string} instead
 */
function lacking(name, instead) {
  const chinese = `这个语音没有“${inChinese(name)}”，改用“${inChinese(instead)}”。`;
  return both(chinese, `This voice has no "${name}": it speaks "${instead}".`);
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
