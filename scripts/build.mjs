/** `npm run build`: dist/ for any static host, and the types for the npm package. */
import { makeDist } from "./dist.mjs";
import { setUp, types } from "./set-up.mjs";
import { StepError, say } from "./steps.mjs";

try {
  await setUp("release");
  await types();
  makeDist();
} catch (error) {
  say(error instanceof StepError ? `Not built: ${error.message}` : String(error));
  process.exit(1);
}
