/**
 * Checks that every dependency has a permissive licence: the crates that are built, and the Node modules of
 * package-lock.json.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./steps.mjs";

const ALLOWED = new Set([
  ...["MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "0BSD"],
  ...[
    "ISC",
    "Zlib",
    "Unlicense",
    "CC0-1.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "Python-2.0",
  ],
]);

const packages = [...crates("Cargo.toml"), ...crates("scripts/bindgen/Cargo.toml"), ...encoders(), ...nodeModules()];
const refused = packages.filter(({ licence }) => !isAllowed(licence));
for (const { name, licence } of refused) console.error(`${name}: ${licence ?? "no licence given"}`);
console.log(`${packages.length} licences read, ${refused.length} refused`);
process.exit(refused.length === 0 && packages.length > 0 ? 0 : 1);

function encoders() {
  return crates("encoders/Cargo.toml", ["--all-features"]);
}

/** @param {string} manifest @param {string[]} [more] */
function crates(manifest, more = []) {
  const host = /host: (\S+)/.exec(run("rustc", ["-vV"]))?.[1] ?? "";
  const platforms = ["--filter-platform", "wasm32-unknown-unknown", "--filter-platform", host];
  const flags = ["--manifest-path", manifest, "--format-version", "1", "--locked", ...platforms, ...more];
  const metadata = JSON.parse(run("cargo", ["metadata", ...flags]));
  return metadata.packages.map((/** @type {any} */ { name, version, license }) => ({
    name: `crate ${name} ${version}`,
    licence: license?.replaceAll("/", " OR "),
  }));
}

function nodeModules() {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  return Object.entries(lock.packages).map(([path, entry]) => ({
    name: `module ${path}`,
    licence: entry.license,
  }));
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  return execFileSync(command, args, { cwd: ROOT, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
}

/**
 * An SPDX expression is allowed if one of its alternatives needs only allowed licences.
 * @param {string | undefined} expression
 */
function isAllowed(expression) {
  if (!expression) return false;
  const tokens = expression.match(/\(|\)|[\w.+-]+(?: WITH [\w.-]+)?/g) ?? [];
  const either = () =>
    any(
      tokens,
      "OR",
      () => any(tokens, "AND", term, (a, b) => a && b),
      (a, b) => a || b,
    );
  /** @returns {boolean} */
  const term = () => {
    const token = tokens.shift();
    if (token !== "(") return token !== undefined && ALLOWED.has(token);
    const inside = either();
    return tokens.shift() === ")" && inside;
  };
  return either() && tokens.length === 0;
}

/**
 * @param {string[]} tokens
 * @param {string} operator
 * @param {() => boolean} part
 * @param {(a: boolean, b: boolean) => boolean} join
 */
function any(tokens, operator, part, join) {
  let value = part();
  while (tokens[0] === operator) {
    tokens.shift();
    value = join(value, part());
  }
  return value;
}
