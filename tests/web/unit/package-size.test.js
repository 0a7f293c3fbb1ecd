/** What a page that uses the package must load of its JavaScript: bundled and minified, without the engine's bindings. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const KIB = 1024;

for (const [path, most] of /** @type {const} */ ([
  ["index.js", 100 * KIB],
  ["engine/worker.js", 100 * KIB],
  ["speech-synthesis.js", 110 * KIB],
  ["element.js", 110 * KIB],
  ["diagnostics/diagnostics.js", 50 * KIB],
]))
  test(`lib/${path} takes at most ${most / KIB} KiB`, async () => {
    const entry = fileURLToPath(new URL(`../../../www/lib/${path}`, import.meta.url));
    const external = ["*/pkg/hanvox.js"];
    const made = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
      external,
    });
    const [{ contents }] = made.outputFiles;
    assert.ok(contents.length <= most, `${contents.length} bytes`);
  });
