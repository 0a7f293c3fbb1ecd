/** `openDocument` for pages: the same, in a worker of its own. */
import { HanvoxError, canceled, throwIfCanceled } from "../shared/errors.js";

/**
 * @param {Blob} file
 * @param {string} name
 * @param {import("./open-document.js").OpenOptions} [options]
 * @returns {Promise<import("./open-document.js").TextDocument>}
 */
export async function readInWorker(file, name, { signal, onprogress } = {}) {
  throwIfCanceled(signal);
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => {
        if (data.type === "progress") onprogress?.(data.progress);
        else if (data.type === "document") resolve(data.document);
        else reject(HanvoxError.fromJSON(data.error));
      };
      worker.onerror = () => reject(new HanvoxError("network", "the reader of documents could not be loaded"));
      signal?.addEventListener("abort", () => reject(canceled(signal)), { once: true });
      worker.postMessage({ file, name });
    });
  } finally {
    worker.terminate();
  }
}
