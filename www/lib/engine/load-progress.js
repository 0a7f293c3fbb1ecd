/** One figure for all bytes on their way to an engine: of its own parts, and of the voice. */

/** @typedef {import("../shared/protocol.js").Progress} Progress */
/** @typedef {(file: string, loaded: number, total: number) => void} OnPart Bytes of a part of the engine. */

export class LoadProgress {
  /** @type {Map<string, {loaded: number, total: number}>} */ #parts = new Map();
  /** What the store told last, once it knows the voice. @type {Progress | undefined} */ #voice;
  #tell;

  /** @param {(progress: Progress) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @type {OnPart} */
  part = (file, loaded, total) => {
    this.#parts.set(file, { loaded, total });
    // The figure would jump when the size of the voice becomes known.
    if (this.#voice) this.#tell({ status: "progress", voice: this.#voice.voice, file, ...this.#sum(this.#voice) });
  };

  /** @param {Progress} progress Of the voice. */
  voice = (progress) => {
    if (progress.total === undefined) return this.#tell(progress);
    this.#voice = progress;
    this.#tell({ ...progress, ...this.#sum(progress) });
  };

  /** @param {Progress} voice */
  #sum({ loaded = 0, total = 0 }) {
    const parts = [...this.#parts.values(), { loaded, total }];
    const sum = (/** @type {"loaded" | "total"} */ field) => parts.reduce((sum, part) => sum + part[field], 0);
    return { loaded: sum("loaded"), total: sum("total") };
  }
}
