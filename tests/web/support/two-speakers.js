/** The small voice of tests/golden/student with all that a manifest needs: two speakers whose sounds differ. */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const GOLDEN = fileURLToPath(new URL("../../golden/student", import.meta.url));

export const ID = "tiny";

/** Puts the voice into a folder of voices, under its id; its own folder. @param {string} voices */
export async function putTwoSpeakers(voices) {
  const folder = join(voices, ID);
  await cp(GOLDEN, folder, { recursive: true });
  for (const file of ["golden.safetensors", "lines.txt"]) await rm(join(folder, file));
  const manifest = JSON.parse(await readFile(join(folder, "voice.json"), "utf8"));
  const facts = { name: "tiny (fixture)", version: "1", language: "zh-CN", licence: "MIT OR Apache-2.0" };
  await writeFile(join(folder, "voice.json"), JSON.stringify({ ...manifest, ...facts }));
  return folder;
}
