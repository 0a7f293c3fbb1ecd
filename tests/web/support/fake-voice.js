/** A tiny voice and a server of it, whose faults a test can set. */
import { createHash } from "node:crypto";

export const VOICES = "https://example.test/voices/";

/** An engine that takes any manifest. @type {import("../../../www/lib/store/manifest.js").Check} */
export const takesAll = async () => {};

/**
 * @param {Record<string, unknown>} [changes] To the manifest.
 * @param {string} [salt] Other content, for another version.
 */
export function makeVoice(changes = {}, salt = "") {
  const contents = {
    "encoder.onnx": bytes(`encoder${salt}`, 5000),
    "vocoder.onnx": bytes(`vocoder${salt}`, 3000),
  };
  const files = Object.entries(contents).map(([path, content]) => ({
    path,
    bytes: content.length,
    sha256: sha256(content),
  }));
  const manifest = {
    ...{ format: 1, id: "tiny", name: "Tiny", language: "zh-CN", licence: "CC0-1.0", version: `v${salt}` },
    ...{ sample_rate: 24000, files, ...changes },
  };
  return { manifest, contents, total: 8000 };
}

/** @typedef {(path: string) => Response | Promise<Response> | undefined} Fault */

/**
 * A `fetch` that serves the voice, and what was asked of it.
 * @param {ReturnType<typeof makeVoice>} voice
 * @param {Fault} [fault] Answers instead of the server where it returns something.
 */
export function serverOf(voice, fault = () => undefined) {
  /** @type {string[]} */
  const requests = [];
  /** @type {typeof globalThis.fetch} */
  const serve = async (input, init) => {
    const path = String(input).slice(`${VOICES}tiny/`.length);
    requests.push(path);
    const response = (await fault(path)) ?? answer(voice, path);
    init?.signal?.throwIfAborted();
    return response;
  };
  return { fetch: serve, requests };
}

/** A `fetch` without a network. @type {typeof fetch} */
export const offline = async () => {
  throw new TypeError("fetch failed");
};

/**
 * @param {ReturnType<typeof makeVoice>} voice
 * @param {string} path
 */
function answer({ manifest, contents }, path) {
  if (path === "voice.json") return new Response(JSON.stringify(manifest));
  const content = contents[/** @type {keyof typeof contents} */ (path)];
  return content ? new Response(content) : new Response("not found", { status: 404 });
}

/**
 * @param {string} text
 * @param {number} length
 */
function bytes(text, length) {
  return new Uint8Array(Buffer.alloc(length, text));
}

/** @param {Uint8Array} content */
function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}
