/** Folders that are gone when the tests are. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @type {string[]} */
const folders = [];

process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

export async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), "hanvox-"));
  folders.push(folder);
  return folder;
}
