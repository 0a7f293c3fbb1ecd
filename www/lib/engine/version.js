/**
 * The version handshake: whatever a server, a cache or a service worker delivers, an engine runs only with the
 * JavaScript it was built with, and only for a page of the same version.
 */
import { HanvoxError } from "../shared/errors.js";
import { sha256 } from "../shared/hashes.js";

/**
 * What was built together: the version, and the SHA-256 of each file in hex. The build fills it in; unbuilt sources
 * have none and check nothing.
 * @type {{version: string, files: Record<string, string>}}
 */
export const BUILD = { version: "", files: {} };

/**
 * Throws `version-mismatch` unless the other side has this version.
 * @param {string | undefined} version
 * @param {string} whose For the message.
 */
export function requireVersion(version, whose) {
  if (BUILD.version === "" || version === BUILD.version) return;
  throw new HanvoxError("version-mismatch", `${whose} is of another version`, {
    context: { version: BUILD.version, found: version },
  });
}

/**
 * Throws `version-mismatch` unless a file belongs to this version.
 * @param {string} path As the build lists it.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function requireFile(path, bytes) {
  if (BUILD.version === "") return;
  const found = await sha256(bytes);
  if (found === BUILD.files[path]) return;
  throw new HanvoxError("version-mismatch", `${path} is of another version`, {
    context: { version: BUILD.version, file: path, sha256: BUILD.files[path], found },
  });
}
