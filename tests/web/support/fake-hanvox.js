import { Diagnostics } from "../../../www/lib/diagnostics/diagnostics.js";
import { Hanvox } from "../../../www/lib/hanvox.js";
import { FakeWorker } from "./fake-worker.js";

/** @typedef {ConstructorParameters<typeof FakeWorker>[0]} Faults */

const WHERE = { voice: "tiny", base: "", voices: "", sources: [] };

/** A Hanvox whose workers are fakes. */
export class FakeHanvox extends Hanvox {
  /**
   * @param {() => FakeWorker} startWorker
   * @param {import("../../../www/lib/hanvox.js").Options} options
   * @param {number} [automatic] What `workers: "auto"` is here.
   */
  static async from(startWorker, options, automatic) {
    return new FakeHanvox(await this.load(startWorker, WHERE, options, automatic));
  }
}

/**
 * @param {(Faults | undefined)[]} [faults] Of each worker, in the order of their starts.
 * @param {import("../../../www/lib/hanvox.js").Options} [options]
 * @param {number} [automatic] What `workers: "auto"` is here.
 */
export async function startFake(faults = [], options = {}, automatic) {
  /** @type {FakeWorker[]} */
  const workers = [];
  const diagnostics = await Diagnostics.create({ level: "debug", console: false, store: false });
  const startWorker = () => {
    workers.push(new FakeWorker(faults[workers.length]));
    return workers[workers.length - 1];
  };
  const tts = await FakeHanvox.from(startWorker, { diagnostics, ...options }, automatic);
  const records = () => diagnostics.recent().filter(({ code }) => code !== undefined);
  return { tts, workers, diagnostics, records };
}
