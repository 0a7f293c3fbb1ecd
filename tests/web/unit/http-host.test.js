import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
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
