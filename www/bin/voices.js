/** `hanvox voices`, and the commands for the voices stored on this machine. */
import { openAsBlob } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { HanvoxError } from "../lib/shared/errors.js";
import { PACKAGE, checkManifest } from "../lib/node/node-engine.js";
import { verifyFolder } from "../lib/node/node-folders.js";
import { nodeSources } from "../lib/node/node-sources.js";
import { isKept, listVoices, loadVoice, openNodeStore, repairKept, verifyKept } from "../lib/node/node-store.js";
import { readArchive, readFolder } from "../lib/archive/archive.js";
import { zipParts } from "../lib/archive/write-zip.js";
import { PartFile } from "./part-file.js";
import { ProgressLine, interruption, megabytes, writeLine } from "./terminal.js";

/** @typedef {import("./options.js").Values} Values */
/** @typedef {import("./terminal.js").Progress} Progress */

/**
 * @param {string | undefined} text
 * @param {Values} values
 */
export async function list(text, { json }) {
  if (text !== undefined) throw new HanvoxError("option-invalid", `voices has no command "${text}"`);
  for (const voice of await listVoices({ base: PACKAGE })) {
    const {
      id,
      name,
      language,
      sampling_rate,
      licence,
      bytes,
      place,
      path,
      whole,
      fault,
      emotions = [],
      speakers = [],
    } = voice;
    const size = whole ? megabytes(bytes) : (fault?.message ?? `${megabytes(bytes)} so far`);
    const plain = [id, name, language, `${sampling_rate} Hz`, size, place, path, licence, emotions.join(" ")];
    if (speakers.length > 0) plain.push(speakers.map(({ name }) => name).join(" "));
    await writeLine(json ? JSON.stringify(voice) : plain.join("\t"));
  }
}

/**
 * @param {string | undefined} path
 * @param {Values} values
 */
export async function importVoice(path, values) {
  const from = given(path, "voices import takes the path of a voice's folder, .zip or .tar.gz");
  const kept = await withProgress(values, async (options) =>
    openNodeStore().importFiles(await entriesOf(from, options), options),
  );
  await writeLine(values.json ? JSON.stringify(kept) : `${kept.id}\t${kept.name}`);
}

/**
 * @param {string | undefined} id
 * @param {Values} values
 */
export async function exportVoice(id, { output, json }) {
  const voice = given(id, "voices export takes the id of a voice");
  if (output === undefined) throw new HanvoxError("option-invalid", "voices export needs -o FILE.zip");
  const signal = interruption();
  const file = await PartFile.create(output);
  try {
    const { manifest, text, file: read } = await loadVoice(voice, { base: PACKAGE, sources: [], signal });
    const manifestFile = { path: "voice.json", bytes: new TextEncoder().encode(text) };
    const contents = await Promise.all(manifest.files.map(async ({ path }) => ({ path, bytes: await read(path) })));
    let bytes = 0;
    for await (const part of zipParts([...contents, manifestFile], { folder: manifest.id })) {
      signal.throwIfAborted();
      await file.writeAt(part, bytes);
      bytes += part.length;
    }
    await file.finish();
    if (json) await writeLine(JSON.stringify({ id: manifest.id, file: output, bytes }));
  } catch (error) {
    await file.discard();
    throw signal.aborted ? new HanvoxError("canceled", "the export was stopped", { cause: signal.reason }) : error;
  }
}

/**
 * @param {string | undefined} id All voices if undefined.
 * @param {Values} values
 */
export async function verifyVoices(id, { json }) {
  const here = await listVoices({ base: PACKAGE });
  const voices = id === undefined ? here : here.filter((voice) => voice.id === id);
  if (id !== undefined && voices.length === 0) throw unknown(id);
  const reports = [];
  for (const { id, place, path } of voices) {
    // An unfinished download is not damaged.
    if (place === "cache" && !(await isKept(id))) continue;
    const report = await (place === "cache" ? verifyKept(id) : verifyFolder(path, id, checkManifest));
    reports.push(report);
    await writeLine(json ? JSON.stringify({ ...report, place, path }) : `${id}\t${verdict(report)}\t${path}`);
  }
  const damaged = reports.filter(({ ok }) => !ok);
  if (damaged.length === 0) return;
  const message = `${damaged.length} of ${reports.length} voices are damaged`;
  throw new HanvoxError("voice-corrupt", message, { context: { voices: damaged } });
}

/**
 * @param {string | undefined} id
 * @param {Values} values
 */
export async function repairVoice(id, values) {
  const voice = given(id, "voices repair takes the id of a voice");
  await requireKept(voice);
  const sources = nodeSources(values.source);
  const { refetched } = await withProgress(values, (options) => repairKept(voice, { ...options, sources }));
  await writeLine(values.json ? JSON.stringify({ id: voice, refetched }) : `${voice}\t${refetched} chunks fetched`);
}

/**
 * @param {string | undefined} id
 * @param {Values} values
 */
export async function removeVoice(id, { json }) {
  const voice = given(id, "voices remove takes the id of a voice");
  await requireKept(voice);
  await openNodeStore().remove(voice);
  if (json) await writeLine(JSON.stringify({ id: voice, removed: true }));
}

/**
 * @param {string | undefined} id
 * @param {Values} values
 */
export async function downloadVoice(id, values) {
  const voice = given(id, "voices download takes the id of a voice");
  const sources = nodeSources(values.source);
  if (sources.length === 0)
    throw new HanvoxError("option-invalid", "voices download needs --source URL, or HANVOX_SOURCES");
  const { manifest, fromCache, downloaded } = await withProgress(values, (options) =>
    openNodeStore().load(voice, { ...options, sources, onprogress: unlessWarned(options.onprogress) }),
  );
  const { name, version } = manifest;
  const report = { id: voice, name, version, fromCache, downloaded };
  await writeLine(values.json ? JSON.stringify(report) : `${voice}\t${name}\t${megabytes(downloaded)} fetched`);
}

/**
 * @template {string} T
 * @param {T | undefined} value
 * @param {string} message
 */
function given(value, message) {
  if (value === undefined) throw new HanvoxError("option-invalid", message);
  return value;
}

/**
 * @template T
 * @param {Values} values
 * @param {(options: {signal: AbortSignal, onprogress: (progress: Progress) => void}) => Promise<T>} work
 */
async function withProgress(values, work) {
  const line = new ProgressLine(values);
  try {
    return await work({ signal: interruption(), onprogress: (progress) => line.take(progress) });
  } finally {
    line.end();
  }
}

/**
 * A download that can't be stored fails, even though a voice could speak with it.
 * @param {(progress: Progress) => void} onprogress
 * @returns {(progress: Progress) => void}
 */
function unlessWarned(onprogress) {
  return (progress) => {
    if (progress.status === "warning" && progress.error) throw HanvoxError.fromJSON(progress.error);
    onprogress(progress);
  };
}

/**
 * The files of a voice in a folder or an archive.
 * @param {string} path
 * @param {{signal: AbortSignal}} options
 */
async function entriesOf(path, { signal }) {
  try {
    if (!(await stat(path)).isDirectory()) return readArchive(await openAsBlob(path), basename(path), { signal });
    return readFolder(await filesUnder(path), { signal });
  } catch (cause) {
    if (cause instanceof HanvoxError) throw cause;
    throw new HanvoxError("voice-missing", `${path} could not be read`, { context: { path }, cause });
  }
}

/**
 * @param {string} folder
 * @param {string} [inside]
 * @returns {Promise<{path: string, file: Blob}[]>}
 */
async function filesUnder(folder, inside = "") {
  const files = [];
  for (const name of await readdir(join(folder, inside))) {
    const path = inside ? `${inside}/${name}` : name;
    const entry = await lstat(join(folder, path));
    if (entry.isDirectory()) files.push(...(await filesUnder(folder, path)));
    else if (entry.isFile()) files.push({ path, file: await openAsBlob(join(folder, path)) });
    else throw new HanvoxError("voice-unsupported", `${path} is a link or a device`, { context: { folder, path } });
  }
  return files;
}

/** @param {string} voice */
async function requireKept(voice) {
  if (!(await isKept(voice))) throw unknown(voice);
}

/** @param {string} voice */
function unknown(voice) {
  return new HanvoxError("unknown-voice", `there is no voice "${voice}" in the cache`, { context: { voice } });
}

/** @param {{ok: boolean, faults: import("../lib/node/node-folders.js").FolderFault[]}} report */
function verdict({ ok, faults }) {
  if (ok) return "ok";
  const place = (/** @type {{file: string, chunk?: number}} */ { file, chunk }) =>
    chunk === undefined ? file : `${file} chunk ${chunk}`;
  const named = faults.map((fault) => fault.message ?? place(fault));
  return `damaged: ${named.join(", ")}`;
}
