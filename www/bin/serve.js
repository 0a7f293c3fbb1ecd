/** `hanvox serve`: the API and the page on one port. */
import { fileURLToPath } from "node:url";
import { createApi } from "../lib/api/api.js";
import { Diagnostics } from "../lib/diagnostics/diagnostics.js";
import { openLogFile } from "../lib/node/log-file.js";
import { PrometheusMetrics } from "../lib/node/prometheus.js";
import { HanvoxError } from "../lib/shared/errors.js";
import { Hanvox } from "../lib/node/index.js";
import { HttpHost } from "./http-host.js";
import { workersOf } from "./options.js";
import { MADE, isPageFile, madeFiles } from "./shell.js";
import { staticFiles } from "./static-files.js";

/** @typedef {import("./options.js").Values} Values */

const WWW = fileURLToPath(new URL("../", import.meta.url));
const MOST_PORT = 65535;
const MOST_WAITING = 10_000;

/**
 * Serves until the process is asked to stop, then waits for the running requests.
 * @param {string | undefined} text
 * @param {Values} values
 */
export async function serve(text, values) {
  if (text !== undefined) throw new HanvoxError("option-invalid", "serve takes no text");
  const port = /** @type {number} */ (whole("port", values, 0, MOST_PORT));
  const workers = workersOf(values);
  const queue = whole("queue", values, 0, MOST_WAITING);
  const diagnostics = await openDiagnostics(values);
  const closing = new AbortController();
  const options = { sources: values.source, workers, limits: { queue }, diagnostics, signal: closing.signal };
  const tts = Hanvox.fromPretrained(values.voice, options);
  const failed = tts.then(() => new Promise(() => {}));
  // If the port is not available, nobody awaits it.
  failed.catch(() => {});
  const handler = createApi({ tts, diagnostics, closing: closing.signal });
  const host = new HttpHost({ handler, files: pageOf(WWW), diagnostics });
  try {
    announce(await host.listen(port, values.host), values);
    await Promise.race([interrupted(), failed]);
  } finally {
    closing.abort(new Error("the server is stopping"));
    await host.close();
    await tts.then((tts) => tts.dispose()).catch(() => {});
    await diagnostics.close();
  }
}

/**
 * @param {"port" | "queue"} name
 * @param {Values} values
 * @param {number} least
 * @param {number} most
 */
function whole(name, values, least, most) {
  const text = values[name];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new HanvoxError("option-invalid", `--${name} takes a number from ${least} to ${most}, not "${text}"`);
}

/** @param {Values} values */
async function openDiagnostics({ "log-level": level, "log-folder": folder }) {
  const store = folder === undefined ? false : await openLogFile({ folder });
  const metrics = new PrometheusMetrics({ process: true });
  return Diagnostics.create({ level: /** @type {any} */ (level), store, metrics });
}

/**
 * The files of the page; those with its version are generated when one is first requested.
 * @param {string} folder
 */
function pageOf(folder) {
  /** @type {Record<string, string> | undefined} */
  let texts;
  const made = Object.fromEntries(MADE.map((path) => [path, () => (texts ??= madeFiles(folder))[path]]));
  return staticFiles(folder, { allowed: isPageFile, made });
}

/**
 * @param {import("node:net").AddressInfo} address
 * @param {Values} values
 */
function announce({ address, port, family }, { json }) {
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}/`;
  const line = json ? JSON.stringify({ url, pid: process.pid }) : `hanvox serves ${url} (Ctrl+C stops it)`;
  process.stdout.write(`${line}\n`);
}

/** Resolves when the process is asked to stop; a second signal exits at once. */
function interrupted() {
  return new Promise((resolve) => {
    let told = false;
    for (const name of ["SIGINT", "SIGTERM"])
      process.on(name, () => {
        if (told) process.exit(1);
        told = true;
        resolve(name);
      });
  });
}
