/** Lets the reader choose one of the voice's speakers, and remembers the choice even if a voice lacks it. */
import { words } from "./language/language.js";
import { saveSpeaker, savedSpeaker } from "./settings.js";

export class SpeakerChoice {
  #box = element("speakers");
  #select = /** @type {HTMLSelectElement} */ (element("speaker"));
  #wished = savedSpeaker();
  #onerror;
  #onchange;

  /**
   * @param {(error: unknown) => void} onerror Called when the choice could not be saved.
   * @param {() => void} [onchange] Called when the user has chosen.
   */
  constructor(onerror, onchange = () => {}) {
    this.#onerror = onerror;
    this.#onchange = onchange;
    this.#select.addEventListener("change", () => this.choose(this.#select.value));
  }

  /** Offers the speakers of a voice. @param {Pick<import("../lib/shared/protocol.js").VoiceFacts, "speakers">} voice */
  offer({ speakers = [] }) {
    this.#box.hidden = speakers.length === 0;
    this.#select.replaceChildren(...speakers.map(({ name, sex }) => new Option(`${name} ${words[sex]}`, name)));
    this.#show();
  }

  /** The options for the speech. @returns {import("../lib/shared/protocol.js").SpeechOptions} */
  options() {
    return this.#select.selectedIndex <= 0 ? {} : { speaker: this.#select.value };
  }

  /** The name of the one that was chosen; empty for the default one. */
  get chosen() {
    return this.#wished;
  }

  reset() {
    this.choose("");
  }

  /** @param {string} name */
  choose(name) {
    this.#wished = name;
    saveSpeaker(name).catch(this.#onerror);
    this.#show();
    this.#onchange();
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
