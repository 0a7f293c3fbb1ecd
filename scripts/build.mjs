/** `npm run build`: dist/ for any static host, and the types for the npm package. */
import { makeDist } from "./dist.mjs";
import { setUp, types } from "./set-up.mjs";
import { say } from "./steps.mjs";

try {
  await setUp("release");
  await types();
  makeDist();
} catch (error) {
  say(`Not built: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
