/** Fetching with a bound on the size and on silence, progress by bytes, and coded errors. */
import { HanvoxError, canceled } from "./errors.js";

// A connection that brings nothing for so long is as good as broken.
const PATIENCE_MS = 30_000;

/**
 * @typedef {object} DownloadOptions
 * @property {typeof fetch} fetch
 * @property {AbortSignal} [signal]
 * @property {number} [patience_ms] Longest silence of the other side.
 * @property {import("./errors.js").ErrorCode} missing The code for an address that has nothing (404, 410).
 * @property {Record<string, unknown>} context
 * @property {RequestCache} [cache]
 */

/**
 * @param {string} url
 * @param {DownloadOptions} options
 * @returns {Promise<string>}
 */
export function downloadText(url, options) {
  return watched(url, options, async (watch) => (await request(url, options, watch)).text());
}

/**
 * @param {string} url
 * @param {number} size Bytes due; more than that is refused while it comes, less is returned short.
 * @param {DownloadOptions & {onbytes?: (count: number) => void}} options
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export function downloadBytes(url, size, options) {
  return watched(url, options, async (watch) => {
    const { body } = await request(url, options, watch);
    return body ? collect(body, size, watch, options) : new Uint8Array(0);
  });
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {number} size
 * @param {Watch} watch
 * @param {DownloadOptions & {onbytes?: (count: number) => void}} options
 */
async function collect(body, size, watch, { context, onbytes }) {
  const bytes = new Uint8Array(size);
  const reader = body.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    watch.heard();
    if (done) return length === size ? bytes : bytes.slice(0, length);
    if (length + value.length > size) {
      await reader.cancel();
      throw new HanvoxError("voice-corrupt", `more than the ${size} bytes that are due`, { context });
    }
    bytes.set(value, length);
    length += value.length;
    onbytes?.(value.length);
  }
}

/**
 * @param {string} url
 * @param {DownloadOptions} options
 * @param {Watch} watch
 */
async function request(url, { fetch, missing, context, cache }, watch) {
  const response = await fetch(url, { signal: watch.signal, cache });
  watch.heard();
  if (response.ok) return response;
  const code = response.status === 404 || response.status === 410 ? missing : "network";
  const details = { context: { ...context, url, status: response.status } };
  throw new HanvoxError(code, `${url} answered ${response.status}`, details);
}

/** Aborts when the caller does, or when the other side was silent for too long. */
class Watch {
  #controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #patience;
  #abort = () => this.#controller.abort(this.caller?.reason);
  silent = false;

  /**
   * @param {number} patience Milliseconds.
   * @param {AbortSignal} [caller]
   */
  constructor(patience, caller) {
    this.#patience = patience;
    this.caller = caller;
    if (caller?.aborted) this.#abort();
    caller?.addEventListener("abort", this.#abort, { once: true });
    this.heard();
  }

  get signal() {
    return this.#controller.signal;
  }

  /** Something came. */
  heard() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.silent = true;
      this.#controller.abort();
    }, this.#patience);
  }

  end() {
    clearTimeout(this.#timer);
    this.caller?.removeEventListener("abort", this.#abort);
  }
}

/**
 * @template T
 * @param {string} url
 * @param {DownloadOptions} options
 * @param {(watch: Watch) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function watched(url, { signal, patience_ms = PATIENCE_MS, context }, work) {
  const watch = new Watch(patience_ms, signal);
  const about = { context: { ...context, url } };
  try {
    return await work(watch);
  } catch (cause) {
    if (cause instanceof HanvoxError) throw cause;
    if (signal?.aborted) throw canceled(signal);
    if (!watch.silent) throw new HanvoxError("network", `${url} could not be fetched`, { ...about, cause });
    throw new HanvoxError("network-timeout", `${url} brought nothing for ${patience_ms} ms`, { ...about, cause });
  } finally {
    watch.end();
  }
}
