/** Lets the reader choose how addresses, figures and emoji are read, each with an example of what is said then. */
import { words } from "./language/language.js";
import { saveReadingOptions, savedReadingOptions } from "./settings.js";

/** @typedef {import("../lib/hanvox.js").Hanvox} Hanvox */
/** @typedef {Required<Pick<import("../lib/shared/protocol.js").Reading, "links" | "digits" | "emoji">>} Choice */

/** The usual one of each first. @type {{[Name in keyof Choice]: {values: Choice[Name][], example: string}}} */
const OPTIONS = {
  links: { values: ["spell", "name"], example: "www.abc.com" },
  digits: { values: ["auto", "each", "quantity"], example: "20080808" },
  emoji: { values: ["drop", "speak"], example: "好😀" },
};
const NAMES = /** @type {(keyof Choice)[]} */ (Object.keys(OPTIONS));

export class ReadingChoice {
  #selects = NAMES.map((name) => /** @type {HTMLSelectElement} */ (document.getElementById(name)));
  #page;

  /**
   * @param {object} page
   * @param {(options: Choice) => Promise<void>} page.apply Gives them to the engine.
   * @param {(thrown: unknown) => void} page.onerror
   */
  constructor(page) {
    this.#page = page;
    const saved = savedReadingOptions();
    this.#selects.forEach((select, index) => {
      const { values } = OPTIONS[NAMES[index]];
      select.replaceChildren(...values.map((value) => new Option(words.readingChoice[value], value)));
      const wished = /** @type {string} */ (saved[NAMES[index]]);
      select.value = /** @type {string[]} */ (values).includes(wished) ? wished : values[0];
      select.addEventListener("change", () => this.#changed());
    });
  }

  /** @returns {Choice} */
  get options() {
    return /** @type {any} */ (Object.fromEntries(this.#selects.map(({ id, value }) => [id, value])));
  }

  reset() {
    for (const select of this.#selects) select.selectedIndex = 0;
    this.#changed();
  }

  /** Shows what the engine says with the options that it has. @param {Pick<Hanvox, "normalize">} tts */
  async showExamples(tts) {
    for (const { id } of this.#selects) {
      const { example } = OPTIONS[/** @type {keyof Choice} */ (id)];
      const line = /** @type {HTMLElement} */ (document.getElementById(`${id}-example`));
      line.textContent = `${example} → ${await tts.normalize(example)}`;
    }
  }

  async #changed() {
    try {
      await saveReadingOptions(this.options);
      await this.#page.apply(this.options);
    } catch (error) {
      this.#page.onerror(error);
    }
  }
}
