/** A voice of several blocks, a server of it that knows ranges, and what was asked of that server. */
import { createHash } from "node:crypto";
import { BLOCK_BYTES } from "../../../www/lib/store/blocks.js";
import { randomFrom } from "./random.js";

export const BASE = "https://example.test/voices/";
export const SOURCES = [{ base: BASE }];

const SIZES = { "big.onnx": 2.5 * BLOCK_BYTES, "exact.onnx": BLOCK_BYTES, "small.txt": 3000 };

/** @typedef {ReturnType<typeof makeVoiceOfBlocks>} VoiceOfBlocks */

/** @type {Map<string, Map<string, Uint8Array<ArrayBuffer>>>} */
const made = new Map();

/**
 * @param {object} [options]
 * @param {boolean} [options.chunks] Whether the manifest gives the SHA-256 of each block.
 * @param {string} [options.version]
 * @param {string} [options.id]
 */
export function makeVoiceOfBlocks({ chunks = true, version = "v1", id = "tiny" } = {}) {
  const contents = made.get(version) ?? makeContents(version);
  made.set(version, contents);
  /** @type {import("../../../www/lib/store/manifest.js").VoiceFile[]} */
  const files = [...contents].map(([path, bytes]) => {
    const entry = { path, bytes: bytes.length, sha256: sha256(bytes) };
    return chunks ? { ...entry, chunks: sha256sOfBlocks(bytes) } : entry;
  });
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const manifest = {
    ...{ format: 1, id, name: "Tiny", language: "zh-CN", licence: "CC0-1.0", version },
    ...{ sample_rate: 24000, files },
  };
  return { text: JSON.stringify(manifest), manifest, contents, total };
}

/** @param {VoiceOfBlocks} voice */
export function entriesOf({ text, contents }) {
  const manifest = { path: "voice.json", bytes: new Uint8Array(Buffer.from(text)) };
  return [...contents].map(([path, bytes]) => ({ path, bytes })).concat(manifest);
}

/** @typedef {{path: string, range: string | null, ifRange: string | null}} Asked */

/** @typedef {(asked: Asked, sound: () => Response) => Response | Promise<Response> | undefined} Answer */

/** Serves a voice by `fetch`, and counts. */
export class BlockServer {
  /** @type {Asked[]} */ requests = [];
  /** Of files, not of manifests. */ bytes = 0;
  /** Bytes until every connection breaks and none is made any more. */ cutAfter = Infinity;
  ranges = true;
  etag = '"e1"';
  /** Answers instead, where it gives something. @type {Answer} */ answer = () => undefined;

  /** @param {VoiceOfBlocks} voice */
  constructor(voice) {
    this.voice = voice;
  }

  /** @type {typeof fetch} */
  fetch = async (input, init) => {
    const path = String(input).slice(`${BASE}tiny/`.length);
    const headers = new Headers(init?.headers);
    const asked = { path, range: headers.get("range"), ifRange: headers.get("if-range") };
    this.requests.push(asked);
    if (this.cutAfter <= 0) throw new TypeError("fetch failed");
    const response = (await this.answer(asked, () => this.#sound(asked))) ?? this.#sound(asked);
    init?.signal?.throwIfAborted();
    return response;
  };

  /** @param {Asked} asked */
  #sound({ path, range, ifRange }) {
    if (path === "voice.json") return Response.json(this.voice.manifest);
    const bytes = this.voice.contents.get(path);
    if (!bytes) return new Response("not found", { status: 404 });
    const headers = { etag: this.etag, "content-type": "application/octet-stream" };
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    if (!this.ranges || from === undefined || (ifRange !== null && ifRange !== this.etag))
      return new Response(this.#body(bytes), { headers });
    const part = bytes.subarray(Number(from), Number(to) + 1);
    const contentRange = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
    return new Response(this.#body(part), { status: 206, headers: { ...headers, "content-range": contentRange } });
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  #body(bytes) {
    let position = 0;
    return new ReadableStream(
      {
        pull: (controller) => {
          if (position >= bytes.length) return controller.close();
          const piece = bytes.slice(position, position + 64 * 1024);
          if (this.cutAfter < piece.length) {
            this.cutAfter = 0;
            return controller.error(new TypeError("terminated"));
          }
          this.cutAfter -= piece.length;
          this.bytes += piece.length;
          position += piece.length;
          controller.enqueue(piece);
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** @param {string} version */
function makeContents(version) {
  const random = randomFrom(version.charCodeAt(1));
  return new Map(
    Object.entries(SIZES).map(([path, size]) => {
      const words = Uint32Array.from({ length: size / 4 }, () => random() * 2 ** 32);
      return [path, new Uint8Array(words.buffer)];
    }),
  );
}

/** @param {Uint8Array} bytes */
function sha256sOfBlocks(bytes) {
  const starts = Array.from({ length: Math.ceil(bytes.length / BLOCK_BYTES) }, (_, i) => i * BLOCK_BYTES);
  return starts.map((start) => sha256(bytes.subarray(start, start + BLOCK_BYTES)));
}

/** @param {Uint8Array} bytes */
function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
