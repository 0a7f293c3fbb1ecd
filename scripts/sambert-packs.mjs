/** The packs that the tests of Sambert voices run on, made of small packages with published numbers. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PYTHON, ROOT, runStep } from "./steps.mjs";

const MAKER = "models/tests/golden_packs.py";
/** Not in the repository, as the numbers in them are the work of another implementation. */
export const PACKAGES = "../shared/testdata/kantts-tiny";
const PACKS = "target/test/sambert-packs";

/** The folder of the packs, absolute; nothing where there are no packages to make them of. */
export async function sambertPacks() {
  if (!existsSync(join(ROOT, PACKAGES))) return undefined;
  await runStep({
    name: "sambert-packs",
    title: "Voice packs for the tests of Sambert voices",
    inputs: ["models/sambert", MAKER, "models/requirements.txt", PACKAGES],
    outputs: ["tiny-causal", "tiny-noncausal"].map((name) => `${PACKS}/${name}/symbols.txt`),
    run: (exec) => exec(PYTHON, [MAKER, PACKAGES, PACKS]),
  });
  return join(ROOT, PACKS);
}
