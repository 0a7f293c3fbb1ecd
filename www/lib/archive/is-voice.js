/** Whether a file is a voice, by what is in it: anything else may be a document. */
import { HanvoxError } from "../shared/errors.js";
import { bytesOf, piecesOf } from "./blob-bytes.js";
import { gunzipped } from "./inflate.js";
import { isTarHeader, tarEntries } from "./tar.js";
import { listZip } from "./zip.js";

const MANIFEST = /^(\.\/)*([^/]+\/)?voice\.json$/;

/** @param {Blob} file */
export async function isVoiceArchive(file) {
  const start = await bytesOf(file, 0, 512);
  try {
    // "PK" of a zip, and the mark of gzip.
    if (start[0] === 0x50 && start[1] === 0x4b) return (await listZip(file)).some(isManifest);
    if (start[0] === 0x1f && start[1] === 0x8b) return await tarHasManifest(gunzipped(piecesOf(file)));
    return isTarHeader(start) && (await tarHasManifest(piecesOf(file)));
  } catch (error) {
    // What can't be listed is no voice; whoever opens it as something else says what is wrong.
    if (error instanceof HanvoxError) return false;
    throw error;
  }
}

/** @param {AsyncIterable<Uint8Array>} pieces */
async function tarHasManifest(pieces) {
  for await (const entry of tarEntries(pieces)) if (isManifest(entry)) return true;
  return false;
}

/** @param {{name: string}} entry */
function isManifest({ name }) {
  return MANIFEST.test(name);
}
