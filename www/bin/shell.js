/** The page as a list of files, and its service worker with the list filled in. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const PARTS = ["index.html", "manifest.webmanifest", "app", "icons", "lib", "pkg", "vendor", "voices"];
const NOT_OF_THE_PAGE =
  /^lib\/(node|store\/folder)[\w-]*\.js$|^lib\/diagnostics\/(node-log-file|prometheus)\.js$|\.d\.ts$|\.stamp$/;
const PLACEHOLDER = `const SHELL = { version: "", files: [] };`;

/**
 * Whether a file below www/ is the page's; the command line and Node's side of the library are not.
 * @param {string} file
 */
export function isPageFile(file) {
  return (PARTS.includes(file.split("/")[0]) || file === "sw.js") && !NOT_OF_THE_PAGE.test(file);
}

/**
 * The files of the page without its service worker, in a stable order.
 * @param {string} folder
 */
export function pageFiles(folder) {
  return PARTS.flatMap((part) => filesUnder(folder, part)).filter(isPageFile);
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
 * The service worker with its files and with a version that changes when one of them does. The weights are
 * the voice store's; of a voice only the manifest is in its list.
 * @param {string} folder
 * @param {string[]} files
 */
export function serviceWorker(folder, files) {
  const shell = files.filter((file) => !file.startsWith("voices/") || file.endsWith("/voice.json"));
  const source = readFileSync(join(folder, "sw.js"), "utf8");
  if (!source.includes(PLACEHOLDER)) throw new Error("sw.js has lost the line that the files are put into");
  const hash = createHash("sha256").update(source);
  for (const file of shell) hash.update(file).update(readFileSync(join(folder, file)));
  const filled = { version: hash.digest("hex").slice(0, 16), files: shell };
  return source.replace(PLACEHOLDER, () => `const SHELL = ${JSON.stringify(filled, null, 2)};`);
}
