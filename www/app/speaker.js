/** The choice of a speaker among those of the voice, and whom the reader wished for, also where the voice lacks them. */
import { saveSpeaker, savedSpeaker } from "./settings.js";

const SEXES = { female: "女声 female", male: "男声 male" };

export class SpeakerChoice {
  #box = element("speakers");
  #select = /** @type {HTMLSelectElement} */ (element("speaker"));
  #wished = savedSpeaker();
  #onerror;

  /** @param {(error: unknown) => void} onerror When the choice could not be kept. */
  constructor(onerror) {
    this.#onerror = onerror;
    this.#select.addEventListener("change", () => this.#choose(this.#select.value));
  }

  /** Offers the speakers of a voice. @param {Pick<import("../lib/shared/protocol.js").VoiceFacts, "speakers">} voice */
  offer({ speakers = [] }) {
    this.#box.hidden = speakers.length === 0;
    this.#select.replaceChildren(...speakers.map(({ name, sex }) => new Option(`${name} ${SEXES[sex]}`, name)));
    this.#show();
  }

  /** What the speech is to have. @returns {import("../lib/shared/protocol.js").SpeechOptions} */
  options() {
    return this.#select.selectedIndex <= 0 ? {} : { speaker: this.#select.value };
  }

  reset() {
    this.#choose("");
  }

  /** @param {string} name */
  #choose(name) {
    this.#wished = name;
    saveSpeaker(name).catch(this.#onerror);
    this.#show();
  }

  /** The default speaker is the first one. */
  #show() {
    const index = [...this.#select.options].findIndex(({ value }) => value === this.#wished);
    if (this.#select.options.length > 0) this.#select.selectedIndex = Math.max(index, 0);
  }
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
