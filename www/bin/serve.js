/** `hanvox serve`: the API and the page on one port. */
import { fileURLToPath } from "node:url";
import { createApi } from "../lib/api/api.js";
import { Diagnostics } from "../lib/diagnostics/diagnostics.js";
import { openLogFile } from "../lib/node/log-file.js";
import { PrometheusMetrics } from "../lib/node/prometheus.js";
import { HanvoxError } from "../lib/shared/errors.js";
import { openEncoder } from "../lib/node/node-encoders.js";
import { HttpHost } from "./http-host.js";
import { Guard } from "./guard.js";
import { whole, workersOf } from "./options.js";
import { readingOf } from "./reading.js";
import { MADE, isPageFile, madeFiles } from "./shell.js";
import { ServedVoices } from "./served-voices.js";
import { staticFiles } from "./static-files.js";
import { version } from "./version.js";
import { WyomingHost } from "./wyoming.js";

/** @typedef {import("./options.js").Values} Values */
/** @typedef {import("node:net").AddressInfo} AddressInfo */

const WWW = fileURLToPath(new URL("../", import.meta.url));
const MOST_PORT = 65535;
const MOST_WAITING = 10_000;
// Those who wait longer had better ask another server.
const WAITING = 16;
const MOST_GRACE_S = 3600;
// Kubernetes and systemd kill after 30 and 90 seconds.
const GRACE_S = 25;
// For the voices on demand: about three of the small kind.
const VOICES_MB = 300;
const MOST_VOICES_MB = 1_000_000;

/**
 * Serves until the process is asked to stop, then waits for the running requests.
 * @param {string | undefined} text
 * @param {Values} values
 */
export async function serve(text, values) {
  if (text !== undefined) throw new HanvoxError("option-invalid", "serve takes no text");
  const settings = settingsOf(values);
  const reading = await readingOf(values);
  const diagnostics = await openDiagnostics(values);
  const closing = new AbortController();
  const voices = new ServedVoices({ ...settings, reading, diagnostics, signal: closing.signal });
  const handler = createApi({
    ...{ tts: voices.first, voices, diagnostics, closing: closing.signal, openEncoder },
  });
  const host = new HttpHost({ handler, files: pageOf(WWW), diagnostics, guard: settings.guard });
  const wyoming = new WyomingHost({ voices, handle: (thrown) => diagnostics.handle(thrown), version: await version() });
  try {
    const address = await host.listen(settings.port, values.host);
    const other = settings.wyoming === undefined ? undefined : await wyoming.listen(settings.wyoming, values.host);
    announce({ http: address, wyoming: other }, values);
    await Promise.race([interrupted(), voices.failed]);
  } finally {
    closing.abort(new Error("the server is stopping"));
    await stop([host, wyoming], settings.grace_s, diagnostics);
    await voices.close();
    await diagnostics.close();
  }
}

/** @param {Values} values */
function settingsOf(values) {
  return {
    voice: values.voice,
    sources: values.source,
    port: /** @type {number} */ (whole("port", values, 0, MOST_PORT)),
    wyoming: whole("wyoming", values, 0, MOST_PORT),
    workers: workersOf(values),
    queue: whole("queue", values, 0, MOST_WAITING) ?? WAITING,
    grace_s: whole("grace", values, 0, MOST_GRACE_S) ?? GRACE_S,
    bytes: 1e6 * (whole("voices-memory", values, 0, MOST_VOICES_MB) ?? VOICES_MB),
    guard: guardOf(values),
  };
}

/**
 * Waits for the running requests, but not for ever.
 * @param {{close: (deadline_ms: number) => Promise<number>}[]} hosts
 * @param {number} grace_s
 * @param {Diagnostics} diagnostics
 */
async function stop(hosts, grace_s, diagnostics) {
  const counts = await Promise.all(hosts.map((host) => host.close(1000 * grace_s)));
  const cut = counts.reduce((sum, count) => sum + count, 0);
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
 * @param {{http: AddressInfo, wyoming?: AddressInfo}} addresses
 * @param {Values} values
 */
function announce({ http, wyoming }, { json }) {
  const url = `http://${nameOf(http)}/`;
  const tcp = wyoming && `tcp://${nameOf(wyoming)}`;
  const also = tcp ? ` and Wyoming at ${tcp}` : "";
  const line = json
    ? JSON.stringify({ url, wyoming: tcp, pid: process.pid })
    : `hanvox serves ${url}${also} (Ctrl+C stops it)`;
  process.stdout.write(`${line}\n`);
}

/** @param {AddressInfo} address */
function nameOf({ address, port, family }) {
  return `${family === "IPv6" ? `[${address}]` : address}:${port}`;
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
