/**
 * Checks that the modules of `src/` import each other in one direction: no cycles among files, and no import from a
 * lower room of ROOMS to a higher one. Tests may import anything. Node built-ins only.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, filesUnder } from "./steps.mjs";

/** Folders and files of `src/`, lowest first. A room may import from rooms of earlier rows only. */
export const ROOMS = [
  ["error", "phone"],
  ["audio", "event", "options", "token"],
  ["network"],
  ["vocoder"],
  ["chunk", "voice"],
  ["frontend/latin", "frontend/spoken"],
  ["frontend/lexicon", "frontend/normalize"],
  ["frontend/markup", "frontend/readings"],
  ["frontend/prosody", "frontend/tones"],
  ["frontend/read"],
  ["frontend"],
  ["explain", "synthesizer"],
  ["wasm"],
  ["lib"],
];

/** Imports that close a cycle and still have to be removed: from, to. @type {[string, string][]} */
export const KNOWN = [];

/**
 * @param {Map<string, string>} sources Text by path below `src/`.
 * @param {string[][]} rooms
 * @param {[string, string][]} known
 * @returns {string[]} The violations, one line each.
 */
export function faults(sources, rooms, known) {
  const imports = importsOf(sources);
  const edges = [...imports].flatMap(([from, targets]) => [...targets].map((to) => [from, to]));
  const upward = edges
    .filter(([from, to]) => !mayImport(rooms, from, to))
    .map(([from, to]) => `${from} imports ${to}, which is not in a lower room`);
  const stale = known
    .filter(([from, to]) => !imports.get(from)?.delete(to))
    .map(([from, to]) => `${from} no longer imports ${to}: remove it from KNOWN`);
  return [...stale, ...upward, ...circles(imports).map((files) => `circle: ${files.join(", ")}`)];
}

/**
 * @param {string[][]} rooms
 * @param {string} from
 * @param {string} to
 */
function mayImport(rooms, from, to) {
  const [source, target] = [from, to].map((file) => roomOf(rooms, file));
  return source.name === target.name || source.row > target.row;
}

/**
 * @param {string[][]} rooms
 * @param {string} file
 */
function roomOf(rooms, file) {
  const named = rooms.flatMap((names, row) => names.map((name) => ({ name, row })));
  const holding = named.filter(({ name }) => file === name || file.startsWith(`${name}/`));
  const innermost = holding.sort((a, b) => b.name.length - a.name.length)[0];
  if (!innermost) throw new Error(`src/${file} is in no room of scripts/rust-layers.mjs`);
  return innermost;
}

/**
 * @param {Map<string, string>} sources
 * @returns {Map<string, Set<string>>} File names (without `.rs`; a folder for its `mod.rs`), and the files they import.
 */
export function importsOf(sources) {
  const named = (/** @type {string} */ path) => path.replace(/(\/mod)?\.rs$/, "");
  const files = new Map([...sources].map(([path, text]) => [named(path), text]));
  for (const [name, text] of [...files]) for (const test of testFiles(name, text)) files.delete(test);
  const codes = new Map([...files].map(([name, text]) => [name, codeOf(text)]));
  const modules = new Map([...codes].map(([name, code]) => [name, { name, ...paths(code) }]));
  return new Map([...modules.values()].map((module) => [module.name, new Set(targets(modules, module))]));
}

/** @typedef {{path: string[], isPublic: boolean}} Use */
/** @typedef {{name: string, children: string[], uses: Use[], inline: string[][], body: string}} Module */

/**
 * @param {Map<string, Module>} modules
 * @param {Module} module
 */
function* targets(modules, { name, uses, inline, body }) {
  // A name that is only re-exported is not an import: its users import the file that it resolves to.
  const own = uses.filter((use) => !use.isPublic || new RegExp(`\\b${use.path.at(-1)}\\b`).test(body));
  for (const path of [...own.map((use) => use.path), ...inline]) {
    const target = resolve(modules, name, path);
    if (target !== undefined && target !== name) yield target;
  }
}

/**
 * The file that a path resolves to, through re-exports; undefined for another crate.
 * @param {Map<string, Module>} modules
 * @param {string} from
 * @param {string[]} path
 * @returns {string | undefined}
 */
function resolve(modules, from, path) {
  const [first, ...rest] = path;
  if (first === "crate") return descend(modules, "lib", rest);
  if (first === "super") return descend(modules, parentOf(from), rest);
  if (first === "self") return descend(modules, from, rest);
  return modules.get(from)?.children.includes(first) ? descend(modules, from, path) : undefined;
}

/**
 * @param {Map<string, Module>} modules
 * @param {string} at
 * @param {string[]} path
 * @returns {string | undefined}
 */
function descend(modules, at, path) {
  const [next, ...rest] = path;
  if (next === undefined || next === "self") return at;
  if (next === "super") return descend(modules, parentOf(at), rest);
  const child = at === "lib" ? next : `${at}/${next}`;
  if (modules.has(child)) return descend(modules, child, rest);
  const passedOn = modules.get(at)?.uses.find((use) => use.isPublic && use.path.at(-1) === next);
  return passedOn ? resolve(modules, at, passedOn.path) : at;
}

/** @param {string} name */
function parentOf(name) {
  return name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "lib";
}

/**
 * A file's imports, and its code without the `use` items.
 * @param {string} code
 */
function paths(code) {
  const children = [...code.matchAll(/\bmod (\w+);/g)].map(([, child]) => child);
  const used = [...code.matchAll(/\b(pub\s+)?use\s+([^;]+);/g)];
  const uses = used.flatMap(([, visibility, tree]) =>
    expand(tree).map((path) => ({ path, isPublic: visibility !== undefined })),
  );
  const body = used.reduce((rest, [item]) => rest.replace(item, ""), code);
  const inline = [...body.matchAll(/\b\w+(?:::\w+)+/g)].map(([path]) => path.split("::"));
  return { children, uses, inline, body };
}

/**
 * The paths of a use tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
 * @param {string} tree
 * @returns {string[][]}
 */
function expand(tree) {
  const text = tree.trim().replace(/\s+as\s+\w+$/, "");
  const brace = text.indexOf("{");
  if (brace < 0) return [text.split("::").filter((part) => part !== "*")];
  const head = text.slice(0, brace).split("::").filter(Boolean);
  const inside = branches(text.slice(brace + 1, text.lastIndexOf("}")));
  return inside.flatMap(expand).map((path) => [...head, ...path]);
}

/** @param {string} list The contents of a use tree's braces. */
function branches(list) {
  let depth = 0;
  let branch = "";
  const found = [];
  for (const character of `${list},`) {
    depth += character === "{" ? 1 : character === "}" ? -1 : 0;
    if (character !== "," || depth > 0) branch += character;
    else if (branch.trim()) found.push(branch.trim());
    if (character === "," && depth === 0) branch = "";
  }
  return found;
}

/**
 * Code without comments, strings, visibility restrictions and test modules, which are at the end of their files.
 * @param {string} text
 */
function codeOf(text) {
  const bare = text.replaceAll(/\/\/.*|"(?:\\[\s\S]|[^"\\])*"|'(?:\\.[^']*|[^'\\])'/g, "");
  const code = bare.replaceAll(/\bpub\([^)]*\)/g, "pub");
  const tests = code.search(/#\[cfg\(test\)\]\s*(?:pub )?mod \w+ \{/);
  return tests < 0 ? code : code.slice(0, tests);
}

/**
 * The files that a file declares only for tests.
 * @param {string} name
 * @param {string} text
 */
function testFiles(name, text) {
  const declared = /#\[cfg\(test\)\]\s*(?:#\[path = "(\w+)\.rs"\]\s*)?(?:pub(?:\([^)]*\))?\s+)?mod (\w+);/g;
  const file = (/** @type {string} */ path, /** @type {string} */ child) =>
    path ? `${parentOf(name)}/${path}` : `${name}/${child}`;
  return [...text.matchAll(declared)].map(([, path, child]) => file(path, child));
}

/**
 * Groups of files that all reach each other (Tarjan's strongly connected components of more than one file).
 * @param {Map<string, Set<string>>} imports
 */
function circles(imports) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {Map<string, number>} */
  const lowest = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const found = [];
  const visit = (/** @type {string} */ file) => {
    const index = order.size;
    order.set(file, index);
    lowest.set(file, index);
    stack.push(file);
    const lower = (/** @type {number} */ to) => lowest.set(file, Math.min(Number(lowest.get(file)), to));
    for (const target of imports.get(file) ?? []) {
      if (!order.has(target)) {
        visit(target);
        lower(Number(lowest.get(target)));
      } else if (stack.includes(target)) lower(Number(order.get(target)));
    }
    if (lowest.get(file) !== index) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const files = filesUnder("src").filter((path) => path.endsWith(".rs"));
  const sources = new Map(files.map((path) => [path.slice("src/".length), readFileSync(join(ROOT, path), "utf8")]));
  const found = faults(sources, ROOMS, KNOWN);
  for (const fault of found) console.error(fault);
  process.exitCode = found.length === 0 ? 0 : 1;
}
