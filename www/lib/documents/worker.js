/** Reads one document in a worker, so that a page stays responsive: see read-in-worker.js. */
import { HanvoxError } from "../shared/errors.js";
import { openDocument } from "./open-document.js";

/** @param {MessageEvent<{file: Blob, name: string}>} event */
globalThis.onmessage = async ({ data: { file, name } }) => {
  try {
    const onprogress = (/** @type {object} */ progress) => postMessage({ type: "progress", progress });
    postMessage({ type: "document", document: await openDocument(file, name, { onprogress }) });
  } catch (error) {
    postMessage({ type: "error", error: HanvoxError.from(error).toJSON() });
  }
};
