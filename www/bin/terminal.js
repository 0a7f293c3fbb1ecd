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

const BAR = 24;
// Estimates from less work than this jump about.
const LEAST_ESTIMATED = 0.01;

/** How far a long work is, with the time that is left, redrawn on a terminal. */
export class WorkLine {
  #stream;
  #started = performance.now();
  #shown = "";

  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stderr) {
    this.#stream = stream;
  }

  /**
   * @param {number} share From 0 to 1.
   * @param {string} about
   */
  show(share, about) {
    if (!this.#stream.isTTY) return;
    const full = Math.round(BAR * share);
    const bar = "#".repeat(full) + ".".repeat(BAR - full);
    const text = `[${bar}] ${Math.floor(100 * share)} %${this.#left(share)}  ${about}`.trimEnd();
    if (text === this.#shown) return;
    this.#shown = text;
    this.#stream.write(`\r\x1b[K${fitting(text, (this.#stream.columns ?? 80) - 1)}`);
  }

  /** Erases the line. */
  end() {
    if (this.#shown !== "") this.#stream.write("\r\x1b[K");
    this.#shown = "";
  }

  /** Seconds that are left; undefined while it is too early to tell. @param {number} share */
  secondsLeft(share) {
    if (share < LEAST_ESTIMATED) return undefined;
    return (((performance.now() - this.#started) / 1000) * (1 - share)) / share;
  }

  /** @param {number} share */
  #left(share) {
    const seconds = this.secondsLeft(share);
    return seconds === undefined ? "" : `, ${clock(seconds)} left`;
  }
}

// What a terminal shows two columns wide.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{3fffd}]/u;

/** As much of a text as a line takes: one that is broken could not be redrawn. @param {string} text @param {number} columns */
function fitting(text, columns) {
  let fits = "";
  for (const character of text) {
    columns -= WIDE.test(character) ? 2 : 1;
    if (columns < 0) break;
    fits += character;
  }
  return fits;
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.ceil(seconds);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
