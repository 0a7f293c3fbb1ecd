/** The package, whole and real, but with an engine that fails where the text asks for it (faults.js). */
import { copyFile, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./folder.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SUPPORT = fileURLToPath(new URL(".", import.meta.url));

/** The folder of the fixture voices. */
export const FIXTURE_VOICES = join(ROOT, "tests/voices");

/**
 * A `base` for `Hanvox.from_pretrained`, which is the folder of a command line of its own, too.
 * @param {Record<string, number>} [limits] In place of those of lib/shared/limits.js.
 * @returns {Promise<{base: string, program: string}>}
 */
export async function faultyBase(limits = {}) {
  const folder = await temporaryFolder();
  const base = join(folder, "www");
  await mkdir(base);
  for (const part of ["app", "bin", "icons", "lib", "index.html", "manifest.webmanifest", "sw.js"])
    await cp(join(ROOT, "www", part), join(base, part), { recursive: true });
  await copyFile(join(ROOT, "package.json"), join(folder, "package.json"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await symlink(FIXTURE_VOICES, join(base, "voices"));
  await mkdir(join(base, "pkg"));
  await putFaultyEngine(join(ROOT, "www/pkg"), join(base, "pkg"));
  for (const [name, value] of Object.entries(limits)) await setLimit(join(base, "lib/shared/limits.js"), name, value);
  return { base, program: join(base, "bin/hanvox.js") };
}

/**
 * Fills `pkg` with the engine of `built` behind the faulty one.
 * @param {string} built
 * @param {string} pkg
 */
export async function putFaultyEngine(built, pkg) {
  for (const part of ["hanvox_bg.wasm", "hanvox_relaxed_bg.wasm", "lexicon.bin"])
    await symlink(join(built, part), join(pkg, part));
  await copyFile(join(built, "hanvox.js"), join(pkg, "real.js"));
  await copyFile(join(SUPPORT, "faults.js"), join(pkg, "faults.js"));
  const [version = ""] = /^export const BUILD_VERSION.*$/m.exec(await readFile(join(pkg, "real.js"), "utf8")) ?? [];
  const engine = await readFile(join(SUPPORT, "faulty-engine.js"), "utf8");
  await writeFile(join(pkg, "hanvox.js"), `${engine}\n${version}\n`);
}

/**
 * @param {string} file
 * @param {string} name
 * @param {number} value
 */
async function setLimit(file, name, value) {
  const text = await readFile(file, "utf8");
  const changed = text.replace(new RegExp(`^( *${name}:).*,$`, "m"), `$1 ${value},`);
  if (changed === text) throw new Error(`there is no limit ${name} in ${file}`);
  await writeFile(file, changed);
}
