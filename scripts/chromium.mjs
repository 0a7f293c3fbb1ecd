/** A Chromium for the tests: the one that is there or, on Debian as root, the distribution's. */
import { existsSync } from "node:fs";
import { probe, runStep } from "./steps.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** @returns {Promise<string>} The path of the program. */
export async function chromium() {
  const found = await find();
  if (found) return found;
  await runStep({
    name: "chromium",
    title: "Chromium by apt-get",
    done: () => false,
    async run(exec) {
      if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
        throw new Error("there is no Chromium");
      const env = { DEBIAN_FRONTEND: "noninteractive" };
      await exec("apt-get", ["update"], { env });
      await exec("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env });
    },
    advice: "Install Chromium or Chrome, or name one in the environment variable CHROMIUM.",
  });
  return /** @type {string} */ (await find());
}

async function find() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  if (existsSync(MAC)) return MAC;
  for (const name of NAMES) {
    const path = await probe("sh", ["-c", `command -v ${name}`]);
    if (path) return path.trim();
  }
  return undefined;
}
