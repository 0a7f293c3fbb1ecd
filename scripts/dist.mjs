/** dist/: the page with everything it needs, for any static host under any path. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, filesUnder, say } from "./steps.mjs";

const DIST = join(ROOT, "dist");
const PARTS = ["index.html", "manifest.webmanifest", "app", "icons", "lib", "pkg", "voices"];
const NOT_SHIPPED = /^lib\/node(-store)?\.js$|^lib\/diagnostics\/(node-log-file|prometheus)\.js$|\.d\.ts$|\.stamp$/;
const PLACEHOLDER = `const SHELL = { version: "", files: [] };`;

export function makeDist() {
  rmSync(DIST, { recursive: true, force: true });
  const files = PARTS.flatMap((part) => filesUnder(`www/${part}`)).map((path) => path.slice("www/".length));
  const shipped = files.filter((file) => !NOT_SHIPPED.test(file));
  for (const file of shipped) copy(file);
  writeFileSync(join(DIST, "sw.js"), serviceWorker(shipped.filter(isShell)));
  say(`✓ dist/ with ${shipped.length + 1} files, voices: ${readdirSync(join(DIST, "voices")).join(", ")}`);
}

/** @param {string} file */
function copy(file) {
  mkdirSync(dirname(join(DIST, file)), { recursive: true });
  cpSync(join(ROOT, "www", file), join(DIST, file));
}

/**
 * The weights are the voice store's; of a voice only the manifest is part of the shell.
 * @param {string} file
 */
function isShell(file) {
  return !file.startsWith("voices/") || file.endsWith("/voice.json");
}

/**
 * The service worker with its files and with a version that changes when one of them does.
 * @param {string[]} files
 */
function serviceWorker(files) {
  const source = readFileSync(join(ROOT, "www/sw.js"), "utf8");
  const hash = createHash("sha256").update(source);
  for (const file of files) hash.update(file).update(readFileSync(join(DIST, file)));
  const shell = { version: hash.digest("hex").slice(0, 16), files };
  if (!source.includes(PLACEHOLDER)) throw new Error("www/sw.js has lost the line that the build fills in");
  return source.replace(PLACEHOLDER, `const SHELL = ${JSON.stringify(shell, null, 2)};`);
}
