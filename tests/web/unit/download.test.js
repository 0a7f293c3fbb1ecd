import assert from "node:assert/strict";
import { test } from "node:test";
import { downloadBytes } from "../../../www/lib/store/download.js";

/** A server that sends parts, and then says nothing more. @param {number} parts @returns {typeof fetch} */
function stalling(parts) {
  return async (_, init) => {
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < parts; i += 1) controller.enqueue(new Uint8Array(10));
        init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
      },
    });
    return new Response(body);
  };
}

const options = { missing: /** @type {const} */ ("voice-missing"), context: { file: "f" }, patience_ms: 20 };

test("a transfer that stalls is told from one that fails", async () => {
  const stalled = downloadBytes("u", 100, { ...options, fetch: stalling(3) });
  await assert.rejects(stalled, { code: "network-timeout", message: "u brought nothing for 20 ms" });
  const failed = downloadBytes("u", 100, { ...options, fetch: async () => Promise.reject(new TypeError("no")) });
  await assert.rejects(failed, { code: "network" });
});

test("who cancels a stalled transfer hears that it was canceled", async () => {
  const controller = new AbortController();
  const download = downloadBytes("u", 100, { ...options, fetch: stalling(1), signal: controller.signal });
  setTimeout(() => controller.abort(), 5);
  await assert.rejects(download, { code: "canceled" });
});

test("a transfer that drips is as good as one that stalls", async () => {
  /** @type {typeof fetch} */
  const dripping = async () => {
    const pull = (/** @type {ReadableStreamDefaultController} */ controller) =>
      new Promise((resolve) => setTimeout(resolve, 2)).then(() => controller.enqueue(new Uint8Array(1)));
    return new Response(new ReadableStream({ pull }));
  };
  const download = downloadBytes("u", 1e6, { ...options, fetch: dripping });
  await assert.rejects(download, { code: "network-timeout" });
});
