/** Fetching with a bound on the size, progress by bytes, and coded errors. */
import { HanvoxError, canceled } from "./errors.js";

/**
 * @typedef {object} DownloadOptions
 * @property {typeof fetch} fetch
 * @property {AbortSignal} [signal]
 * @property {import("./errors.js").ErrorCode} missing The code for an address that has nothing (404, 410).
 * @property {Record<string, unknown>} context
 * @property {RequestCache} [cache]
 */

/**
 * @param {string} url
 * @param {DownloadOptions} options
 * @returns {Promise<string>}
 */
export async function downloadText(url, options) {
  const response = await request(url, options);
  return guarded(url, options, () => response.text());
}

/**
 * @param {string} url
 * @param {number} size Bytes due; more than that is refused while it comes, less is returned short.
 * @param {DownloadOptions & {onbytes?: (count: number) => void}} options
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function downloadBytes(url, size, options) {
  const { body } = await request(url, options);
  if (!body) return new Uint8Array(0);
  return guarded(url, options, () => collect(body, size, options));
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {number} size
 * @param {DownloadOptions & {onbytes?: (count: number) => void}} options
 */
async function collect(body, size, { context, onbytes }) {
  const bytes = new Uint8Array(size);
  const reader = body.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
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
 */
async function request(url, options) {
  const { fetch, signal, missing, context, cache } = options;
  const response = await guarded(url, options, () => fetch(url, { signal, cache }));
  if (response.ok) return response;
  const code = response.status === 404 || response.status === 410 ? missing : "network";
  const details = { context: { ...context, url, status: response.status } };
  throw new HanvoxError(code, `${url} answered ${response.status}`, details);
}

/**
 * @template T
 * @param {string} url
 * @param {DownloadOptions} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function guarded(url, { signal, context }, work) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof HanvoxError) throw cause;
    // A time-out is a fault of the network to the reader, and only an abort by the user is "canceled".
    if (signal?.aborted && signal.reason?.name !== "TimeoutError") throw canceled(signal);
    throw new HanvoxError("network", `${url} could not be fetched`, { context: { ...context, url }, cause });
  }
}
