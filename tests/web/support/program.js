import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Starts a program that a test needs until it stops it.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} env Beside that of the tests.
 */
export function startProgram(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const closed = once(child, "close");
  /** Rejects with what it said when it ends. */
  const failed = closed.then(() => Promise.reject(new Error(`${command} ended: ${said}`)));
  failed.catch(() => {});
  return { child, failed, stop: () => (child.kill("SIGTERM"), closed) };
}
