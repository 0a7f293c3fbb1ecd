/** The texts that voices are evaluated on: everything in `eval/`. */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("eval/", import.meta.url);

/**
 * Name and text of each, in order; a name is that of the set and a number.
 * @returns {Generator<[string, string], void, void>}
 */
export function* evalTexts() {
  for (const file of readdirSync(FOLDER).sort()) {
    const [set, kind] = file.split(".");
    const lines = readFileSync(new URL(file, FOLDER), "utf8")
      .split("\n")
      .filter((line) => line !== "");
    for (const [number, line] of lines.entries())
      yield [`${set}-${number}`, kind === "tsv" ? line.split("\t")[1] : line];
  }
}
