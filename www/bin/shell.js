/** The list of the page's files, and the files generated from the others, with the version and the list. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const PAGE = ["index.html", "manifest.webmanifest", "app", "icons", "lib", "pkg", "vendor"];
const PARTS = [...PAGE, "encoders", "samples", "screenshots", "voices"];
const NOT_OF_THE_PAGE = /^lib\/node\/|\.d\.ts$|\.stamp$/;
// Large and seldom needed, or for the installed page alone: not kept with the page.
const ON_DEMAND = /^vendor\/pdf|^icons\/.*\.png$/;
// Of these, and of what is no part of the shell, what the page keeps once it was used or in idle time.
const LATER = /^(vendor\/pdf|encoders\/).*(?<!LICENSE|README\.md)$/;
const LIST = "lib/engine/version.js";
const GLUE = "pkg/hanvox.js";
const WORKER = "sw.js";

/** The files that are generated here instead of read. */
export const MADE = [LIST, GLUE, WORKER];

/**
 * Whether a file below www/ belongs to the page; the CLI and the Node side of the library do not.
 * @param {string} file
 */
export function isPageFile(file) {
  return (PARTS.includes(file.split("/")[0]) || file === WORKER) && !NOT_OF_THE_PAGE.test(file);
}

/**
 * The files of the page except its service worker, in a stable order.
 * @param {string} folder
 */
export function pageFiles(folder) {
  return listed(folder, PARTS);
}

/**
 * @param {string} folder
 * @param {string[]} parts
 */
function listed(folder, parts) {
  return parts.flatMap((part) => filesUnder(folder, part)).filter(isPageFile);
}

/**
 * @param {string} folder
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(folder, path) {
  const full = join(folder, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesUnder(folder, `${path}/${name}`));
}

/**
 * The text of each generated file: the version, which changes with any file of the shell, and the SHA-256 of the
 * files. They let the parts of a page check that they belong together.
 * @param {string} folder
 * @returns {Record<string, string>}
 */
export function madeFiles(folder) {
  const shell = shellFiles(folder);
  const read = (/** @type {string[]} */ files) =>
    new Map(files.map((file) => [file, readFileSync(join(folder, file))]));
  const [sources, later] = [read([...shell, WORKER]), read(laterFiles(folder))];
  const version = versionOf(new Map([...sources, ...later]));
  const glue = `${sources.get(GLUE)}\nexport const BUILD_VERSION = "${version}";\n`;
  sources.set(GLUE, Buffer.from(glue));
  /** @type {Record<string, string>} */
  const { [LIST]: _, [WORKER]: __, ...files } = sumsOf(sources);
  const list = filled(`${sources.get(LIST)}`, "BUILD", { version, files });
  const shellSums = { ...files, [LIST]: sha256(list) };
  const worker = filled(`${sources.get(WORKER)}`, "SHELL", { version, files: shellSums, later: sumsOf(later) });
  return { [LIST]: list, [GLUE]: glue, [WORKER]: worker };
}

/**
 * The files that the page keeps for visits offline: without what is loaded when it is first needed (voices, encoders, PDF)
 * and the screenshots for installation.
 * @param {string} folder
 */
export function shellFiles(folder) {
  return listed(folder, PAGE).filter((file) => !ON_DEMAND.test(file));
}

/**
 * The files that the page keeps for visits offline when they were used, or in idle time: the encoders and pdf.js.
 * @param {string} folder
 */
function laterFiles(folder) {
  return pageFiles(folder).filter((file) => LATER.test(file));
}

/**
 * The service worker of a page whose modules were joined: it keeps the files that came of them.
 * @param {string} folder Of the sources.
 * @param {string} built The folder of the joined page.
 * @param {string[]} kept Files in `built`.
 */
export function filledWorker(folder, built, kept) {
  const [files, later] = [kept, laterFiles(built)].map((files) =>
    sumsOf(new Map(files.map((file) => [file, readFileSync(join(built, file))]))),
  );
  const version = sha256(JSON.stringify({ files, later })).slice(0, 16);
  return filled(readFileSync(join(folder, WORKER), "utf8"), "SHELL", { version, files, later });
}

/** @param {Map<string, Buffer>} sources */
function sumsOf(sources) {
  return Object.fromEntries([...sources].map(([file, bytes]) => [file, sha256(bytes)]));
}

/** @param {Map<string, Buffer>} sources */
function versionOf(sources) {
  const hash = createHash("sha256");
  for (const [file, bytes] of sources) hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex").slice(0, 16);
}

/** @param {string | Buffer} bytes */
function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * @param {string} source
 * @param {"BUILD" | "SHELL"} name The constant to fill in.
 * @param {{version: string, files: Record<string, string>, later?: Record<string, string>}} build
 */
function filled(source, name, build) {
  const empty = emptyConstant(name);
  if (!source.includes(empty)) throw new Error(`the line "${empty}" is lost`);
  return source.replace(empty, () => `const ${name} = ${JSON.stringify(build, null, 2)};`);
}

/** What a constant is before it is filled in. @type {Record<"BUILD" | "SHELL", string>} */
const EMPTY = { BUILD: '{ version: "", files: {} }', SHELL: '{ version: "", files: {}, later: {} }' };

/** The line of a constant before it is filled in. @param {"BUILD" | "SHELL"} name */
export function emptyConstant(name) {
  return `const ${name} = ${EMPTY[name]};`;
}
