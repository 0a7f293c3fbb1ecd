/** Everything between a fresh clone and a page that speaks. Node built-ins only. */
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { emptyConstant } from "../www/bin/shell.js";
import { PYTHON, ROOT, TARGET, probe, runStep } from "./steps.mjs";

const WASM_TARGET = "wasm32-unknown-unknown";
const SHELL = emptyConstant("SHELL");
const REQUIREMENTS = ["models/requirements.txt", "models/lexicon/requirements.txt"];

/** Relative to the root. */
export const CLIENTS_PYTHON = `target/clients/${process.platform === "win32" ? "Scripts/python.exe" : "bin/python"}`;

/** @typedef {"daily" | "release"} Profile */

/** @param {Profile} profile */
export async function setUp(profile) {
  await Promise.all([rustSide(profile), nodeSide()]);
}

/** The type declarations of the npm package. */
export function types() {
  return runStep({
    name: "types",
    title: "Type declarations",
    inputs: ["www/lib", "www/pkg/hanvox.d.ts", "tsconfig.json", "tsconfig.types.json"],
    key: [DISPOSABLES, JSON.stringify(DISPOSED)],
    outputs: ["www/types/lib/index.d.ts", "www/types/pkg/hanvox.d.ts", "www/types/disposables.d.ts"],
    async run(exec) {
      await exec("node", ["node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"]);
      mkdirSync(join(ROOT, "www/types/pkg"), { recursive: true });
      writeFileSync(join(ROOT, "www/types/pkg/hanvox.d.ts"), engineTypes());
      writeFileSync(join(ROOT, "www/types/disposables.d.ts"), DISPOSABLES);
      for (const [file, disposed] of Object.entries(DISPOSED)) addDisposed(join(ROOT, "www/types/lib", file), disposed);
    },
  });
}

/** What `using` needs of the compiler, as a compiler that has it declares it. */
const DISPOSABLES = `export {};
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
  interface AsyncDisposable {
    [Symbol.asyncDispose](): PromiseLike<void>;
  }
}
`;

const BOTH = "Disposable, AsyncDisposable";

/** The classes that `using` can end, by the files of their types: JavaScript gives them the methods when it runs. */
const DISPOSED = {
  "hanvox.d.ts": { name: "Hanvox", how: BOTH },
  "generated.d.ts": { name: "Generated", how: BOTH },
  "client/speech.d.ts": { name: "Speech", how: BOTH },
  "player.d.ts": { name: "Player", how: "AsyncDisposable" },
  "diagnostics/diagnostics.d.ts": { name: "Diagnostics", how: "AsyncDisposable" },
};

/** @param {string} path @param {{name: string, how: string}} disposed */
function addDisposed(path, { name, how }) {
  const up = relative(dirname(path), join(ROOT, "www/types/disposables.js")).split(sep).join("/");
  appendFileSync(path, `import "${up}";\nexport interface ${name} extends ${how} {}\n`);
}

/** The engine's own declarations, without those that need a newer TypeScript or the DOM. */
function engineTypes() {
  const [engine] = readFileSync(join(ROOT, "www/pkg/hanvox.d.ts"), "utf8").split("export type InitInput");
  return engine.replace(/^ *\[Symbol\.dispose\].*\n/gm, "");
}

/** Python with the packages of the importers and of the lexicon. */
export function python() {
  return runStep(venv);
}

/** Python with the clients of other people's APIs that the tests of the server use. */
export function pythonClients() {
  return runStep({
    name: "python-clients",
    title: "Python clients for the tests of the server",
    inputs: ["tests/clients/requirements.txt"],
    outputs: [CLIENTS_PYTHON],
    async run(exec) {
      await exec("python3", ["-m", "venv", "--clear", "target/clients"]);
      const flags = ["--disable-pip-version-check", "--progress-bar", "off", "--no-deps", "--require-hashes"];
      const python = join(ROOT, CLIENTS_PYTHON);
      await exec(python, ["-m", "pip", "install", ...flags, "-r", "tests/clients/requirements.txt"]);
    },
    advice: "Python 3.10 or newer is needed, and the connection to PyPI.",
  });
}

/** @param {Profile} profile */
async function rustSide(profile) {
  await runStep(wasmTarget);
  // The engine has long phases on a single core.
  const others = async () => {
    await runStep(bindgen);
    await runStep(encoders);
  };
  await Promise.all([others(), runStep(engine(profile))]);
  await runStep(bindings(profile));
}

/** What is only copied, the Node modules, and what the page uses of them. */
export async function nodeSide() {
  await runStep(lexicon);
  await runStep(voice);
  await runStep(nodeModules);
  await runStep(vendor);
  await runStep(serviceWorker);
}

/** @type {import("./steps.mjs").Step} */
const nodeModules = {
  name: "node-modules",
  title: "Node modules",
  inputs: ["package.json", "package-lock.json"],
  outputs: ["node_modules/.package-lock.json"],
  run: (exec) => exec("npm", ["ci", "--no-audit", "--no-fund"]),
  advice: "Check the connection to the npm registry.",
};

/** What the page and the library use of node_modules, by name in www/vendor. @type {Record<string, string>} */
const VENDORED = {
  "uPlot.esm.js": "uplot/dist/uPlot.esm.js",
  "uPlot.min.css": "uplot/dist/uPlot.min.css",
  "uPlot.LICENSE": "uplot/LICENSE",
  "fflate.js": "fflate/esm/browser.js",
  "fflate.LICENSE": "fflate/LICENSE",
  "pitchy.LICENSE": "pitchy/LICENSE",
  "fft.LICENSE": "fft.js/README.md",
  "htmlparser2.LICENSE": "htmlparser2/LICENSE",
  "entities.LICENSE": "entities/LICENSE",
  "marked.js": "marked/lib/marked.esm.js",
  "marked.LICENSE": "marked/LICENSE",
  "pdf.js": "pdfjs-dist/legacy/build/pdf.min.mjs",
  "pdf.worker.js": "pdfjs-dist/legacy/build/pdf.worker.min.mjs",
  "pdf-cmaps": "pdfjs-dist/cmaps",
  "pdf.LICENSE": "pdfjs-dist/LICENSE",
};

/** Packages of several files that import each other by name: one file of each, of what is used. */
const BUNDLED = {
  "htmlparser2.js": `export { Parser } from "htmlparser2";`,
  "pitchy.js": `export { PitchDetector } from "pitchy"; export { default as FFT } from "fft.js";`,
};

/** Types of the vendored files, where their packages have them for other builds. @type {Record<string, string>} */
const TYPES = {
  "uPlot.esm.d.ts": `export { default } from "uplot";\n`,
  "fflate.d.ts": `export * from "fflate";\n`,
  "htmlparser2.d.ts": `export { Parser } from "htmlparser2";\n`,
  "pitchy.d.ts": `export { PitchDetector } from "pitchy";\nexport { default as FFT } from "fft.js";\n`,
  "marked.d.ts": `export * from "marked";\n`,
  "pdf.d.ts": `export * from "pdfjs-dist";\n`,
};

/** @type {import("./steps.mjs").Step} */
const vendor = {
  name: "vendor",
  title: "Libraries of the page",
  inputs: [...Object.values(VENDORED), "htmlparser2/dist", "entities/dist", "pitchy/index.js", "fft.js/lib"].map(
    (path) => `node_modules/${path}`,
  ),
  key: [JSON.stringify([VENDORED, BUNDLED, TYPES])],
  outputs: [VENDORED, BUNDLED, TYPES].flatMap((table) => Object.keys(table).map((name) => `www/vendor/${name}`)),
  async run() {
    for (const [name, path] of Object.entries(VENDORED))
      cpSync(join(ROOT, "node_modules", path), join(ROOT, "www/vendor", name), { recursive: true });
    for (const [name, entry] of Object.entries(BUNDLED)) await bundle(name, entry);
    for (const [name, text] of Object.entries(TYPES)) writeFileSync(join(ROOT, "www/vendor", name), text);
  },
};

/**
 * @param {string} name
 * @param {string} contents
 */
async function bundle(name, contents) {
  // Only here: a first run has no Node modules yet.
  const { build } = await import("esbuild");
  const outfile = join(ROOT, "www/vendor", name);
  await build({ stdin: { contents, resolveDir: ROOT }, bundle: true, format: "esm", target: "es2022", outfile });
}

/** One file without imports, as not every browser takes a module. @type {import("./steps.mjs").Step} */
const serviceWorker = {
  name: "service-worker",
  title: "Service worker",
  inputs: ["www/service-worker", "www/lib/api/routes.js", "www/lib/engine/support.js", "www/lib/shared"],
  key: [SHELL],
  outputs: ["www/sw.js"],
  async run() {
    const { build } = await import("esbuild");
    const entryPoints = [join(ROOT, "www/service-worker/main.js")];
    const outfile = join(ROOT, "www/sw.js");
    await build({ entryPoints, outfile, bundle: true, format: "iife", target: "es2022", banner: { js: SHELL } });
  },
};

/** @type {import("./steps.mjs").Step} */
const wasmTarget = {
  name: "wasm-target",
  title: `Rust target ${WASM_TARGET}`,
  done: async () => {
    const folder = await probe("rustc", ["--print", "target-libdir", "--target", WASM_TARGET]);
    return folder !== undefined && existsSync(folder.trim());
  },
  run: (exec) => exec("rustup", ["target", "add", WASM_TARGET]),
  advice: "Install Rust by rustup (https://rustup.rs), then run this again.",
};

/** Relative to the root. */
const BINDGEN = relative(ROOT, join(TARGET, `tools/release/bindgen${process.platform === "win32" ? ".exe" : ""}`));

/** @type {import("./steps.mjs").Step} */
const bindgen = {
  name: "bindgen",
  title: "wasm-bindgen (from source, once)",
  inputs: ["Cargo.toml", "Cargo.lock", "src"].map((path) => `scripts/bindgen/${path}`),
  outputs: [BINDGEN],
  run(exec) {
    const place = ["--manifest-path", "scripts/bindgen/Cargo.toml", "--target-dir", join(TARGET, "tools")];
    return exec("cargo", ["build", "--release", "--locked", ...place]);
  },
  advice: "Check the connection to crates.io and that a C compiler (cc) is installed.",
};

/**
 * What our own crate is compiled to; its dependencies stay as they are for other builds. All that `generic` has, but no
 * bulk memory: with it, the compiler copies a tile of 32 bytes by `memory.copy`, a call that takes longer than the tile.
 */
const INSTRUCTIONS = [
  ["-C", "target-cpu=mvp"],
  ["-C", "target-feature=+mutable-globals,+sign-ext,+nontrapping-fptoint,+multivalue,+reference-types"],
  ["-C", "target-feature=+simd128,+relaxed-simd"],
].flat();

/**
 * @param {Profile} profile
 * @returns {import("./steps.mjs").Step}
 */
function engine(profile) {
  return {
    name: "engine",
    title: `Engine (wasm, ${profile} profile; minutes the first time)`,
    inputs: ["src", "scripts/inventory", "Cargo.toml", "Cargo.lock", ".cargo"],
    key: [profile, ...INSTRUCTIONS],
    outputs: [compiled(profile)],
    run(exec) {
      // Building only the cdylib makes cargo link with LTO; with the rlib as well, it would skip it.
      const crate = ["--lib", "--crate-type", "cdylib", "--target", WASM_TARGET, "--profile", profile];
      // The host provides the engine's memory, and so its limit. It also runs the constructors: unless they are
      // exported, the linker runs them again in every call, even in one that only passes a value.
      const link = ["--import-memory", "--export=__wasm_call_ctors"].flatMap((flag) => ["-C", `link-arg=${flag}`]);
      return exec("cargo", ["rustc", "--locked", ...crate, "--", ...link, ...INSTRUCTIONS]);
    },
  };
}

const LEXICON = "models/lexicon/lexicon.bin";

/** What a browser fetches of the engine. Servers may not tell their sizes: the bindings do. @type {Record<string, string>} */
const PARTS = {
  "pkg/hanvox_bg.wasm": "www/pkg/hanvox_bg.wasm",
  "pkg/hanvox_relaxed_bg.wasm": "www/pkg/hanvox_relaxed_bg.wasm",
  "pkg/lexicon.bin": LEXICON,
};

/**
 * @param {Profile} profile
 * @returns {import("./steps.mjs").Step}
 */
function bindings(profile) {
  return {
    name: "bindings",
    title: "Bindings of the engine",
    inputs: [BINDGEN, compiled(profile), LEXICON],
    key: ["PART_BYTES"],
    outputs: ["www/pkg/hanvox.js", "www/pkg/hanvox_bg.wasm", "www/pkg/hanvox_relaxed_bg.wasm"],
    async run(exec) {
      await exec(join(ROOT, BINDGEN), [compiled(profile), "www/pkg"]);
      const sizes = Object.entries(PARTS).map(([part, path]) => [part, statSync(join(ROOT, path)).size]);
      const told = `\nexport const PART_BYTES = ${JSON.stringify(Object.fromEntries(sizes))};\n`;
      appendFileSync(join(ROOT, "www/pkg/hanvox.js"), told);
    },
  };
}

const FORMATS = ["mp3", "opus", "flac"];

/** Always optimized: they are small, and as slow as nets otherwise. @type {import("./steps.mjs").Step} */
const encoders = {
  name: "encoders",
  title: `Encoders (${FORMATS.join(", ")})`,
  inputs: ["Cargo.toml", "Cargo.lock", "src"].map((path) => `encoders/${path}`),
  outputs: FORMATS.map((format) => `www/encoders/${format}.wasm`),
  async run(exec) {
    const folder = join(TARGET, "encoders");
    const place = ["--manifest-path", "encoders/Cargo.toml", "--target-dir", folder, "--target", WASM_TARGET];
    mkdirSync(join(ROOT, "www/encoders"), { recursive: true });
    for (const format of FORMATS) {
      await exec("cargo", ["build", "--release", "--locked", ...place, "--features", format]);
      cpSync(join(folder, WASM_TARGET, "release/encoders.wasm"), join(ROOT, `www/encoders/${format}.wasm`));
    }
  },
};

/** Cargo's wasm output, relative to the root. @param {Profile} profile */
function compiled(profile) {
  return relative(ROOT, join(TARGET, WASM_TARGET, profile, "hanvox.wasm"));
}

/** @type {import("./steps.mjs").Step} */
const venv = {
  name: "venv",
  title: "Python environment",
  inputs: REQUIREMENTS,
  outputs: [PYTHON.slice(ROOT.length)],
  async run(exec) {
    await exec("python3", ["-m", "venv", "--clear", ".venv"]);
    const files = REQUIREMENTS.filter((path) => existsSync(join(ROOT, path))).flatMap((path) => ["-r", path]);
    const flags = ["--disable-pip-version-check", "--progress-bar", "off", "--no-deps", "--require-hashes"];
    await exec(PYTHON, ["-m", "pip", "install", ...flags, ...files]);
  },
  advice: "Python 3 with venv is needed (Debian: apt-get install python3-venv), and the connection to PyPI.",
};

/** @type {import("./steps.mjs").Step} */
const lexicon = {
  name: "lexicon",
  title: "Lexicon",
  inputs: [LEXICON],
  outputs: ["www/pkg/lexicon.bin"],
  run: async () => cpSync(join(ROOT, LEXICON), join(ROOT, "www/pkg/lexicon.bin")),
};

/** @type {import("./steps.mjs").Step} */
const voice = {
  name: "voice",
  title: "Voice han",
  inputs: ["models/student/pack"],
  outputs: ["www/voices/han/voice.json", "www/voices/han/voice.txt"],
  async run() {
    const folder = join(ROOT, "www/voices/han");
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(ROOT, "models/student/pack"), folder, { recursive: true });
    // For bundlers, some of which make a module of JSON wherever they find it.
    cpSync(join(folder, "voice.json"), join(folder, "voice.txt"));
  },
};
