/**
 * Joins the modules of the page into few files, so that a first visit asks for few. The sources stay plain modules, and
 * the library stays in dist/ as it is, for scripts that import it.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const PAGE = "app/main.js";
/** What it starts by their addresses. */
const WORKERS = ["lib/engine/worker.js", "lib/documents/worker.js", "lib/playback/processor.js"];
/** The page with its styles, and all of that. */
const ENTRIES = [PAGE, "app/style.css", "app/panels.css", ...WORKERS];

// Too large for what every page keeps: it stays a file, which is loaded when it is first needed.
const APART = "../../vendor/pdf.js";

// What becomes part of a bundle. The licences of the libraries stay beside them in dist/.
const BUNDLED = /^((app|lib|vendor)\/.*\.(js|css|LICENSE)|pkg\/hanvox\.js)$/;

/**
 * @param {string[]} shell The files that the page keeps, relative to `www`.
 * @param {{www: string, dist: string, made: Record<string, string>}} places `made`: files that are not as in `www`.
 * @returns {Promise<string[]>} The files that it keeps then, relative to `dist`.
 */
export async function bundlePage(shell, { www, dist, made }) {
  const modules = shell.filter((file) => BUNDLED.test(file));
  for (const file of modules.filter((file) => file.startsWith("app/"))) rmSync(join(dist, file));
  const bundles = await Promise.all(ENTRIES.map((entry) => bundle(entry, { www, dist, made })));
  const outputs = Object.assign({}, ...bundles);
  preload(outputs[PAGE].imports, dist);
  return [...shell.filter((file) => !modules.includes(file)), ...Object.keys(outputs)];
}

/**
 * Lets the browser ask for what the first module imports before it has read it.
 * @param {import("esbuild").Metafile["outputs"][string]["imports"]} imports
 * @param {string} dist
 */
function preload(imports, dist) {
  const page = join(dist, "index.html");
  const links = imports
    .filter(({ kind }) => kind === "import-statement")
    .map(({ path }) => `    <link rel="modulepreload" href="${path}" />\n`);
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace("  </head>", () => `${links.join("")}  </head>`),
  );
}

/**
 * @param {string} entry
 * @param {Parameters<typeof bundlePage>[1]} places
 * @returns {Promise<import("esbuild").Metafile["outputs"]>} By the addresses of the files, relative to `dist`.
 */
async function bundle(entry, { www, dist, made }) {
  // Only here: a first run has no Node modules yet.
  const { build } = await import("esbuild");
  const { metafile } = await build({
    entryPoints: [join(www, entry)],
    outdir: join(dist, dirname(entry)),
    chunkNames: "[name]-[hash]",
    // The panels of the page load when they are opened; a worker loads as a whole.
    splitting: entry === PAGE,
    ...{ bundle: true, format: "esm", target: "es2022", metafile: true, legalComments: "none" },
    external: [APART],
    plugins: [keepAddresses(entry, { www, made })],
  });
  const address = (/** @type {string} */ file) => slashed(relative(dist, file));
  return Object.fromEntries(
    Object.entries(metafile.outputs).map(([file, output]) => [
      address(file),
      { ...output, imports: output.imports.map((used) => ({ ...used, path: address(used.path) })) },
    ]),
  );
}

/**
 * A module finds its neighbors by its own address, which is another one in a bundle.
 * @param {string} entry
 * @param {{www: string, made: Record<string, string>}} places
 * @returns {import("esbuild").Plugin}
 */
function keepAddresses(entry, { www, made }) {
  const up = "../".repeat(entry.split("/").length - 1);
  return {
    name: "addresses",
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, ({ path }) => {
        const file = slashed(relative(www, path));
        const source = made[file] ?? readFileSync(path, "utf8");
        const address = `new URL("${up}${file}", import.meta.url).href`;
        return { contents: source.replaceAll("import.meta.url", address), loader: "js" };
      });
    },
  };
}

/** @param {string} path */
function slashed(path) {
  return path.split(sep).join("/");
}
