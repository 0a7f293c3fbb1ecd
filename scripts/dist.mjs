/** Makes dist/: the page with everything it needs, for any static host under any path. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filledWorker, madeFiles, pageFiles, shellFiles } from "../www/bin/shell.js";
import { bundlePage } from "./bundle.mjs";
import { ROOT, say } from "./steps.mjs";

const WWW = join(ROOT, "www");
const DIST = join(ROOT, "dist");

export async function makeDist() {
  rmSync(DIST, { recursive: true, force: true });
  const files = pageFiles(WWW);
  for (const file of files) copy(file);
  const made = madeFiles(WWW);
  for (const [file, text] of Object.entries(made)) writeFileSync(join(DIST, file), text);
  const kept = await bundlePage(shellFiles(WWW), { www: WWW, dist: DIST, made });
  writeFileSync(join(DIST, "sw.js"), filledWorker(WWW, DIST, kept));
  say(
    `✓ dist/ with ${files.length + 1} files, ${kept.length} of them kept for visits offline, voices: ${readdirSync(join(DIST, "voices")).join(", ")}`,
  );
}

/** @param {string} file */
function copy(file) {
  mkdirSync(dirname(join(DIST, file)), { recursive: true });
  cpSync(join(WWW, file), join(DIST, file), { dereference: true });
}
