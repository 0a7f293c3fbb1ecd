/** A WAV file written as its samples come; it stands under its name only when it is whole. */
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

  /** @param {Uint8Array<ArrayBuffer>} header Known at the end, since it holds the length. */
  async finish(header) {
    await this.#file.writeAt(header, 0);
    await this.#file.finish();
  }

  /** Leaves nothing behind of a file that was not finished. */
  discard() {
    return this.#file.discard();
  }
}
