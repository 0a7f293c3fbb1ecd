/** Runs the command line. */
import { spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./folder.js";

const PROGRAM = fileURLToPath(new URL("../../../www/bin/hanvox.js", import.meta.url));

// What the reader of the tests keeps is none of their business.
const ENVIRONMENT = { HANVOX_CACHE: await temporaryFolder(), HANVOX_VOICES: "", HANVOX_SOURCES: "" };

/**
 * @typedef {object} Circumstances
 * @property {string | Uint8Array} [input]
 * @property {Record<string, string>} [env]
 * @property {boolean} [hangUp] Its reader goes away after the first of its output.
 * @property {Promise<unknown>} [interruptAfter]
 * @property {NodeJS.Signals} [signal] The one that interrupts.
 */

/**
 * @param {string[]} args
 * @param {Circumstances} [circumstances]
 * @returns {Promise<{status: number | null, stdout: string, stderr: string}>}
 */
export async function hanvox(args, { input = "", env = {}, hangUp = false, interruptAfter, signal = "SIGINT" } = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...ENVIRONMENT, ...env } });
  // A command that ends early closes its input before all was written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  interruptAfter?.then(() => child.kill(signal));
  const closed = new Promise((resolve) => child.on("close", resolve));
  const reading = hangUp ? readSome(child.stdout) : text(child.stdout);
  const [stdout, stderr, status] = await Promise.all([reading, text(child.stderr), closed]);
  return { stdout, stderr, status };
}

/** As above, for a command that writes sound to standard output. @param {string[]} args */
export async function hanvoxBytes(args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...ENVIRONMENT } });
  child.stdin.end();
  const closed = new Promise((resolve) => child.on("close", resolve));
  return { bytes: await buffer(child.stdout), status: await closed };
}

/** @param {import("node:stream").Readable} stream */
function readSome(stream) {
  return new Promise((resolve) => stream.once("data", (data) => (stream.destroy(), resolve(String(data)))));
}
