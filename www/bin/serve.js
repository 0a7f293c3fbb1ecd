/** `hanvox serve`: the API and the page on one port. */
import { fileURLToPath } from "node:url";
import { createApi } from "../lib/api/api.js";
import { Diagnostics } from "../lib/diagnostics/diagnostics.js";
import { openLogFile } from "../lib/node/log-file.js";
import { PrometheusMetrics } from "../lib/node/prometheus.js";
import { HanvoxError } from "../lib/shared/errors.js";
import { Hanvox } from "../lib/node/index.js";
import { HttpHost } from "./http-host.js";
import { Guard } from "./guard.js";
import { whole, workersOf } from "./options.js";
import { readingOf } from "./reading.js";
import { MADE, isPageFile, madeFiles } from "./shell.js";
import { staticFiles } from "./static-files.js";

/** @typedef {import("./options.js").Values} Values */

const WWW = fileURLToPath(new URL("../", import.meta.url));
const MOST_PORT = 65535;
const MOST_WAITING = 10_000;
// Those who wait longer had better ask another server.
const WAITING = 16;
const MOST_GRACE_S = 3600;
// Kubernetes and systemd kill after 30 and 90 seconds.
const GRACE_S = 25;

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
  const grace_s = whole("grace", values, 0, MOST_GRACE_S) ?? GRACE_S;
  const guard = guardOf(values);
  const reading = await readingOf(values);
  const diagnostics = await openDiagnostics(values);
  const closing = new AbortController();
  const options = {
    sources: values.source,
    reading,
    workers,
    limits: { queue: queue ?? WAITING },
    diagnostics,
    signal: closing.signal,
  };
  const tts = Hanvox.fromPretrained(values.voice, options);
  const failed = tts.then(() => new Promise(() => {}));
  // If the port is not available, nobody awaits it.
  failed.catch(() => {});
  const handler = createApi({ tts, diagnostics, closing: closing.signal });
  const host = new HttpHost({ handler, files: pageOf(WWW), diagnostics, guard });
  try {
    announce(await host.listen(port, values.host), values);
    await Promise.race([interrupted(), failed]);
  } finally {
    closing.abort(new Error("the server is stopping"));
    await stop(host, grace_s, diagnostics);
    await tts.then((tts) => tts.dispose()).catch(() => {});
    await diagnostics.close();
  }
}

/**
 * Waits for the running requests, but not for ever.
 * @param {HttpHost} host
 * @param {number} grace_s
 * @param {Diagnostics} diagnostics
 */
async function stop(host, grace_s, diagnostics) {
  const cut = await host.close(1000 * grace_s);
  if (cut > 0) diagnostics.log.write("warning", `${cut} requests were cut off after ${grace_s} s`, { cut });
}

/**
 * An address of this machine is no secret: others are kept out by the host name and the origin of their requests.
 * @param {Values} values
 */
function guardOf({ host, "allow-host": names = [], cors: origins }) {
  return new Guard({ hosts: [host, ...names], origins, token: process.env.HANVOX_TOKEN || undefined });
}

/** @param {Values} values */
async function openDiagnostics({ "log-level": level, "log-folder": folder }) {
  const metrics = new PrometheusMetrics({ process: true });
  /** @type {Diagnostics | undefined} */
  let diagnostics;
  const onfault = (/** @type {HanvoxError} */ error) => void diagnostics?.handle(error);
  const onlost = (/** @type {number} */ lines) => metrics.add("hanvox_log_lost_total", {}, lines);
  const store = folder === undefined ? false : await openLogFile({ folder, onfault, onlost });
  diagnostics = await Diagnostics.create({ level: /** @type {any} */ (level), store, metrics });
  return diagnostics;
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
