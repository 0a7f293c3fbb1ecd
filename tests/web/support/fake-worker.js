/** A worker without a thread: the host over the fake engine, with messages cloned as between threads. */
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { handOut } from "../../../www/lib/store/manifest.js";
import { EngineHost } from "../../../www/lib/engine/host.js";
import { fakeEngine } from "./fake-engine.js";
import { makeVoice, takesAll } from "./fake-voice.js";

/** @typedef {import("../../../www/lib/client/worker-connection.js").WorkerLike} WorkerLike */
/** @typedef {import("../../../www/lib/shared/protocol.js").ToWorker} ToWorker */
/** @typedef {import("../../../www/lib/shared/protocol.js").Request} Request */

export class FakeWorker {
  /** @type {WorkerLike["onmessage"]} */ onmessage = null;
  /** @type {WorkerLike["onerror"]} */ onerror = null;
  /** @type {WorkerLike["onmessageerror"]} */ onmessageerror = null;
  terminated = false;
  /** @type {ToWorker[]} */ received = [];

  /** @param {import("./fake-engine.js").Faults & {loadError?: HanvoxError, hang?: (request: Request) => boolean}} [faults] */
  constructor({ loadError, hang = () => false, ...faults } = {}) {
    this.engine = fakeEngine(faults);
    this.hang = hang;
    this.host = new EngineHost({
      createEngine: async () => this.engine,
      checkManifest: takesAll,
      loadVoice: async (id) => {
        if (loadError) throw loadError;
        const { manifest, contents } = makeVoice({ id });
        return {
          manifest,
          text: JSON.stringify(manifest),
          file: handOut(id, new Map(Object.entries(contents))),
          fromCache: true,
        };
      },
    });
  }

  /** @param {ToWorker} message */
  postMessage(message) {
    this.received.push(structuredClone(message));
    if (message.kind === "request" && !this.hang(message.request))
      setImmediate(() => this.#answer(message.id, message.request));
  }

  terminate() {
    this.terminated = true;
  }

  /** @param {number} id @param {Request} request */
  async #answer(id, request) {
    try {
      this.#post({ kind: "result", id, value: await this.host.call(request) });
    } catch (error) {
      this.#post({ kind: "error", id, error: HanvoxError.from(error).toJSON() });
    }
  }

  /** @param {import("../../../www/lib/shared/protocol.js").FromWorker} message */
  #post(message) {
    if (!this.terminated) this.onmessage?.({ data: structuredClone(message) });
  }
}
