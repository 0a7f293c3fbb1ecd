/** Runs the command line. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../www/bin/hanvox.js", import.meta.url));

/**
 * @param {string[]} args
 * @param {{input?: string, env?: Record<string, string>, hangUp?: boolean, interruptAfter?: Promise<unknown>}} [options]
 *   `hangUp`: its reader goes away after the first of its output.
 * @returns {Promise<{status: number | null, stdout: string, stderr: string}>}
 */
export async function hanvox(args, { input = "", env = {}, hangUp = false, interruptAfter } = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env } });
  // A command that ends early closes its input before all was written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  interruptAfter?.then(() => child.kill("SIGINT"));
  const closed = new Promise((resolve) => child.on("close", resolve));
  const reading = hangUp ? readSome(child.stdout) : text(child.stdout);
  const [stdout, stderr, status] = await Promise.all([reading, text(child.stderr), closed]);
  return { stdout, stderr, status };
}

/** @param {import("node:stream").Readable} stream */
function readSome(stream) {
  return new Promise((resolve) => stream.once("data", (data) => (stream.destroy(), resolve(String(data)))));
}
