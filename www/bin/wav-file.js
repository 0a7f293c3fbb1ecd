/** A WAV file written as its samples arrive; it gets its name only when complete. */
import { PartFile } from "./part-file.js";

const HEADER_BYTES = 44;

export class WavFile {
  #file;
  #position = HEADER_BYTES;

  /** @param {PartFile} file */
  constructor(file) {
    this.#file = file;
  }

  /** @param {string} path */
  static async create(path) {
    return new WavFile(await PartFile.create(path));
  }

  /** @param {Uint8Array<ArrayBuffer>} pcm */
  async write(pcm) {
    await this.#file.writeAt(pcm, this.#position);
    this.#position += pcm.length;
  }

  /** @param {Uint8Array<ArrayBuffer>} header Known only at the end, since it contains the length. */
  async finish(header) {
    await this.#file.writeAt(header, 0);
    await this.#file.finish();
  }

  /** Removes an unfinished file. */
  discard() {
    return this.#file.discard();
  }
}
