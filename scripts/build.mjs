/** `npm run build`: dist/ for any static host, with compressed copies, and the types for the npm package. */
import { makeDist } from "./dist.mjs";
import { precompress } from "./precompress.mjs";
import { setUp, types } from "./set-up.mjs";
import { say } from "./steps.mjs";

try {
  await setUp("release");
  await types();
  await makeDist();
  await precompress();
} catch (error) {
  say(`Not built: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
