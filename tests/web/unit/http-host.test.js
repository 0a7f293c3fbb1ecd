import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Guard } from "../../../www/bin/guard.js";
import { HttpHost } from "../../../www/bin/http-host.js";
import { FakeDiagnostics } from "../support/fake-tts.js";

test("a body is made only as fast as it is read, and a reader who takes no more is let go", async () => {
  let made = 0;
  /** @type {(reason: unknown) => void} */
  let letGo = () => {};
  const canceled = new Promise((resolve) => (letGo = resolve));
  const endless = () =>
    new ReadableStream({
      pull: (controller) => (made++, controller.enqueue(new Uint8Array(64 * 1024))),
      cancel: letGo,
    });
  const host = new HttpHost({
    handler: async () => new Response(endless()),
    files: async () => false,
    diagnostics: new FakeDiagnostics(),
    times: { write_ms: 200 },
  });
  const { port } = await host.listen(0, "127.0.0.1");
  const socket = connect({ port, host: "127.0.0.1" }).on("error", () => {});
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "readable");
  await canceled;
  // What the system holds for a connection: some megabytes, and not what an endless body would be.
  assert.ok(made < 1000, `${made} parts`);
  await host.close();
  socket.destroy();
});

/** @param {Partial<import("../../../www/bin/http-host.js").HostOptions>} options */
async function hostOf(options) {
  const host = new HttpHost({
    handler: async () => new Response("spoken", { headers: { "Content-Length": "6" } }),
    files: async () => false,
    diagnostics: new FakeDiagnostics(),
    ...options,
  });
  const { port } = await host.listen(0, "127.0.0.1");
  return { host, url: `http://127.0.0.1:${port}/` };
}

test("what runs longer than the deadline is cut off, and counted", async () => {
  const endless = () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
  const { host, url } = await hostOf({ handler: async () => endless() });
  const answers = [fetch(url), fetch(url)].map((answer) => answer.then((it) => it.text()).catch(() => "cut"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await host.close(50), 2);
  assert.deepEqual(await Promise.all(answers), ["cut", "cut"]);
});

test("a host that is done before the deadline does not wait for it", async () => {
  const { host, url } = await hostOf({});
  assert.equal(await (await fetch(url)).text(), "spoken");
  assert.equal(await host.close(1_000_000), 0);
});

test("a name, an origin and a token that are not the server's get an error, and those that are get the answer", async () => {
  const guard = new Guard({ origins: ["https://reader.example"], token: "s3cret" });
  const { host, url } = await hostOf({ guard });
  const answer = async (/** @type {Record<string, string>} */ headers, method = "GET") => {
    const response = await fetch(url, { method, headers: { Authorization: "Bearer s3cret", ...headers } });
    return [response.status, response.headers.get("access-control-allow-origin"), await response.text()];
  };
  assert.deepEqual(await answer({}), [200, null, "spoken"]);
  assert.deepEqual(await answer({ Origin: "https://reader.example" }), [200, "https://reader.example", "spoken"]);
  const [foreign, , told] = await answer({ Origin: "https://evil.example" });
  assert.deepEqual([foreign, JSON.parse(String(told)).code], [403, "request-invalid"]);
  assert.equal((await answer({ Authorization: "Bearer other" }))[0], 401);
  const preflight = { Origin: "https://reader.example", "Access-Control-Request-Method": "POST", Authorization: "" };
  assert.deepEqual(await answer(preflight, "OPTIONS"), [204, "https://reader.example", ""]);
  await host.close();
});
