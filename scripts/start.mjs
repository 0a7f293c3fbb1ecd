/** `npm start`: installs what is missing, builds what has changed, and serves the page. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serveFolder } from "../www/bin/static-files.js";
import { makeDist } from "./dist.mjs";
import { setUp } from "./set-up.mjs";
import { ROOT, say, seconds } from "./steps.mjs";

const USUAL_PORT = 8080;
const PORTS_TRIED = 10;

try {
  const { port: wanted, open } = options();
  const started = Date.now();
  await setUp("daily");
  await makeDist();
  const server = await listen(wanted);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://localhost:${port}/`;
  say(`\nReady after ${seconds(started)}: ${url}   (Ctrl+C stops it)`);
  if (open) openBrowser(url);
} catch (error) {
  say(`Not started: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}

function options() {
  const { values } = parseArgs({
    options: { port: { type: "string" }, "no-open": { type: "boolean", default: false } },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536)) {
    throw new Error(`--port takes a number from 0 to 65535, not "${values.port}"`);
  }
  return { port, open: !values["no-open"] && process.stdout.isTTY && !process.env.CI };
}

/**
 * The requested port, or the first free one starting at the default.
 * @param {number | undefined} wanted
 */
async function listen(wanted) {
  const last = wanted ?? USUAL_PORT + PORTS_TRIED - 1;
  for (let port = wanted ?? USUAL_PORT; ; port += 1) {
    try {
      return await serveFolder(join(ROOT, "dist"), port);
    } catch (error) {
      if (/** @type {any} */ (error).code !== "EADDRINUSE") throw error;
      if (port >= last) throw new Error(`port ${port} is taken; choose another one: npm start -- --port N`);
    }
  }
}

/** @param {string} url */
function openBrowser(url) {
  const command = { darwin: "open", win32: "explorer" }[/** @type {"darwin"} */ (process.platform)] ?? "xdg-open";
  spawn(command, [url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
