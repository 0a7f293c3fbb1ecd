import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCK_BYTES } from "../../../www/lib/store/blocks.js";
import { MemoryBackend } from "../../../www/lib/store/memory-backend.js";
import { VoiceStore } from "../../../www/lib/store/voice-store.js";
import { BlockServer, SOURCES, makeVoiceOfBlocks } from "../support/voice-of-blocks.js";
import { offline, takesAll } from "../support/fake-voice.js";
import { silently } from "../support/silently.js";

/** @typedef {import("../support/voice-of-blocks.js").Answer} Answer */
/** @typedef {import("../../../www/lib/store/sources.js").Source} Source */

const voice = makeVoiceOfBlocks();

/**
 * @param {MemoryBackend} backend
 * @param {typeof fetch} fetch
 * @param {{sources?: Source[], signal?: AbortSignal, patience_ms?: number}} [options]
 */
function load(backend, fetch, { sources = SOURCES, signal, patience_ms } = {}) {
  const store = new VoiceStore({ backend: async () => backend, fetch, check: takesAll, patience_ms });
  return silently(() => store.load("tiny", { sources, signal }));
}

/** @param {Awaited<ReturnType<typeof load>>} loaded */
async function assertSound(loaded, expected = voice) {
  for (const [path, bytes] of expected.contents) assert.deepEqual(await loaded.file(path), bytes, path);
}

test("a server that knows ranges is asked for a block at a time in parts side by side", async () => {
  const server = new BlockServer(voice);
  await assertSound(await load(new MemoryBackend(), server.fetch));
  const ranges = server.requests.filter(({ path }) => path === "big.onnx");
  assert.equal(ranges.length, 10);
  assert.deepEqual(ranges.slice(0, 2), [
    { path: "big.onnx", range: "bytes=0-262143", ifRange: null },
    { path: "big.onnx", range: "bytes=262144-524287", ifRange: '"e1"' },
  ]);
  assert.equal(server.bytes, voice.total);
});

test("of a server that ignores ranges each file is read once", async () => {
  const server = new BlockServer(voice);
  server.ranges = false;
  await assertSound(await load(new MemoryBackend(), server.fetch));
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ["voice.json", ...voice.contents.keys()],
  );
});

for (const withLength of [true, false])
  test(`a server that sends parts as whole files ${withLength ? "with" : "without"} their length is understood`, async () => {
    const server = new BlockServer(voice);
    /** @type {typeof fetch} */
    const bare = async (address, options) => {
      const response = await server.fetch(address, options);
      if (response.status !== 206) return response;
      const body = await response.arrayBuffer();
      return new Response(body, { headers: withLength ? { "content-length": String(body.byteLength) } : {} });
    };
    await assertSound(await load(new MemoryBackend(), bare));
    assert.equal(server.bytes, voice.total);
  });

for (const chunks of [true, false]) {
  test(`cut at 20 points, the next try resumes (${chunks ? "chunks" : "no chunks"} in the manifest)`, async () => {
    const voice = makeVoiceOfBlocks({ chunks });
    for (let point = 0; point < 20; point += 1) {
      const backend = new MemoryBackend();
      const server = new BlockServer(voice);
      server.cutAfter = (voice.total * (point + 0.5)) / 20;
      await assert.rejects(load(backend, server.fetch), { code: "network" });
      server.cutAfter = Infinity;
      await assertSound(await load(backend, server.fetch), voice);
      assert(server.bytes <= voice.total + BLOCK_BYTES, `point ${point}: ${server.bytes} bytes came`);
      assert.equal((await load(backend, offline)).fromCache, true);
    }
  });

  test(`cut where ranges are ignored, the next try takes what is missing (chunks: ${chunks})`, async () => {
    const voice = makeVoiceOfBlocks({ chunks });
    const backend = new MemoryBackend();
    const server = new BlockServer(voice);
    server.ranges = false;
    server.cutAfter = 1.5 * BLOCK_BYTES;
    await assert.rejects(load(backend, server.fetch), { code: "network" });
    server.cutAfter = Infinity;
    const { downloaded, ...loaded } = await load(backend, server.fetch);
    await assertSound({ downloaded, ...loaded }, voice);
    assert.equal(downloaded, voice.total - BLOCK_BYTES);
  });
}

/**
 * @param {(response: Response) => Response | Promise<Response>} change Of what comes after the first part.
 * @returns {Answer}
 */
function later(change) {
  return ({ path, range }, sound) =>
    path === "big.onnx" && !range?.startsWith("bytes=0-") ? change(sound()) : undefined;
}

/** @param {Response} response @param {Record<string, string>} headers */
function withHeaders(response, headers) {
  const changed = new Headers({ ...Object.fromEntries(response.headers), ...headers });
  return new Response(response.body, { status: response.status, headers: changed });
}

/** @param {Response} response @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} change */
async function withBytes(response, change) {
  const bytes = change(new Uint8Array(await response.arrayBuffer()));
  return new Response(bytes, { status: response.status, headers: response.headers });
}

/** @type {typeof fetch} */
const redirecting = async (_, init) => {
  if (init?.redirect === "manual") return new Response(null, { status: 302 });
  throw new TypeError("redirect count exceeded");
};

const silent = () => new Response(new ReadableStream({}), { status: 206 });

/** @type {{name: string, code: string, reason: string, answer: Answer}[]} */
const FAULTS = [
  { name: "404", code: "voice-missing", reason: "status", answer: later(() => new Response("", { status: 404 })) },
  { name: "500", code: "network", reason: "status", answer: later(() => new Response("", { status: 500 })) },
  { name: "416", code: "voice-corrupt", reason: "length", answer: later(() => new Response("", { status: 416 })) },
  {
    name: "a web page instead of weights",
    code: "voice-corrupt",
    reason: "html",
    answer: later((sound) => withHeaders(sound, { "content-type": "text/html; charset=utf-8" })),
  },
  {
    name: "another range than asked for",
    code: "voice-corrupt",
    reason: "length",
    answer: later((sound) => withHeaders(sound, { "content-range": "bytes 0-262143/2621440" })),
  },
  {
    name: "another length of the file",
    code: "voice-corrupt",
    reason: "length",
    answer: later((sound) =>
      withHeaders(sound, { "content-range": String(sound.headers.get("content-range")).replace(/\d+$/, "9999999") }),
    ),
  },
  {
    name: "a part too short",
    code: "voice-corrupt",
    reason: "length",
    answer: later((sound) => withBytes(sound, (bytes) => bytes.slice(1))),
  },
  {
    name: "a part too long",
    code: "voice-corrupt",
    reason: "length",
    answer: later((sound) => withBytes(sound, (bytes) => new Uint8Array(bytes.length + 1))),
  },
  {
    name: "wrong content",
    code: "voice-corrupt",
    reason: "content",
    answer: later((sound) => withBytes(sound, (bytes) => bytes.fill(7, 0, 1))),
  },
  {
    name: "another file in mid-transfer, with its ETag",
    code: "voice-corrupt",
    reason: "etag",
    answer: ({ path, range, ifRange }, sound) => {
      if (path !== "big.onnx" || range?.startsWith("bytes=0-")) return undefined;
      // A server that keeps to If-Range gives all of the new file.
      const other = ifRange ? new Response(new Uint8Array(2.5 * BLOCK_BYTES)) : sound();
      return range ? withHeaders(other, { etag: '"e2"' }) : new Response(new Uint8Array(2.5 * BLOCK_BYTES));
    },
  },
  {
    name: "a server that is gone",
    code: "network",
    reason: "refused",
    answer: later(() => Promise.reject(new TypeError("fetch failed"))),
  },
  {
    name: "a connection that breaks",
    code: "network",
    reason: "cut",
    answer: later(() => new Response(new ReadableStream({ start: (c) => c.error(new TypeError("terminated")) }))),
  },
  { name: "silence", code: "network-timeout", reason: "stalled", answer: later(silent) },
];

for (const { name, code, reason, answer } of FAULTS) {
  test(`${name}: ${code} (${reason}), and the next try from a sound server succeeds`, async () => {
    const backend = new MemoryBackend();
    const server = new BlockServer(voice);
    server.answer = answer;
    const options = { patience_ms: reason === "stalled" ? 30 : undefined };
    await assert.rejects(load(backend, server.fetch, options), (/** @type {any} */ error) => {
      assert.deepEqual([error.code, error.context.reason], [code, reason]);
      assert.deepEqual([error.context.voice, error.context.file], ["tiny", "big.onnx"]);
      assert.equal(error.context.sources.length, 1);
      return true;
    });
    const sound = new BlockServer(voice);
    await assertSound(await load(backend, sound.fetch));
    assert.equal((await load(backend, offline)).fromCache, true);
  });
}

test("redirects that lead nowhere are told from a server that is gone", async () => {
  await assert.rejects(load(new MemoryBackend(), redirecting), (/** @type {any} */ { code, context }) => {
    assert.deepEqual([code, context.reason], ["network", "redirect"]);
    return true;
  });
});

test("an ETag that changes while the content stays costs nothing but a request", async () => {
  const server = new BlockServer(voice);
  server.answer = ({ path, range }) => {
    if (path === "big.onnx" && !range?.startsWith("bytes=0-")) server.etag = '"node 2"';
    return undefined;
  };
  await assertSound(await load(new MemoryBackend(), server.fetch));
});

test("mirrors are tried in order, and the last error tells the reason of each", async () => {
  const mirrors = [{ base: "https://one.test/" }, { base: "https://two.test/" }, ...SOURCES];
  const server = new BlockServer(voice);
  /** @type {typeof fetch} */
  const mirrored = async (input, init) => {
    if (String(input).startsWith("https://one.test/")) throw new TypeError("fetch failed");
    if (String(input).startsWith("https://two.test/")) return new Response("", { status: 404 });
    return server.fetch(input, init);
  };
  await assertSound(await load(new MemoryBackend(), mirrored, { sources: mirrors }));
  server.cutAfter = 0;
  await assert.rejects(load(new MemoryBackend(), mirrored, { sources: mirrors }), (/** @type {any} */ error) => {
    const told = error.context.sources.map((/** @type {any} */ source) => {
      return [new URL(source.base).host, source.code, source.reason];
    });
    assert.deepEqual(told, [
      ["one.test", "network", "refused"],
      ["two.test", "unknown-voice", "status"],
      ["example.test", "network", "refused"],
    ]);
    return true;
  });
});

test("what one source brought need not come from the next", async () => {
  const broken = new BlockServer(voice);
  broken.cutAfter = 2 * BLOCK_BYTES;
  const sound = new BlockServer(voice);
  /** @type {typeof fetch} */
  const mirrored = (input, init) => {
    const first = String(input).startsWith("https://one.test/");
    return (first ? broken : sound).fetch(String(input).replace("https://one.test/", SOURCES[0].base), init);
  };
  await assertSound(
    await load(new MemoryBackend(), mirrored, { sources: [{ base: "https://one.test/" }, ...SOURCES] }),
  );
  assert(sound.bytes < voice.total - BLOCK_BYTES);
});

test("a hub's layout and its revision make the address; of a plain source the revision is the version", async () => {
  /** @type {string[]} */ const asked = [];
  const server = new BlockServer(voice);
  const sources = [{ base: "https://hub.test/me/", layout: /** @type {const} */ ("hf"), revision: "v1.0" }];
  /** @type {typeof fetch} */
  const hub = (input, init) => {
    asked.push(String(input));
    const path = String(input).replace("https://hub.test/me/tiny/resolve/v1.0/", "");
    return server.fetch(`${SOURCES[0].base}tiny/${path}`, init);
  };
  await assertSound(await load(new MemoryBackend(), hub, { sources }));
  assert.equal(asked[0], "https://hub.test/me/tiny/resolve/v1.0/voice.json");
  const pinned = [{ ...SOURCES[0], revision: "v2" }];
  await assert.rejects(load(new MemoryBackend(), server.fetch, { sources: pinned }), { code: "unknown-voice" });
});

test("a download can be canceled at any point, and nothing half-written stays in the way", async () => {
  for (let at = 1; at <= 16; at += 3) {
    const backend = new MemoryBackend();
    const server = new BlockServer(voice);
    const controller = new AbortController();
    server.answer = () => void (server.requests.length === at && controller.abort());
    await assert.rejects(load(backend, server.fetch, { signal: controller.signal }), { code: "canceled" });
    await assertSound(await load(backend, new BlockServer(voice).fetch));
  }
});

test("one byte flipped in a stored block: that block alone is fetched again", async () => {
  for (const chunks of [true, false]) {
    const voice = makeVoiceOfBlocks({ chunks });
    const backend = new MemoryBackend();
    await load(backend, new BlockServer(voice).fetch);
    const [{ sha256 }] = voice.manifest.files;
    const stored = await backend.block("tiny", sha256, 1);
    const damaged = stored?.bytes.slice() ?? new Uint8Array();
    damaged[12345] ^= 1;
    await backend.putBlock("tiny", sha256, 1, damaged, stored?.sha256 ?? "");
    const faults = [{ file: "big.onnx", chunk: 1 }];
    await assert.rejects(load(backend, offline), (/** @type {any} */ error) => {
      assert.deepEqual(error.context.faults, faults);
      return true;
    });
    const server = new BlockServer(voice);
    await assertSound(await load(backend, server.fetch), voice);
    assert.equal(server.bytes, BLOCK_BYTES);
    await assertSound(await load(backend, offline), voice);
  }
});
