/**
 * Builds each consumer of the package from the packed tarball, with no configuration, and runs it: in Chromium, in Node
 * or in the compiler. `npm run test:consumers [NAME...]`. Installs stay in target/consumers; a changed package.json
 * installs anew.
 */
import { createHash } from "node:crypto";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import puppeteer from "puppeteer-core";
import { serveFolder } from "../../www/bin/static-files.js";
import { temporaryFolder } from "../web/support/folder.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORK = join(ROOT, "target/consumers");
const SPOKEN_MS = 120_000;
const STARTED_MS = 60_000;
const LONGEST_BUILD_MS = 600_000;

const ENV = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: undefined };

const run = promisify(execFile);

/**
 * @typedef {object} Consumer
 * @property {string} [folder] By default its name.
 * @property {string[][]} [build] Commands of its own packages.
 * @property {string} [serve] The folder that a static server serves; its page then speaks.
 * @property {string[]} [server] Or a server of its own; PORT stands for the port.
 * @property {string[][]} [speak] Or commands that print `spoken SECONDS`.
 * @property {string} [extension] Or its folder is an extension, and this is its page.
 */

/** @type {Record<string, Consumer>} */
const CONSUMERS = {
  plain: { serve: "." },
  node: { speak: [["node", "esm.mjs"], ["node", "common.cjs"], ["node", "thread.mjs"]] },
  types: {
    build: ["typescript", "typescript-before"].flatMap((compiler) =>
      ["bundler", "node16", "newest"].map((how) => ["node", `node_modules/${compiler}/bin/tsc`, "-p", `${how}.json`]),
    ),
  },
  esbuild: {
    build: [["esbuild", "src/app.js", "--bundle", "--format=esm", "--outfile=dist/app.js"]],
    serve: ".",
  },
  rollup: { build: [["rollup", "src/app.js", "-p", "node-resolve", "-f", "es", "-o", "dist/app.js"]], serve: "." },
  webpack: { build: [["webpack", "--mode", "production"]], serve: "." },
  "vite-build": { folder: "vite", build: [["vite", "build"]], serve: "dist" },
  "vite-dev": { folder: "vite", server: ["vite", "--port", "PORT", "--strictPort"] },
  parcel: { build: [["parcel", "build", "index.html", "--no-cache"]], serve: "dist" },
  next: { build: [["next", "build"]], server: ["next", "start", "--port", "PORT"] },
  "next-webpack": { folder: "next", build: [["next", "build", "--webpack"]], server: ["next", "start", "--port", "PORT"] },
  sveltekit: { build: [["vite", "build"]], serve: "build" },
  bun: { speak: [["bun", "esm.mjs"]] },
  deno: { speak: [["deno", "run", "--allow-all", "esm.mjs"]] },
  extension: { extension: "page.html" },
};

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(CONSUMERS);
const tarball = await pack();
/** @type {string[]} */
const failed = [];
for (const name of names) {
  const started = Date.now();
  const told = await speaks(name).then(
    (spoken) => `✓ ${name}: ${spoken}`,
    (error) => (failed.push(name), `✗ ${name}: ${faultOf(error)}`),
  );
  console.log(`${told} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}
console.log(`ℹ pass ${names.length - failed.length}`);
console.log(`ℹ fail ${failed.length}`);
process.exit(failed.length === 0 ? 0 : 1);

async function pack() {
  await mkdir(WORK, { recursive: true });
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", WORK];
  const { stdout } = await run("npm", args, { cwd: ROOT });
  return join(WORK, JSON.parse(stdout)[0].filename);
}

/** @param {string} name */
async function speaks(name) {
  const consumer = CONSUMERS[name];
  const folder = await install(consumer.folder ?? name);
  for (const command of consumer.build ?? []) await execute(folder, command);
  for (const command of consumer.speak ?? []) checkSpoken(await execute(folder, command));
  if (consumer.serve !== undefined) return inStatic(join(folder, consumer.serve));
  if (consumer.server) return inServer(folder, consumer.server);
  if (consumer.extension) return inPage(`chrome-extension://${idOf(folder)}/${consumer.extension}`, folder);
  return consumer.speak ? "spoken" : "compiled";
}

/** The consumer's copy, with the packages that it names and the tarball. @param {string} name */
async function install(name) {
  const folder = join(WORK, name);
  const manifest = await readFile(join(HERE, name, "package.json"), "utf8");
  const before = await readFile(join(folder, "installed.json"), "utf8").catch(() => "");
  await cp(join(HERE, name), folder, { recursive: true });
  if (before !== manifest) {
    await run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], { cwd: folder, timeout: LONGEST_BUILD_MS });
    await writeFile(join(folder, "installed.json"), manifest);
  }
  const own = join(folder, "node_modules/hanvox");
  for (const stale of ["dist", ".next", "build", ".svelte-kit", "node_modules/.vite", "node_modules/hanvox"])
    await rm(join(folder, stale), { recursive: true, force: true });
  await mkdir(own, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", own, "--strip-components=1"]);
  return folder;
}

/** @param {string} folder @param {string[]} command */
async function execute(folder, [program, ...args]) {
  const path = program === "node" ? process.execPath : join(folder, "node_modules/.bin", program);
  const { stdout } = await run(path, args, { cwd: folder, timeout: LONGEST_BUILD_MS, maxBuffer: 1e8, env: ENV });
  return stdout;
}

/** @param {string} told */
function checkSpoken(told) {
  const seconds = Number(/spoken ([\d.]+)/.exec(told)?.[1]);
  if (!(seconds > 1 && seconds < 5)) throw new Error(`not spoken: ${told}`);
  return `spoken ${seconds.toFixed(2)} s`;
}

/** @param {string} folder */
async function inStatic(folder) {
  const server = await serveFolder(folder, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  try {
    return await inPage(`http://localhost:${port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** @param {string} folder @param {string[]} command */
async function inServer(folder, [program, ...args]) {
  const port = await freePort();
  const given = args.map((argument) => (argument === "PORT" ? String(port) : argument));
  const child = spawn(join(folder, "node_modules/.bin", program), given, { cwd: folder, env: ENV, detached: true, stdio: "ignore" });
  try {
    await until(() => fetch(`http://localhost:${port}/`).then((response) => response.ok, () => false));
    return await inPage(`http://localhost:${port}/`);
  } finally {
    process.kill(-(/** @type {number} */ (child.pid)));
  }
}

/** Browsers make the id of an unpacked extension of its path. @param {string} folder */
function idOf(folder) {
  const digits = createHash("sha256").update(folder).digest("hex").slice(0, 32);
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

/** @param {string} url @param {string} [extension] Folder of an extension. */
async function inPage(url, extension) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    userDataDir: await temporaryFolder(),
    args: ["--no-sandbox"],
    ...(extension && { pipe: true, enableExtensions: [extension] }),
  });
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(/** @type {any} */ (error).stack ?? error)));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("requestfailed", (request) => faults.push(`${request.url()} failed`));
    page.on("response", (response) => response.status() >= 400 && faults.push(`${response.url()} ${response.status()}`));
    await page.goto(url);
    await until(async () => faults.some((fault) => /HanvoxError|SyntaxError|TypeError/.test(fault)) || /spoken/.test(await page.title()));
    const title = await page.title();
    if (!/spoken/.test(title)) throw new Error(faults.join("\n"));
    return checkSpoken(title);
  } finally {
    await browser.close();
  }
}

/** @param {() => Promise<boolean>} condition */
async function until(condition) {
  const end = Date.now() + Math.max(SPOKEN_MS, STARTED_MS);
  while (Date.now() < end) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("it took too long");
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {any} error */
function faultOf(error) {
  return [error.message, error.stdout, error.stderr].filter(Boolean).join("\n").slice(0, 3000);
}
