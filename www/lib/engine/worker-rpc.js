/** Inside a worker: messages in, `EngineHost` calls, messages out. The same for browsers and Node. */
import { log } from "../diagnostics/log.js";
import { HanvoxError } from "../shared/errors.js";
import { EngineHost } from "./host.js";
import { transferables } from "../shared/protocol.js";

/** @typedef {import("../shared/protocol.js").FromWorker} FromWorker */

/**
 * @param {import("./host.js").HostParts} parts
 * @param {(message: FromWorker, transfer: ArrayBuffer[]) => void} post
 * @returns {(message: import("../shared/protocol.js").ToWorker) => void} Handles incoming messages.
 */
export function answerRequests(parts, post) {
  /** @type {Map<number, AbortController>} */
  const controllers = new Map();
  const tell = (/** @type {import("../diagnostics/log.js").LogRecord} */ record) => post({ kind: "log", record }, []);
  // The thread that owns this worker prints and stores the records.
  log.console = false;
  log.addSink(tell);
  const host = new EngineHost({ ...parts, onlog: tell });

  /**
   * @param {number} id
   * @param {import("../shared/protocol.js").Request} request
   */
  async function answer(id, request) {
    const controller = new AbortController();
    controllers.set(id, controller);
    try {
      const onprogress = (/** @type {import("../shared/protocol.js").Progress} */ progress) =>
        post({ kind: "progress", id, progress }, []);
      const value = await host.call(request, { signal: controller.signal, onprogress });
      post({ kind: "result", id, value }, transferables(value));
    } catch (thrown) {
      post({ kind: "error", id, error: HanvoxError.from(thrown).toJSON() }, []);
    } finally {
      controllers.delete(id);
    }
  }

  return (message) => {
    if (message.kind === "cancel") controllers.get(message.id)?.abort();
    else answer(message.id, message.request);
  };
}
