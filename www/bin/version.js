/** The version of this package. */
import { readFile } from "node:fs/promises";

export async function version() {
  return JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")).version;
}
