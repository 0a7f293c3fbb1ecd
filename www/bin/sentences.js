/** Cuts a text that arrives in pieces into sentences, each as soon as it is complete. */

/** The end of a sentence with the quotes behind it, where more follows: a full stop may be one of a number. */
const END = /(?:[。！？；!?;…\n]+[”’」』）)"']*|\.[”’)"']*\s+)(?=.)/su;
/** Something to speak. */
const SPOKEN = /[\p{L}\p{N}]/u;

export class SentenceSplitter {
  #rest = "";

  /**
   * @param {string} text
   * @returns {string[]} Sentences that are complete.
   */
  add(text) {
    this.#rest += text;
    const sentences = [];
    for (let end = END.exec(this.#rest); end; end = END.exec(this.#rest)) {
      const cut = end.index + end[0].length;
      sentences.push(this.#rest.slice(0, cut));
      this.#rest = this.#rest.slice(cut);
    }
    return sentences.filter((sentence) => SPOKEN.test(sentence));
  }

  /** What is left when the text has ended. */
  rest() {
    const rest = this.#rest;
    this.#rest = "";
    return SPOKEN.test(rest) ? [rest] : [];
  }
}
