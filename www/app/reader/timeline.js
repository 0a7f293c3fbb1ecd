/** Which characters are heard when: the chunks of a speech, placed in the stream of samples that a player plays. */

/** @typedef {import("../../lib/shared/protocol.js").SpokenAt} SpokenAt */

/**
 * @typedef {object} Entry A chunk.
 * @property {number} at Where it starts in the stream, in seconds.
 * @property {number} start Offsets in the whole text.
 * @property {number} end
 * @property {number} [seconds] How long it is, once it is made.
 * @property {SpokenAt[]} characters In order, as they come: seconds from the start of the chunk, and offsets in the
 *   whole text, too.
 */

/** @typedef {{start: number, end: number}} Span */

export class Timeline {
  /** @type {Entry[]} */ #entries = [];

  /** @param {Entry} entry */
  add(entry) {
    this.#entries.push(entry);
  }

  clear() {
    this.#entries = [];
  }

  /**
   * The chunk that is heard at a place in the stream; those before it are forgotten.
   * @param {number} position
   */
  chunkAt(position) {
    const index = this.#entries.findLastIndex(({ at }) => at <= position);
    this.#entries.splice(0, index);
    return index < 0 ? undefined : this.#entries[0];
  }

  /**
   * The characters that are heard, or undefined in a pause.
   * @param {number} position
   * @returns {Span | undefined}
   */
  charactersAt(position) {
    const chunk = this.chunkAt(position);
    if (!chunk) return undefined;
    const second = position - chunk.at;
    const heard = chunk.characters.find(({ start, end }) => start <= second && second < end);
    return heard && { start: heard.from, end: heard.to };
  }

  /**
   * Takes back what comes after the chunk that is heard. Returns where the next one would start, in the stream and in
   * the text; undefined if there is none yet.
   * @param {number} position
   * @returns {Entry | undefined}
   */
  cutAfter(position) {
    const next = this.#entries.findIndex(({ at }) => at > position);
    return next < 0 ? undefined : this.#entries.splice(next)[0];
  }
}
