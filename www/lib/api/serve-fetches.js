/**
 * The page's side of the serverless API: the service worker (sw.js) offers what a script fetches, and
 * a page that has an engine answers it. Their messages, on one port per fetch:
 *   worker: {type: "hanvox-fetch"} with the port          page: {type: "accept"}
 *   worker: {type: "request", method, url, headers, body}  page: {type: "response", status, headers}
 *   worker: {type: "pull"}                                 page: {type: "part", bytes}, "end" or "error"
 *   worker: {type: "cancel"} when the client goes away
 * A body is pulled part by part, so speech is computed only as fast as it is read.
 */

/**
 * @typedef {object} PlainRequest
 * @property {"request"} type
 * @property {string} method
 * @property {string} url
 * @property {[string, string][]} headers
 * @property {ArrayBuffer | null} body
 */

/** @typedef {PlainRequest | {type: "pull"} | {type: "cancel"}} FromServiceWorker */

/**
 * Answers fetches offered by the service worker, using a handler such as one from `createApi`.
 * @param {(request: Request) => Promise<Response>} handler
 * @param {EventTarget & {startMessages?: () => void} | undefined} [container]
 *   Undefined if the browser has no service workers; then there is nothing to answer.
 * @returns {() => void} Stops accepting fetches; running ones continue.
 */
export function serveFetches(handler, container = globalThis.navigator?.serviceWorker) {
  const listen = (/** @type {Event} */ event) => {
    const { data, ports } = /** @type {MessageEvent} */ (event);
    if (data?.type === "hanvox-fetch" && ports[0]) new Fetch(ports[0], handler).accept();
  };
  container?.addEventListener("message", listen);
  container?.startMessages?.();
  return () => container?.removeEventListener("message", listen);
}

class Fetch {
  #port;
  #handler;
  #gone = new AbortController();
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */ #reader;

  /**
   * @param {MessagePort} port
   * @param {(request: Request) => Promise<Response>} handler
   */
  constructor(port, handler) {
    this.#port = port;
    this.#handler = handler;
  }

  accept() {
    this.#port.onmessage = ({ data }) => this.#take(data);
    this.#port.postMessage({ type: "accept" });
  }

  /** @param {FromServiceWorker} message */
  #take(message) {
    if (message.type === "request") return this.#answer(message);
    return message.type === "pull" ? this.#part() : this.#cancel();
  }

  /** @param {PlainRequest} plain */
  async #answer({ url, method, headers, body }) {
    const request = new Request(url, { method, headers, body, signal: this.#gone.signal });
    const response = await this.#handler(request);
    this.#reader = response.body?.getReader();
    this.#port.postMessage({ type: "response", status: response.status, headers: [...response.headers] });
    if (this.#gone.signal.aborted) await this.#cancel();
  }

  async #part() {
    try {
      const { done = true, value } = (await this.#reader?.read()) ?? {};
      if (!done) return this.#port.postMessage({ type: "part", bytes: value });
      this.#port.postMessage({ type: "end" });
    } catch (thrown) {
      // The failure is in the page's log; a body's consumer can only be told that it failed.
      this.#port.postMessage({
        type: "error",
        message: String(/** @type {any} */ (thrown)?.message ?? thrown),
      });
    }
    this.#port.close();
  }

  async #cancel() {
    this.#gone.abort();
    await this.#reader?.cancel().catch(() => {});
    this.#port.close();
  }
}
