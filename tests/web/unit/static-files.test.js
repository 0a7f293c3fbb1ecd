import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
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

test("files are compressed for clients that accept it, and parts are those of the file as it is", async () => {
  const site = await temporaryFolder();
  const text = "一二三四五六七八九十。".repeat(200);
  for (const file of ["page.js", "built.js", "net.onnx"]) await writeFile(join(site, file), text);
  await writeFile(join(site, "small.js"), "1");
  await writeFile(join(site, "built.js.br"), brotliCompressSync("by the build"));
  const server = await serveFolder(site, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const ask = async (/** @type {string} */ path, /** @type {Record<string, string>} */ headers) => {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, { headers });
    const of = (/** @type {string} */ name) => response.headers.get(name);
    return {
      status: response.status,
      encoding: of("content-encoding"),
      vary: of("vary"),
      etag: of("etag") ?? "",
      body: await response.text(),
    };
  };
  for (const [accepted, encoding] of [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip;q=1.0, br;q=0", "gzip"],
    ["identity", null],
  ]) {
    const answer = await ask("page.js", { "accept-encoding": String(accepted) });
    assert.deepEqual(
      [answer.status, answer.encoding, answer.vary, answer.body],
      [200, encoding, "accept-encoding", text],
    );
    const again = await ask("page.js", { "accept-encoding": String(accepted), "if-none-match": answer.etag });
    assert.equal(again.status, 304);
  }
  assert.equal((await ask("built.js", { "accept-encoding": "br" })).body, "by the build");
  for (const file of ["net.onnx", "small.js"])
    assert.equal((await ask(file, { "accept-encoding": "br" })).encoding, null, file);
  const part = await ask("page.js", { "accept-encoding": "br", range: "bytes=0-2" });
  assert.deepEqual([part.status, part.encoding, part.body], [206, null, "一"]);
  await writeFile(join(site, "page.js"), `${text}更多`);
  assert.ok(
    (await ask("page.js", { "accept-encoding": "br" })).body.endsWith("更多"),
    "a file that changes is made anew",
  );
  server.close();
});
