/** The page as a list of files, and the files that are made of the others: they hold the version and the list. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const PAGE = ["index.html", "manifest.webmanifest", "app", "icons", "lib", "pkg", "vendor"];
const PARTS = [...PAGE, "screenshots", "voices"];
const NOT_OF_THE_PAGE = /^lib\/node\/|\.d\.ts$|\.stamp$/;
const LIST = "lib/engine/version.js";
const GLUE = "pkg/hanvox.js";
const WORKER = "sw.js";

/** The files that are made here, not read. */
export const MADE = [LIST, GLUE, WORKER];

/**
 * Whether a file below www/ is the page's; the command line and Node's side of the library are not.
 * @param {string} file
 */
export function isPageFile(file) {
  return (PARTS.includes(file.split("/")[0]) || file === WORKER) && !NOT_OF_THE_PAGE.test(file);
}

/**
 * The files of the page without its service worker, in a stable order.
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
 * The text of each made file: the version, which changes when any file of the shell does, and the SHA-256 of the
 * files, so that the parts of a page can tell whether they belong together.
 * @param {string} folder
 * @returns {Record<string, string>}
 */
export function madeFiles(folder) {
  // Without the voices, which are the voice store's, and the pictures for those who install it.
  const shell = listed(folder, PAGE);
  const sources = new Map([...shell, WORKER].map((file) => [file, readFileSync(join(folder, file))]));
  const version = versionOf(sources);
  const glue = `${sources.get(GLUE)}\nexport const BUILD_VERSION = "${version}";\n`;
  sources.set(GLUE, Buffer.from(glue));
  /** @type {Record<string, string>} */
  const files = Object.fromEntries(shell.map((file) => [file, sha256(sources.get(file) ?? "")]));
  delete files[LIST];
  const list = filled(`${sources.get(LIST)}`, "BUILD", { version, files });
  const worker = filled(`${sources.get(WORKER)}`, "SHELL", { version, files: { ...files, [LIST]: sha256(list) } });
  return { [LIST]: list, [GLUE]: glue, [WORKER]: worker };
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
 * @param {string} name Of the constant that is filled in.
 * @param {{version: string, files: Record<string, string>}} build
 */
function filled(source, name, build) {
  const empty = `const ${name} = { version: "", files: {} };`;
  if (!source.includes(empty)) throw new Error(`the line "${empty}" is lost`);
  return source.replace(empty, () => `const ${name} = ${JSON.stringify(build, null, 2)};`);
}
