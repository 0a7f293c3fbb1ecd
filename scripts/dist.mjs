/** Makes dist/: the page with everything it needs, for any static host under any path. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { madeFiles, pageFiles } from "../www/bin/shell.js";
import { ROOT, say } from "./steps.mjs";

const WWW = join(ROOT, "www");
const DIST = join(ROOT, "dist");

export function makeDist() {
  rmSync(DIST, { recursive: true, force: true });
  const files = pageFiles(WWW);
  for (const file of files) copy(file);
  for (const [file, text] of Object.entries(madeFiles(WWW))) writeFileSync(join(DIST, file), text);
  say(`✓ dist/ with ${files.length + 1} files, voices: ${readdirSync(join(DIST, "voices")).join(", ")}`);
}

/** @param {string} file */
function copy(file) {
  mkdirSync(dirname(join(DIST, file)), { recursive: true });
  cpSync(join(WWW, file), join(DIST, file), { dereference: true });
}
