import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { serveFolder } from "../../../www/bin/static-files.js";
import { temporaryFolder } from "../support/folder.js";

test("the server gives what is in its folder and nothing else", async () => {
  const root = await temporaryFolder();
  const site = join(root, "site");
  await mkdir(site);
  await writeFile(join(root, "secret"), "secret");
  await writeFile(join(site, "index.html"), "page");
  const server = await serveFolder(site, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  // Not by fetch: that would tidy the paths up before it sends them.
  const status = (/** @type {string} */ path) =>
    new Promise((resolve, reject) => {
      get({ port, path }, (response) => (response.resume(), resolve(response.statusCode))).on(
        "error",
        reject,
      );
    });
  const cases = /** @type {const} */ ([
    ["/", 200],
    ["/index.html?x=1", 200],
    ["/nothing", 404],
    ["/../secret", 404],
    ["/%2e%2e/secret", 404],
    ["/..%2fsecret", 404],
    ["/%00", 404],
    ["/%", 404],
    ["//etc/passwd", 404],
  ]);
  for (const [path, expected] of cases) assert.equal(await status(path), expected, path);
  server.close();
});
