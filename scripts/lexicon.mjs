/** `npm run lexicon`: rebuilds models/lexicon/lexicon.bin; with `--check`, only reports whether it is up to date. */
import { python } from "./set-up.mjs";
import { PYTHON, exec, say } from "./steps.mjs";

try {
  await python();
  const take = (/** @type {string} */ text) => process.stdout.write(text);
  await exec(PYTHON, ["models/lexicon/build.py", ...process.argv.slice(2)], { take });
} catch (error) {
  say(/** @type {Error} */ (error).message);
  process.exitCode = 1;
}
