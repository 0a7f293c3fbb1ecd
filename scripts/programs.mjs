/** Programs that the tests need: the one that is there or, on Debian as root, the distribution's. */
import { existsSync } from "node:fs";
import { probe, runStep } from "./steps.mjs";

/**
 * @typedef {object} Program
 * @property {string} title
 * @property {string} variable Names it in the environment.
 * @property {string[]} names In PATH.
 * @property {string[]} [places] Where it may stand beside PATH.
 * @property {string} debian Its package.
 * @property {Record<string, string>} [env] Of the installation.
 */

/** @type {Program} */
const CHROMIUM = {
  title: "Chromium",
  variable: "CHROMIUM",
  names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  places: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
  debian: "chromium",
};

/** @type {Program} */
const PROMETHEUS = {
  title: "Prometheus",
  variable: "PROMETHEUS",
  names: ["prometheus"],
  debian: "prometheus",
  // The tests start one of their own; the package's service is not wanted.
  env: { RUNLEVEL: "1" },
};

/** @returns {Promise<string>} The path of the program, as that of the next one. */
export function chromium() {
  return provided(CHROMIUM);
}

/** @returns {Promise<string>} */
export function prometheus() {
  return provided(PROMETHEUS);
}

/** @param {Program} program */
async function provided(program) {
  const found = await find(program);
  if (found) return found;
  const { title, variable, debian, env } = program;
  await runStep({
    name: debian,
    title: `${title} by apt-get`,
    done: () => false,
    async run(exec) {
      if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Error(`there is no ${title}`);
      const quiet = { DEBIAN_FRONTEND: "noninteractive", ...env };
      await exec("apt-get", ["update"], { env: quiet });
      await exec("apt-get", ["install", "-y", "--no-install-recommends", debian], { env: quiet });
    },
    advice: `Install ${title}, or name one in the environment variable ${variable}.`,
  });
  return /** @type {string} */ (await find(program));
}

/** @param {Program} program */
async function find({ variable, names, places = [] }) {
  const named = process.env[variable] ?? places.find((path) => existsSync(path));
  if (named) return named;
  for (const name of names) {
    const path = await probe("sh", ["-c", `command -v ${name}`]);
    if (path) return path.trim();
  }
  return undefined;
}
