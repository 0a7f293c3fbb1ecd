/** The packs for the tests of Sambert voices, made from small packages with published numbers. */
import { join } from "node:path";
import { PYTHON, ROOT, runStep } from "./steps.mjs";

const MAKER = "models/tests/golden_packs.py";
export const PACKAGES = "tests/data/kantts-tiny";
const PACKS = "target/test/sambert-packs";

/** Makes the packs; resolves to the absolute path of their folder. */
export async function sambertPacks() {
  await runStep({
    name: "sambert-packs",
    title: "Voice packs for the tests of Sambert voices",
    inputs: ["models/sambert", "models/onnx_graph.py", MAKER, "models/requirements.txt", PACKAGES],
    outputs: ["tiny-causal", "tiny-noncausal"].map((name) => `${PACKS}/${name}/symbols.txt`),
    run: (exec) => exec(PYTHON, [MAKER, PACKAGES, PACKS]),
  });
  return join(ROOT, PACKS);
}
