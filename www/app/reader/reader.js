/**
 * The page as a reader: a text that is edited or read, the place in it, and the voice that moves along. It knows the
 * session and the view of the text, and no button.
 */
import { nextParagraph, nextSentence, previousParagraph, previousSentence, sentenceAt } from "./sentences.js";

/** @typedef {import("./sentences.js").Span} Span */
/** @typedef {import("../session.js").Session} Session */

/**
 * @typedef {object} Parts
 * @property {Pick<Session, "speak" | "stop" | "togglePause" | "watch" | "speaks" | "paused" | "reading">} session
 * @property {Pick<import("./text-view.js").TextView, "show" | "clear" | "mark" | "goTo" | "follow">} view
 * @property {{value: string}} area Where the text is edited.
 * @property {Pick<import("./saved.js").SavedText, "keepText" | "keepPlace">} saved
 * @property {(state: State) => void} onchange Called when anything of it has changed.
 * @property {() => void} [onend] Called when the text was read to its end.
 */

/**
 * @typedef {object} State
 * @property {"edit" | "read"} mode
 * @property {string} text
 * @property {number} place The offset of the sentence that is read, or would be.
 * @property {number} heard The offset of the character that is heard; the place while nothing is.
 * @property {boolean} speaks
 * @property {boolean} edited Whether the text has changed while it was being read.
 */

const STEPS = { nextSentence, previousSentence, nextParagraph, previousParagraph };

export class Reader {
  #parts;
  /** @type {State["mode"]} */ #mode = "edit";
  #text = "";
  #place = 0;
  #heard = 0;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @returns {State} */
  get state() {
    const { session } = this.#parts;
    const edited = session.reading !== undefined && session.reading.text !== this.text;
    const { speaks } = session;
    return { mode: this.#mode, text: this.text, place: this.#place, heard: this.#heard, speaks, edited };
  }

  get text() {
    return this.#mode === "edit" ? this.#parts.area.value : this.#text;
  }

  /**
   * Puts in another text.
   * @param {string} text
   * @param {{place?: number, mode?: State["mode"]}} [how]
   */
  open(text, { place = 0, mode = "edit" } = {}) {
    this.#parts.session.stop();
    this.#parts.view.clear();
    this.#text = text;
    this.#parts.saved.keepText(text);
    this.#parts.area.value = text;
    this.#mode = mode;
    this.#setPlace(place);
    if (mode === "read") this.read();
    this.#changed();
  }

  /** The text was typed in. */
  typed() {
    this.#mode = "edit";
    if (this.#text !== this.text && !this.#parts.session.speaks) this.#setPlace(0);
    this.#parts.saved.keepText(this.text);
    this.#changed();
  }

  /** Shows the text as it is read. */
  read() {
    this.#text = this.text;
    this.#mode = "read";
    this.#parts.view.show(this.#text);
    this.#showPlace();
    this.#changed();
  }

  /** Shows the text as it is edited; a voice goes on meanwhile. */
  edit() {
    this.#parts.area.value = this.#text;
    this.#mode = "edit";
    this.#changed();
  }

  /** Starts, pauses or resumes. Call it inside a click or key handler. */
  async toggle() {
    const { session } = this.#parts;
    if (session.reading) return session.togglePause();
    if (session.speaks) return;
    await this.readFrom(this.#place);
  }

  /**
   * Reads from a place on. Call it inside a click or key handler.
   * @param {number} place
   * @param {number} [end] Where to stop.
   * @returns {Promise<void>} Settles at the end of the speech.
   */
  async readFrom(place, end) {
    const { session } = this.#parts;
    const text = this.text;
    if (session.reading && session.reading.text === text && end === undefined) return this.seek(place);
    if (session.speaks) await this.#silenced();
    // An empty text stays where it can be typed in.
    if (text.trim() !== "") this.read();
    this.#setPlace(place);
    const speech = session.speak(end === undefined ? text : text.slice(0, end), place);
    this.#changed();
    const whole = await speech;
    if (whole && end === undefined) this.#setPlace(0);
    this.#parts.view.mark(undefined, undefined);
    this.#showPlace();
    this.#changed();
    if (whole && end === undefined) this.#parts.onend?.();
  }

  /**
   * Moves the place, and the voice with it.
   * @param {number} place
   * @returns {Promise<void> | undefined}
   */
  seek(place) {
    const { session } = this.#parts;
    const { start } = sentenceAt(this.text, place);
    // It still waits for the voice to be loaded.
    if (session.speaks && !session.reading) return this.readFrom(start);
    this.#setPlace(start);
    if (session.reading) session.reading.seek(start);
    if (session.reading && session.paused) session.togglePause();
    this.#parts.view.follow(true);
    this.#showPlace();
    this.#changed();
    return undefined;
  }

  /** @param {keyof typeof STEPS} step */
  step(step) {
    if (this.#mode === "edit" && !this.#parts.session.speaks) this.read();
    const target = STEPS[step](this.text, this.#place);
    if (target) this.seek(target.start);
  }

  /** Follows the voice; call it again and again. */
  watch() {
    const { session, view } = this.#parts;
    if (!session.reading) return;
    session.watch();
    const { chunk, characters } = session.reading.now;
    if (!chunk) return;
    const sentence = sentenceAt(
      session.reading.text,
      characters?.start ?? Math.max(this.#heldPlace(chunk), chunk.start),
    );
    if (this.#mode === "read") view.mark(sentence, characters);
    const heard = characters?.start ?? this.#heard;
    if (sentence.start === this.#place && heard === this.#heard) return;
    if (sentence.start !== this.#place) this.#setPlace(sentence.start);
    this.#heard = Math.max(heard, this.#place);
    this.#changed();
  }

  /** In the pause after a sentence, the place doesn't go back to the start of its chunk. @param {Span} chunk */
  #heldPlace({ end }) {
    return this.#place < end ? this.#place : 0;
  }

  /** Ends what is spoken, and waits until it has. */
  async #silenced() {
    this.#parts.session.stop();
    while (this.#parts.session.speaks) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** @param {number} place */
  #setPlace(place) {
    this.#place = this.#heard = place;
    this.#parts.saved.keepPlace(place);
  }

  #showPlace() {
    if (this.#mode !== "read" || this.#place === 0) return;
    const sentence = sentenceAt(this.#text, this.#place);
    this.#parts.view.mark(sentence, undefined);
    this.#parts.view.goTo(sentence);
  }

  #changed() {
    this.#parts.onchange(this.state);
  }
}
