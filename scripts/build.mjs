/** `npm run build`: dist/ for any static host, and the types for the npm package. */
import { makeDist } from "./dist.mjs";
import { setUp } from "./set-up.mjs";
import { StepError, runStep, say } from "./steps.mjs";

try {
  await setUp("release");
  await runStep({
    name: "types",
    title: "Type declarations",
    inputs: ["www/lib", "www/pkg/hanvox.d.ts", "tsconfig.json", "tsconfig.types.json"],
    outputs: ["www/types/lib/index.d.ts"],
    run: (exec) => exec("node", ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"]),
  });
  makeDist();
} catch (error) {
  say(error instanceof StepError ? `Not built: ${error.message}` : String(error));
  process.exit(1);
}
