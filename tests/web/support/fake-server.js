/** A program: the server with a fake engine, as a process whose memory can be measured and that can be signalled. */
import { fileURLToPath } from "node:url";
import { HttpHost } from "../../../www/bin/http-host.js";
import { isPageFile } from "../../../www/bin/shell.js";
import { staticFiles } from "../../../www/bin/static-files.js";
import { createApi } from "../../../www/lib/api/api.js";
import { FakeDiagnostics, FakeTts } from "./fake-tts.js";

const www = fileURLToPath(new URL("../../../www", import.meta.url));
const tts = new FakeTts();
const diagnostics = new FakeDiagnostics();
diagnostics.metrics.text = async () => `hanvox_requests_in_flight ${tts.openSpeeches}\n`;
const closing = new AbortController();
const handler = createApi({ tts, diagnostics, closing: closing.signal });
const times = { headers_ms: 2000, request_ms: 3000, check_ms: 100 };
const host = new HttpHost({ handler, files: staticFiles(www, { allowed: isPageFile }), diagnostics, times });
const { port } = await host.listen(0, "127.0.0.1");
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/` })}\n`);
process.once("SIGTERM", async () => {
  closing.abort();
  await host.close();
});
/** Weak references and what waits for a finalizer take more than one. */
const COLLECTIONS = 5;

// Answered with the bytes in use after collections: a process holds on to memory that it has freed. Node is to be run
// with --expose-gc.
process.on("SIGUSR2", async () => {
  for (let collection = 0; collection < COLLECTIONS; collection += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`${heapUsed + external}\n`);
});
