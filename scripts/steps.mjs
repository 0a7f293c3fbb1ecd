/**
 * Runs the setup steps: shows what runs and for how long, skips what has not changed, and on failure shows
 * everything the step printed and what to do. Node built-ins only.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Python with the packages of the importers; made by the setup. */
export const PYTHON = join(ROOT, process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python");
export const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");

const STAMPS = join(ROOT, "target/stamps");
const HEARTBEAT_MS = 30_000;
const REDRAW_MS = 200;

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title
 * @property {string[]} [inputs] Files and folders; the step is skipped if they are unchanged.
 * @property {string[]} [key] What else it depends on.
 * @property {string[]} [outputs] Files that must exist for the step to be skipped.
 * @property {() => boolean | Promise<boolean>} [done] Replaces inputs: whether there is nothing to do.
 * @property {(exec: Exec) => Promise<unknown>} run
 * @property {string} [advice] What the reader can do when it fails.
 */

/** @typedef {(command: string, args: string[], options?: {env?: Record<string, string>, cwd?: string}) => Promise<string>} Exec */

/** A failed step; its output was already shown. */
export class StepError extends Error {}

/** @type {Map<string, {title: string, since: number, last: string}>} */
const running = new Map();

// When a step fails or the user interrupts, the commands running beside it must not continue in the background.
/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
process.on("exit", () => children.forEach((child) => child.kill()));
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
  process.on(signal, () => process.exit(130));

/** @param {Step} step */
export async function runStep(step) {
  const stamp = step.inputs && stampOf(step);
  if (step.done ? await step.done() : stamp && isFresh(step, stamp)) return say(`✓ ${step.title} (nothing to do)`);
  rmSync(join(STAMPS, step.name), { force: true });
  const started = Date.now();
  await shown(step, step.run);
  if (stamp) writeStamp(step.name, stampOf(step));
  say(`✓ ${step.title} (${seconds(started)})`);
}

/**
 * Runs `work` with its output on the status line; on failure prints all of it.
 * @param {Pick<Step, "name" | "title" | "advice">} step
 * @param {(exec: Exec) => Promise<unknown>} work
 */
async function shown({ name, title, advice }, work) {
  const status = { title, since: Date.now(), last: "" };
  /** @type {string[]} */
  const output = [];
  running.set(name, status);
  if (!process.stdout.isTTY) say(`… ${title}`);
  try {
    const take = (/** @type {string} */ text) => {
      output.push(text);
      status.last = text.trim().split("\n").at(-1) ?? "";
    };
    await work((command, args, options) => exec(command, args, { ...options, take }));
  } catch (error) {
    running.delete(name);
    if (error instanceof StepError) throw error;
    say(output.join(""));
    say(`✗ ${title}: ${/** @type {Error} */ (error).message}`);
    if (advice) say(`  ${advice}`);
    throw new StepError(title);
  } finally {
    running.delete(name);
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: Record<string, string>, cwd?: string, take: (text: string) => void}} options
 * @returns {Promise<string>} Standard output.
 */
export function exec(command, args, { env = {}, cwd = ROOT, take }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    children.add(child);
    child.stdout.setEncoding("utf8").on("data", (text) => ((stdout += text), take(text)));
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (error) => reject(new Error(`${command} did not start (${error.message})`)));
    child.on("close", (code, signal) => {
      children.delete(child);
      if (code === 0) resolve(stdout);
      else reject(new Error(`${[command, ...args].join(" ")} ended with ${code ?? signal}`));
    });
  });
}

/**
 * Probes whether a command runs, and what it prints.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string | undefined>}
 */
export function probe(command, args) {
  return exec(command, args, { take: () => {} }).catch(() => undefined);
}

/** @param {string} line */
export function say(line) {
  eraseStatus();
  process.stdout.write(`${line}\n`);
  drawStatus();
}

/** @param {number} since */
export function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/**
 * @param {Step} step
 * @param {string} stamp
 */
function isFresh({ name, outputs = [] }, stamp) {
  if (!outputs.every((path) => existsSync(join(ROOT, path)))) return false;
  const file = join(STAMPS, name);
  return existsSync(file) && readFileSync(file, "utf8") === stamp;
}

/** @param {Step} step */
function stampOf({ inputs = [], key = [] }) {
  const hash = createHash("sha256").update(JSON.stringify(key));
  for (const path of inputs.flatMap((input) => filesUnder(input))) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

/**
 * @param {string} name
 * @param {string} stamp
 */
function writeStamp(name, stamp) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, name), stamp);
}

/**
 * Paths of a file or of all files under a folder, relative to the root, in a stable order.
 * @param {string} path
 * @returns {string[]}
 */
export function filesUnder(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  const names = readdirSync(full).filter((name) => name !== "__pycache__");
  return names.sort().flatMap((name) => filesUnder(`${path}/${name}`));
}

// On a terminal: a line for each running step, redrawn in place. Elsewhere: an occasional sign of life.
let drawn = 0;

function eraseStatus() {
  if (drawn > 0) process.stdout.write(`\x1b[${drawn}A\x1b[J`);
  drawn = 0;
}

function drawStatus() {
  if (!process.stdout.isTTY) return;
  const width = process.stdout.columns ?? 80;
  for (const { title, since, last } of running.values()) {
    process.stdout.write(`${`… ${title} ${seconds(since)}  ${printable(last)}`.slice(0, width - 1)}\n`);
    drawn += 1;
  }
}

/** @param {string} text */
function printable(text) {
  // Control characters of progress bars would break the redrawing.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this removes them.
  return text.replace(/\x1b\[[0-9;]*[A-Za-z]|[\x00-\x1f]/g, "");
}

const timer = process.stdout.isTTY
  ? setInterval(() => (eraseStatus(), drawStatus()), REDRAW_MS)
  : setInterval(() => {
      for (const { title, since, last } of running.values()) say(`… ${title} ${seconds(since)}  ${printable(last)}`);
    }, HEARTBEAT_MS);
timer.unref();
