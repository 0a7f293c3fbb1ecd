/** Who wrote a temporary file or a lock, and whether that process is still running. */
import { hostname } from "node:os";

/** Containers may share a folder but not process ids, so the name includes the host. */
const HOST = hostname().replace(/[^\w-]/g, "") || "host";

let count = 0;

/** A name that no other process or call generates. */
export function uniqueName() {
  return `${HOST}.${process.pid}.${Date.now().toString(36)}${Math.random().toString(36).slice(2)}.${++count}`;
}

/**
 * Whether the process that made a `uniqueName` is known to be gone; on another host that is never known.
 * @param {string} name
 */
export function isOrphan(name) {
  const [host, pid] = name.split(".");
  return host === HOST && /^\d+$/.test(pid) && !isRunning(Number(pid));
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is running as another user.
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
