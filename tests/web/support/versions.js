/** A site whose version changes while pages are open. */
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { madeFiles, pageFiles } from "../../../www/bin/shell.js";
import { serveFolder } from "../../../www/bin/static-files.js";
import { temporaryFolder } from "./folder.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const SUB_PATH = "some/folder";

/** Serves version `first`, whose name is in the title. */
export async function startVersions() {
  const root = await temporaryFolder();
  const folder = join(root, SUB_PATH);
  await publish(folder, "first");
  const server = await serveFolder(root, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    folder,
    url: `http://localhost:${port}/${SUB_PATH}/`,
    /** @param {string} name */
    publish: (name) => publish(folder, name),
    stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    },
  };
}

/**
 * Puts a version in the place of the one before: the page with another title, the engine with another file.
 * @param {string} folder
 * @param {string} name
 */
async function publish(folder, name) {
  for (const file of pageFiles(WWW).filter((file) => !file.startsWith("voices/"))) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(WWW, file), join(folder, file), { dereference: true });
  }
  await rm(join(folder, "voices"), { force: true });
  await symlink(join(WWW, "voices"), join(folder, "voices"));
  await cp(join(WWW, "sw.js"), join(folder, "sw.js"));
  await change(join(folder, "index.html"), (html) => `${html}`.replace(/<title>.*?</, `<title>${name}<`));
  for (const file of ["pkg/hanvox_bg.wasm", "pkg/hanvox_relaxed_bg.wasm"])
    await change(join(folder, file), (wasm) => Buffer.concat([wasm, customSection(name)]));
  for (const [file, text] of Object.entries(madeFiles(folder))) await writeFile(join(folder, file), text);
}

/**
 * @param {string} file
 * @param {(bytes: Buffer) => string | Buffer} how
 */
async function change(file, how) {
  await writeFile(file, how(await readFile(file)));
}

/** A part of a wasm module that does nothing: id 0, its size, the size of its name, its name. @param {string} name */
function customSection(name) {
  return Buffer.from([0, name.length + 1, name.length, ...Buffer.from(name)]);
}
