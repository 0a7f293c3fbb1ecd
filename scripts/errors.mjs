/**
 * Generates everything that lists the errors from one table, src/error/table.json: the Rust kinds, the JavaScript
 * codes, the page's messages in Chinese and English, and docs/errors.md. `--check` only reports whether they are up to date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./steps.mjs";

const TABLE = "src/error/table.json";
const NOTICE = `Made by scripts/errors.mjs from ${TABLE}; change it there.`;

/**
 * @typedef {object} Entry
 * @property {string} code Stable, kebab-case.
 * @property {boolean} [engine] Whether Rust raises it; all others are raised only by JavaScript.
 * @property {"error" | "warning" | "info"} level Its level in a log.
 * @property {"high" | "medium" | "low"} severity Its severity as an alert.
 * @property {number} status Of the API's response.
 * @property {"none" | "halve" | "replace"} recovery What the client tries automatically.
 * @property {string} meaning
 * @property {string} advice
 * @property {{title: string, advice: string}} zh
 */

/** @type {Record<string, (table: Entry[]) => string>} */
const OUTPUTS = {
  "src/error/kind.rs": rust,
  "www/lib/shared/codes.js": codes,
  "www/app/messages.js": messages,
  "docs/errors.md": documentation,
};

const table = JSON.parse(readFileSync(join(ROOT, TABLE), "utf8"));
const stale = Object.entries(OUTPUTS).filter(([path, make]) => read(path) !== make(table));
if (process.argv.includes("--check")) {
  for (const [path] of stale) console.error(`${path} differs from ${TABLE}: run node scripts/errors.mjs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, make] of stale) writeFileSync(join(ROOT, path), make(table));
}

/** @param {string} path */
function read(path) {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : undefined;
}

/** @param {Entry[]} all */
function rust(all) {
  const table = all.filter(({ engine }) => engine);
  const arms = (/** @type {(entry: Entry) => string} */ value) =>
    table.map((entry) => `            ErrorKind::${variant(entry)} => ${value(entry)},`).join("\n");
  return `// ${NOTICE}

/// What went wrong in the engine. JavaScript has further codes of its own in the same table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
${table.map((entry) => `    /// ${entry.meaning}\n    ${variant(entry)},`).join("\n")}
}

impl ErrorKind {
    /// All kinds, for tables and tests.
    pub const ALL: [ErrorKind; ${table.length}] = [
${table.map((entry) => `        ErrorKind::${variant(entry)},`).join("\n")}
    ];

    /// The stable code, kebab-case.
    pub fn code(self) -> &'static str {
        match self {
${arms(({ code }) => `"${code}"`)}
        }
    }

    /// Log level: \`error\`, \`warning\` for what different input fixes, or \`info\`.
    pub fn level(self) -> &'static str {
        match self {
${arms(({ level }) => `"${level}"`)}
        }
    }
}
`;
}

/** @param {Entry} entry */
function variant({ code }) {
  return code
    .split("-")
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join("");
}

/** @param {Entry[]} table */
function codes(table) {
  const entries = table.map(({ code, zh, engine, ...entry }) => `  ${JSON.stringify(code)}: ${literal(entry)},\n`);
  return `// ${NOTICE}

/**
 * What is known of a code: \`level\` ranks it in a log, \`severity\` as an alert, \`status\` is the API's,
 * \`recovery\` is what the client tries by itself: nothing, the chunk in halves, or that with a new engine.
 */
export const CODES = /** @type {const} */ ({
${entries.join("")}});
`;
}

/** @param {Entry[]} table */
function messages(table) {
  const list = (/** @type {(entry: Entry) => {title: string, advice: string}} */ of) =>
    table.map((entry) => `    ${JSON.stringify(entry.code)}: ${literal(of(entry), "    ")},\n`).join("");
  return `// ${NOTICE}
import { language } from "./language/language.js";

/** @typedef {Record<import("../lib/shared/errors.js").ErrorCode, {title: string, advice: string}>} Messages */

/** @type {{zh: Messages, en: Messages}} */
const TABLES = {
  zh: {
${list(({ zh }) => zh)}  },
  en: {
${list(({ meaning, advice }) => ({ title: meaning.replace(/\.$/, ""), advice }))}  },
};

/** What a reader sees of an error, by code. The English message stays in the details. */
export const MESSAGES = TABLES[language];
`;
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} [indent]
 */
function literal(fields, indent = "  ") {
  const lines = Object.entries(fields).map(([name, value]) => `${indent}  ${name}: ${JSON.stringify(value)},\n`);
  return `{\n${lines.join("")}${indent}}`;
}

/** @param {Entry[]} table */
function documentation(table) {
  const rows = table.map(
    ({ code, engine, level, severity, status, meaning, advice }) =>
      `| \`${code}\`${engine ? " *" : ""} | ${level} | ${severity} | ${status} | ${meaning} | ${advice} |\n`,
  );
  return `<!-- ${NOTICE} -->

# Errors

Every error has one of these codes, in JavaScript (\`HanvoxError.code\`), in the log, in the metrics (label \`code\`)
and in the answers of the API (with this status). The engine raises those marked with a star (\`ErrorKind\` in Rust).

| code | level | alert | status | meaning | advice |
|---|---|---|---|---|---|
${rows.join("")}`;
}
