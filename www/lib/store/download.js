/**
 * Fetches with a size limit, a stall timeout, progress in bytes, and coded errors whose context has a
 * `reason`: "status", "html", "length", "redirect", "refused", "cut" or "stalled".
 */
import { HanvoxError, canceled } from "../shared/errors.js";
import { joined } from "../shared/bytes.js";

// A connection that delivers almost nothing for this long counts as broken.
const PATIENCE_MS = 30_000;
// Half a kilobyte a second, a tenth of an old modem's speed; anything less counts as almost nothing.
const MIN_PROGRESS_BYTES = 16 * 1024;

/**
 * @typedef {object} DownloadOptions
 * @property {typeof fetch} fetch
 * @property {AbortSignal} [signal]
 * @property {number} [patience_ms] How long the server may deliver almost nothing.
 * @property {import("../shared/errors.js").ErrorCode} missing Error code for 404 and 410.
 * @property {Record<string, unknown>} context
 * @property {RequestCache} [cache]
 * @property {Record<string, string>} [headers]
 * @property {(loaded: number) => void} [onbytes] Of a body that is read whole.
 */

/** @typedef {AsyncIterable<Uint8Array>} Parts A body as it arrives. */

/**
 * @param {string} url
 * @param {number} limit Maximum bytes.
 * @param {DownloadOptions} options
 * @returns {Promise<string>}
 */
export async function downloadText(url, limit, options) {
  return new TextDecoder().decode(await downloadBytes(url, limit, options));
}

/**
 * @param {string} url
 * @param {number} limit Maximum bytes; a longer body is rejected as it arrives.
 * @param {DownloadOptions} options
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export function downloadBytes(url, limit, options) {
  return exchange(url, options, async (_, parts) => {
    const kept = [];
    let length = 0;
    for await (const part of parts) {
      length += part.length;
      if (length > limit) throw lengthError(`more than ${limit} bytes`, { ...options.context, url });
      kept.push(part);
      options.onbytes?.(length);
    }
    return joined(new Uint8Array(length), kept);
  });
}

/**
 * Requests `url` and passes a successful response to `take`, which may read as much of the body as it likes.
 * @template T
 * @param {string} url
 * @param {DownloadOptions} options
 * @param {(response: Response, parts: Parts) => Promise<T>} take
 * @returns {Promise<T>}
 */
export async function exchange(url, options, take) {
  const { signal, patience_ms = PATIENCE_MS } = options;
  const watch = new Watch(patience_ms, signal);
  /** @type {Response | undefined} */ let response;
  try {
    const { fetch, cache, headers } = options;
    response = await watch.unlessOver(fetch(url, { signal: watch.signal, cache, headers }));
    watch.answered();
    refuseBad(response, url, options);
    return await take(response, bodyParts(response, watch));
  } catch (cause) {
    if (cause instanceof HanvoxError) throw cause;
    if (signal?.aborted) throw canceled(signal);
    const context = { ...options.context, url };
    if (watch.silent) throw stalledError(patience_ms, context, cause);
    throw await networkError(response !== undefined, { ...options, patience_ms, context }, cause);
  } finally {
    watch.end();
    // Close the connection if the body wasn't read to the end.
    response?.body?.cancel().catch(() => {});
  }
}

/**
 * @param {string} problem
 * @param {Record<string, unknown>} context
 */
export function lengthError(problem, context) {
  const details = { context: { ...context, reason: "length" } };
  return new HanvoxError("voice-corrupt", `${context.url} has another length than it should: ${problem}`, details);
}

/**
 * @param {Response} response
 * @param {string} url
 * @param {DownloadOptions} options
 */
function refuseBad({ ok, status, headers }, url, { missing, context }) {
  const about = { ...context, url, status };
  if (status === 416) throw lengthError("it ends before the bytes that were asked for", about);
  if (!ok) {
    const code = status === 404 || status === 410 ? missing : "network";
    throw new HanvoxError(code, `${url} answered ${status}`, { context: { ...about, reason: "status" } });
  }
  if (!/^text\/html\b/i.test(headers.get("content-type") ?? "")) return;
  const details = { context: { ...about, reason: "html" } };
  throw new HanvoxError("voice-corrupt", `${url} answered with a web page instead of the file`, details);
}

/**
 * @param {number} patience_ms
 * @param {Record<string, unknown>} context
 * @param {unknown} cause
 */
function stalledError(patience_ms, context, cause) {
  const details = { context: { ...context, reason: "stalled" }, cause };
  return new HanvoxError("network-timeout", `${context.url} brought nothing for ${patience_ms} ms`, details);
}

/**
 * @param {boolean} answered Whether the response had started.
 * @param {DownloadOptions & {patience_ms: number}} options Its context has the `url`.
 * @param {unknown} cause
 */
async function networkError(answered, options, cause) {
  const url = String(options.context.url);
  const reason = answered ? "cut" : (await redirects(url, options)) ? "redirect" : "refused";
  const message = {
    cut: `the connection broke while ${url} came`,
    redirect: `${url} redirects to where nothing is, or in circles`,
    refused: `${url} could not be fetched`,
  }[reason];
  return new HanvoxError("network", message, { context: { ...options.context, reason }, cause });
}

/**
 * Whether a URL that can't be fetched redirects: browsers don't report that themselves.
 * @param {string} url
 * @param {DownloadOptions & {patience_ms: number}} options
 */
async function redirects(url, { fetch, signal, patience_ms }) {
  const watch = new Watch(patience_ms, signal);
  try {
    const asked = fetch(url, { signal: watch.signal, method: "HEAD", redirect: "manual" });
    const { type, status } = await watch.unlessOver(asked);
    return type === "opaqueredirect" || (status >= 300 && status < 400);
  } catch {
    return false;
  } finally {
    watch.end();
  }
}

/**
 * @param {Response} response
 * @param {Watch} watch
 * @returns {AsyncGenerator<Uint8Array, void, void>}
 */
async function* bodyParts({ body }, watch) {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await watch.unlessOver(reader.read());
      if (done) return;
      watch.heard(value.length);
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** Aborts when the caller does, or when the server delivers almost nothing for too long. */
class Watch {
  #controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #patience;
  #brought = 0;
  #abort = () => this.#controller.abort(this.caller?.reason);
  /** @type {Promise<never>} */ #over;
  silent = false;

  /**
   * @param {number} patience Milliseconds.
   * @param {AbortSignal} [caller]
   */
  constructor(patience, caller) {
    this.#patience = patience;
    this.caller = caller;
    this.#over = new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
    });
    this.#over.catch(() => {});
    if (caller?.aborted) this.#abort();
    caller?.addEventListener("abort", this.#abort, { once: true });
    this.answered();
  }

  get signal() {
    return this.#controller.signal;
  }

  /**
   * Resolves to the result of `work` unless aborted first: not every fetch respects its signal.
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  unlessOver(work) {
    return Promise.race([work, this.#over]);
  }

  /** The server started to respond, or delivered enough: restart the timer. */
  answered() {
    clearTimeout(this.#timer);
    this.#brought = 0;
    this.#timer = setTimeout(() => {
      this.silent = true;
      this.#controller.abort();
    }, this.#patience);
  }

  /** @param {number} count Bytes received. */
  heard(count) {
    this.#brought += count;
    if (this.#brought >= MIN_PROGRESS_BYTES) this.answered();
  }

  end() {
    clearTimeout(this.#timer);
    this.caller?.removeEventListener("abort", this.#abort);
  }
}
