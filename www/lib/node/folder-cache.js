/** Where voices are cached on this machine. */
import { homedir } from "node:os";
import { posix, win32 } from "node:path";

/**
 * The cache folder, from `HANVOX_CACHE` or by the system's convention: the XDG Base Directory Specification,
 * Apple's File System Programming Guide, Windows' known folder of local application data. It need not exist.
 * @param {{env?: Record<string, string | undefined>, platform?: string, home?: string}} [host]
 */
export function cacheFolder({ env = process.env, platform = process.platform, home = homedir() } = {}) {
  const { join, resolve, isAbsolute } = platform === "win32" ? win32 : posix;
  if (env.HANVOX_CACHE) return resolve(env.HANVOX_CACHE);
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "hanvox", "cache");
  if (platform === "darwin") return join(home, "Library", "Caches", "hanvox");
  // The specification says to ignore relative paths.
  const xdg = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(home, ".cache");
  return join(xdg, "hanvox");
}
