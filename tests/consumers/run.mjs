/**
 * Builds each consumer of the package, and each example that is a project, from the packed tarball, with no configuration,
 * and runs it: in Chromium, in Node or in the compiler. `npm run test:consumers [NAME...]`. Installs stay in
 * target/consumers; a changed package.json installs anew.
 */
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import puppeteer from "puppeteer-core";
import { types } from "../../scripts/set-up.mjs";
import { serveFolder } from "../../www/bin/static-files.js";
import { openPage, playedSound } from "../web/support/browser.js";
import { temporaryFolder } from "../web/support/folder.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORK = join(ROOT, "target/consumers");
const SPOKEN_MS = 120_000;
const STARTED_MS = 60_000;
const LONGEST_BUILD_MS = 600_000;

const ARTICLE = `<!doctype html><meta charset="utf-8"><nav>不念</nav><article><p>你好，世界。</p></article>`;

const ENV = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: undefined };

const run = promisify(execFile);

/**
 * @typedef {object} Consumer
 * @property {string} [folder] By default that of its name, here.
 * @property {string[][]} [build] Commands of its own packages.
 * @property {string} [serve] The folder that a static server serves; its page then speaks.
 * @property {string[]} [server] Or a server of its own; PORT stands for the port.
 * @property {string[][]} [speak] Or commands that print `spoken SECONDS`.
 * @property {boolean} [extension] Or its folder is an extension that reads a page when it is pressed.
 * @property {string} [button] What is pressed in the page, which otherwise speaks by itself, and puts that in its title.
 */

const NEXT = { folder: "examples/next", server: ["next", "start", "--port", "PORT"], button: "han-vox >>> button" };

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
  "vite-build": { folder: "tests/consumers/vite", build: [["vite", "build"]], serve: "dist" },
  "vite-dev": { folder: "tests/consumers/vite", server: ["vite", "--port", "PORT", "--strictPort"] },
  parcel: { build: [["parcel", "build", "index.html", "--no-cache"]], serve: "dist" },
  next: { ...NEXT, build: [["next", "build"]] },
  "next-webpack": { ...NEXT, build: [["next", "build", "--webpack"]] },
  react: { folder: "examples/react", build: [["vite", "build"]], serve: "dist", button: "button" },
  vue: { folder: "examples/vue", build: [["vite", "build"]], serve: "dist", button: "button" },
  sveltekit: { build: [["vite", "build"]], serve: "build" },
  bun: { speak: [["bun", "esm.mjs"]] },
  deno: { speak: [["deno", "run", "--allow-all", "esm.mjs"]] },
  extension: { folder: "examples/extension", extension: true },
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
  await types();
  await mkdir(WORK, { recursive: true });
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", WORK];
  const { stdout } = await run("npm", args, { cwd: ROOT });
  return join(WORK, JSON.parse(stdout)[0].filename);
}

/** @param {string} name */
async function speaks(name) {
  const consumer = CONSUMERS[name];
  const folder = await install(join(ROOT, consumer.folder ?? `tests/consumers/${name}`));
  for (const command of consumer.build ?? []) await execute(folder, command);
  for (const command of consumer.speak ?? []) checkSpoken(await execute(folder, command));
  if (consumer.serve !== undefined) return inStatic(join(folder, consumer.serve), (url) => inPage(url, consumer.button));
  if (consumer.server) return inServer(folder, consumer.server, consumer);
  if (consumer.extension) return inExtension(folder);
  return consumer.speak ? "spoken" : "compiled";
}

/** A copy, with the packages that it names and the tarball. @param {string} source */
async function install(source) {
  const folder = join(WORK, basename(source));
  const manifest = await readFile(join(source, "package.json"), "utf8");
  const before = await readFile(join(folder, "installed.json"), "utf8").catch(() => "");
  await cp(source, folder, { recursive: true });
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

/** @param {string} folder @param {(url: string) => Promise<string>} visit */
async function inStatic(folder, visit) {
  const server = await serveFolder(folder, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  try {
    return await visit(`http://localhost:${port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** @param {string} folder @param {string[]} command @param {Consumer} consumer */
async function inServer(folder, [program, ...args], { button }) {
  const port = await freePort();
  const given = args.map((argument) => (argument === "PORT" ? String(port) : argument));
  const child = spawn(join(folder, "node_modules/.bin", program), given, { cwd: folder, env: ENV, detached: true, stdio: "ignore" });
  try {
    await until(() => fetch(`http://localhost:${port}/`).then((response) => response.ok, () => false));
    return await inPage(`http://localhost:${port}/`, button);
  } finally {
    process.kill(-(/** @type {number} */ (child.pid)));
  }
}

/** @param {string} url @param {string} [button] */
function inPage(url, button) {
  return inBrowser({}, async (browser) => {
    const { page } = await openPage(browser);
    /** @type {string[]} */
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(/** @type {any} */ (error).stack ?? error)));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("requestfailed", (request) => faults.push(`${request.url()} failed`));
    page.on("response", (response) => response.status() >= 400 && faults.push(`${response.url()} ${response.status()}`));
    const failed = () => faults.some((fault) => /HanvoxError|SyntaxError|TypeError/.test(fault));
    await page.goto(url);
    if (!button) {
      await until(async () => failed() || /spoken/.test(await page.title()));
      const title = await page.title();
      if (!/spoken/.test(title)) throw new Error(faults.join("\n"));
      return checkSpoken(title);
    }
    const pressed = await page.waitForSelector(button);
    const label = () => pressed?.evaluate((element) => element.textContent);
    const before = await label();
    await pressed?.click();
    await until(async () => failed() || (await playedSound(page)).seconds > 1);
    await until(async () => failed() || (await label()) === before);
    if (failed()) throw new Error(faults.join("\n"));
    return checkSpoken(`spoken ${(await playedSound(page)).seconds}`);
  });
}

/** What its badge shows: that it loads, reads, and is done. @param {string} folder */
async function inExtension(folder) {
  const site = await temporaryFolder();
  await writeFile(join(site, "index.html"), ARTICLE);
  return inStatic(site, (url) => readByExtension(folder, url));
}

/** @param {string} folder @param {string} url */
function readByExtension(folder, url) {
  return inBrowser({ pipe: true, enableExtensions: [folder] }, async (browser) => {
    const page = await browser.newPage();
    await page.goto(url);
    const worker = await (await browser.waitForTarget((target) => target.type() === "service_worker")).worker();
    const [extension] = (await browser.extensions()).values();
    await page.triggerExtensionAction(extension);
    /** @type {string[]} */
    const shown = [];
    await until(async () => {
      const badge = await worker?.evaluate(() => /** @type {any} */ (globalThis).chrome.action.getBadgeText({}));
      // A press right after the start of the browser gives no permission yet.
      if (badge === "!" && !shown.includes("…")) await page.triggerExtensionAction(extension);
      else if (badge !== shown.at(-1)) shown.push(String(badge));
      return shown.includes("!") || (shown.includes("▶") && badge === "");
    });
    if (shown.includes("!")) throw new Error(`its badge showed ${shown.join(" ")}`);
    return "spoken";
  });
}

/**
 * @template T
 * @param {import("puppeteer-core").LaunchOptions} options
 * @param {(browser: import("puppeteer-core").Browser) => Promise<T>} work
 */
async function inBrowser(options, work) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    userDataDir: await temporaryFolder(),
    args: ["--no-sandbox"],
    ...options,
  });
  try {
    return await work(browser);
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
