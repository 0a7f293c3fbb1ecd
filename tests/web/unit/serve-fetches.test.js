import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi } from "../../../www/lib/api/api.js";
import { serveFetches } from "../../../www/lib/api/serve-fetches.js";
import { FakeDiagnostics, FakeTts } from "../support/fake-tts.js";

/** The service worker's side of one fetch, by hand. */
function start() {
  const container = new EventTarget();
  const tts = new FakeTts();
  const stop = serveFetches(createApi({ tts, diagnostics: new FakeDiagnostics() }), container);
  const { port1: port, port2 } = new MessageChannel();
  const event = Object.assign(new Event("message"), { data: { type: "hanvox-fetch" }, ports: [port2] });
  const ask = (/** @type {any} */ message) => {
    const answer = new Promise((resolve) => (port.onmessage = ({ data }) => resolve(data)));
    if (message) port.postMessage(message);
    return /** @type {Promise<any>} */ (answer);
  };
  return { tts, port, ask, stop, offer: () => container.dispatchEvent(event) };
}

/** @param {Record<string, unknown>} fields */
const request = (fields) => ({
  type: "request",
  method: "POST",
  url: "http://localhost/tts",
  headers: [["content-type", "application/json"]],
  body: new TextEncoder().encode(JSON.stringify(fields)).buffer,
});

test("a fetch is accepted, answered, and its body given part by part", async () => {
  const { tts, ask, offer } = start();
  const accepted = ask(undefined);
  offer();
  assert.deepEqual(await accepted, { type: "accept" });
  const { status, headers } = await ask(request({ text: "一二三四五。", stream: true }));
  assert.deepEqual([status, new Headers(headers).get("content-type")], [200, "audio/wav"]);
  const lengths = [];
  for (let part = await ask({ type: "pull" }); part.type !== "end"; part = await ask({ type: "pull" }))
    lengths.push(part.bytes.length);
  assert.deepEqual([lengths, tts.openSpeeches], [[44, 800, 400], 0]);
});

test("a body that fails is told", async () => {
  const { ask, offer } = start();
  const accepted = ask(undefined);
  offer();
  await accepted;
  await ask(request({ text: "一。炸。", stream: true }));
  await ask({ type: "pull" });
  await ask({ type: "pull" });
  assert.deepEqual(await ask({ type: "pull" }), { type: "error", message: "the engine panicked" });
});

test("a reader who leaves cancels the speech", async () => {
  const { tts, port, ask, offer } = start();
  const accepted = ask(undefined);
  offer();
  await accepted;
  await ask(request({ text: "一二三四慢。", stream: true }));
  await ask({ type: "pull" });
  assert.equal(tts.openSpeeches, 1);
  port.postMessage({ type: "cancel" });
  while (tts.openSpeeches > 0) await new Promise((resolve) => setTimeout(resolve, 1));
});

test("once stopped it takes nothing more", async () => {
  const { port, stop, offer } = start();
  let said = false;
  port.onmessage = () => (said = true);
  stop();
  offer();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(said, false);
  port.close();
});
