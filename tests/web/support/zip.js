/** Zips as another program writes them. */
import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { zipSync } from "fflate";

/** A zip of a folder, with the folder in it. @param {string} folder */
export async function zipped(folder) {
  const names = await readdir(folder);
  const files = names.map(async (name) => [`${basename(folder)}/${name}`, await readFile(join(folder, name))]);
  return zipSync(Object.fromEntries(await Promise.all(files)));
}
