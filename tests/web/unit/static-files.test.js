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
      get({ port, path }, (response) => (response.resume(), resolve(response.statusCode))).on("error", reject);
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

test("a part of a file is given where it is asked for and the file is still the same", async () => {
  const site = await temporaryFolder();
  await writeFile(join(site, "f"), "0123456789");
  await writeFile(join(site, "empty"), "");
  const server = await serveFolder(site, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const ask = async (/** @type {Record<string, string>} */ headers, path = "f") => {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, { headers });
    return [response.status, response.headers.get("content-range"), await response.text()];
  };
  const etag = (await fetch(`http://127.0.0.1:${port}/f`)).headers.get("etag") ?? "";
  assert.deepEqual(await ask({ range: "bytes=2-4" }), [206, "bytes 2-4/10", "234"]);
  assert.deepEqual(await ask({ range: "bytes=8-99" }), [206, "bytes 8-9/10", "89"]);
  assert.deepEqual(await ask({ range: "bytes=8-", "if-range": etag }), [206, "bytes 8-9/10", "89"]);
  assert.deepEqual(await ask({ range: "bytes=8-", "if-range": '"other"' }), [200, null, "0123456789"]);
  assert.deepEqual(await ask({ range: "bytes=10-" }), [416, "bytes */10", ""]);
  for (const range of ["bytes=4-2", "bytes=-2", "bytes=0-1,3-4", "lines=1-2", "bytes=x-"])
    assert.deepEqual(await ask({ range }), [200, null, "0123456789"], range);
  assert.deepEqual(await ask({}, "empty"), [200, null, ""]);
  server.close();
});
