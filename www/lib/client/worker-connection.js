/** Wraps a worker with one promise per request: ids, progress, canceling, and nothing left pending. */
import { HanvoxError, canceled, throwIfCanceled } from "../shared/errors.js";

/** In the context of the error: the worker's script could not be loaded. */
export const UNSTARTED = "unstarted";

/** Browsers don't tell a page why a worker's script could not be loaded. */
function notStarted() {
  const message =
    "the worker's script could not be loaded: its address is wrong, it is of another origin, or the content security " +
    "policy lacks worker-src (for another origin: blob: and that origin)";
  return new HanvoxError("engine-blocked", message, { context: { reason: UNSTARTED } });
}

/** @typedef {import("../shared/protocol.js").ToWorker} ToWorker */
/** @typedef {import("../shared/protocol.js").FromWorker} FromWorker */
/** @typedef {import("../shared/protocol.js").CallOptions} CallOptions */

/**
 * @typedef {object} WorkerLike The part of Worker used here.
 * @property {(message: ToWorker, transfer: MessagePort[]) => void} postMessage
 * @property {() => void} terminate
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onerror
 * @property {((event: any) => void) | null} onmessageerror
 * @property {(busy: boolean) => void} [working] Called when the first call starts and when none is left.
 */

/**
 * @typedef {object} Pending
 * @property {(value: unknown) => void} resolve
 * @property {(error: HanvoxError) => void} reject
 * @property {CallOptions["onprogress"]} onprogress
 */

export class WorkerConnection {
  #worker;
  #lastId = 0;
  /** Whether the worker has ever answered. */ #answered = false;
  /** @type {Map<number, Pending>} */ #pending = new Map();
  /** Requests that the worker has not answered; canceled ones too, as it can't leave a computation. @type {Set<number>} */
  #unanswered = new Set();
  #onlog;
  /** Why it ended. @type {HanvoxError | undefined} */ closed;

  /**
   * @param {WorkerLike} worker
   * @param {(record: import("../diagnostics/log.js").LogRecord) => void} [onlog]
   */
  constructor(worker, onlog = () => {}) {
    this.#worker = worker;
    this.#onlog = onlog;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => this.#fail(event);
    worker.onmessageerror = (event) => this.#fail(event);
  }

  /** Whether the worker still computes something, even if nobody waits for it. */
  get busy() {
    return this.#unanswered.size > 0;
  }

  /**
   * @param {import("../shared/protocol.js").Request} request
   * @param {CallOptions} [options]
   * @returns {Promise<unknown>}
   */
  async call(request, { signal, onprogress, transfer = [] } = {}) {
    throwIfCanceled(signal);
    if (this.closed) throw this.closed;
    const id = ++this.#lastId;
    const cancel = () => this.#cancel(id, /** @type {AbortSignal} */ (signal));
    signal?.addEventListener("abort", cancel);
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject, onprogress });
        if (this.#pending.size === 1) this.#worker.working?.(true);
        this.#unanswered.add(id);
        this.#worker.postMessage({ kind: "request", id, request }, transfer);
      });
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#worker.working?.(false);
    }
  }

  /**
   * Terminates the worker; pending calls fail with `error`.
   * @param {HanvoxError} error
   */
  close(error) {
    if (this.closed) return;
    this.closed = error;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(error);
  }

  /** @param {FromWorker} message */
  #receive(message) {
    this.#answered = true;
    if (message.kind === "log") return this.#onlog(message.record);
    if (message.kind !== "progress") this.#unanswered.delete(message.id);
    const pending = this.#pending.get(message.id);
    if (message.kind === "progress") pending?.onprogress?.(message.progress);
    if (message.kind === "result") pending?.resolve(message.value);
    if (message.kind === "error") pending?.reject(HanvoxError.fromJSON(message.error));
  }

  /**
   * @param {number} id
   * @param {AbortSignal} signal
   */
  #cancel(id, signal) {
    this.#worker.postMessage({ kind: "cancel", id }, []);
    this.#pending.get(id)?.reject(canceled(signal));
  }

  /** @param {{message?: string, filename?: string, lineno?: number}} event */
  #fail({ message, filename, lineno }) {
    const context = filename === undefined ? {} : { file: filename, line: lineno };
    if (!message && !this.#answered) return this.close(notStarted());
    this.close(new HanvoxError("engine-crashed", `the worker failed: ${message ?? "no reason given"}`, { context }));
  }
}
