/** Runs the command line. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../www/bin/hanvox.js", import.meta.url));

/**
 * @param {string[]} args
 * @param {{input?: string, env?: Record<string, string>}} [options]
 * @returns {Promise<{status: number | null, stdout: string, stderr: string}>}
 */
export async function hanvox(args, { input = "", env = {} } = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env } });
  // A command that fails early closes its input before all was written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const closed = new Promise((resolve) => child.on("close", resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { status, stdout, stderr };
}
