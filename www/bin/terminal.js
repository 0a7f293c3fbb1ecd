/** What the commands share: output lines, progress and warnings on stderr, and interruption. */

/** @typedef {import("../lib/shared/protocol.js").Progress} Progress */

/**
 * Waits if the reader is slower.
 * @param {string} line
 */
export function writeLine(line) {
  return writeBytes(`${line}\n`);
}

/** @param {string | Uint8Array} bytes */
export async function writeBytes(bytes) {
  if (process.stdout.write(bytes)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** Aborts on the first signal, leaving nothing half-written; a second one ends the process at once. */
export function interruption() {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => controller.abort(new Error(name)));
  return controller.signal;
}

/** Progress on standard error: a redrawn line on a terminal, or JSON lines if requested. */
export class ProgressLine {
  #json;
  #stream;
  #drawn = false;
  #shown = "";

  /**
   * @param {{json?: boolean}} [values]
   * @param {NodeJS.WriteStream} [stream]
   */
  constructor({ json = false } = {}, stream = process.stderr) {
    this.#json = json;
    this.#stream = stream;
  }

  /** @param {Progress} progress */
  take(progress) {
    if (progress.status === "warning") this.#warn(progress);
    else if (this.#isNews(progress)) this.#show(progress);
  }

  /** Erases the line. */
  end() {
    if (this.#drawn) this.#stream.write("\r\x1b[K");
    this.#drawn = false;
  }

  /**
   * At most a hundred steps per file.
   * @param {Progress} progress
   */
  #isNews({ status, file, loaded = 0, total = 1 }) {
    const text = `${status} ${file} ${Math.floor((100 * loaded) / total)}`;
    const news = text !== this.#shown;
    this.#shown = text;
    return news;
  }

  /** @param {Progress} progress */
  #show(progress) {
    if (this.#json) return void this.#stream.write(`${JSON.stringify(progress)}\n`);
    const { status, voice, loaded = 0, total = 0 } = progress;
    if (!this.#stream.isTTY || status !== "progress") return;
    this.#stream.write(`\r\x1b[K${voice}  ${megabytes(loaded)} of ${megabytes(total)}`);
    this.#drawn = true;
  }

  /** @param {Progress} progress */
  #warn(progress) {
    this.end();
    this.#stream.write(`${JSON.stringify(this.#json ? progress : progress.error)}\n`);
  }
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
