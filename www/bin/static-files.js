/** Serves the files of a folder over HTTP, and nothing else. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";
import { CompressedFiles, acceptedEncoding, isCompressible } from "./compressed.js";

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".md": "text/markdown; charset=utf-8",
  ".wasm": "application/wasm",
};

const HEADERS = { "cache-control": "no-cache", "x-content-type-options": "nosniff" };

/**
 * @typedef {object} Exception
 * @property {(path: string) => boolean} [allowed] Whether a file may be served; the path has no leading slash.
 * @property {Record<string, () => string>} [made] Files generated here instead of read, by path.
 */

/**
 * Answers GET and HEAD if the file exists; leaves anything else to the caller.
 * @param {string} folder
 * @param {Exception} [exception]
 * @returns {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => Promise<boolean>}
 *   Whether it answered.
 */
export function staticFiles(folder, { allowed = () => true, made = {} } = {}) {
  const compressed = new CompressedFiles();
  return async (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const path = pathOf(request.url ?? "/");
    if (path === undefined || !allowed(path)) return false;
    if (Object.hasOwn(made, path)) return sendText(response, path, made[path]());
    return sendFile(request, response, join(folder, path), compressed);
  };
}

/**
 * Serves a folder on this machine only.
 * @param {string} folder
 * @param {number} port 0 for any free one.
 * @returns {Promise<import("node:http").Server>} Listening on the loopback address.
 */
export function serveFolder(folder, port) {
  const files = staticFiles(folder);
  const server = createServer(async (request, response) => {
    if (await files(request, response)) return;
    response.writeHead(404, { ...HEADERS, "content-type": "text/plain" }).end("404\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/**
 * The path below the folder, or undefined if it would lead outside.
 * @param {string} url
 * @returns {string | undefined}
 */
function pathOf(url) {
  // A URL that doesn't start with exactly one slash could name another host.
  if (!/^\/(?!\/)/.test(url)) return undefined;
  try {
    const { pathname } = new URL(url, "http://localhost");
    const path = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const inside = normalize(path).slice(1);
    return path.includes("\0") || inside.split(sep).includes("..") ? undefined : inside;
  } catch {
    return undefined;
  }
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {string} file
 * @param {CompressedFiles} compressed
 */
async function sendFile(request, response, file, compressed) {
  const entry = await stat(file).catch(() => undefined);
  if (!entry?.isFile()) return false;
  const vary = isCompressible(file, entry) ? { vary: "accept-encoding" } : undefined;
  // Parts are those of the file as it is.
  const encoding = vary && !request.headers.range && acceptedEncoding(request.headers["accept-encoding"]);
  const etag = `"${[entry.size.toString(36), entry.mtimeMs.toString(36), encoding].filter(Boolean).join("-")}"`;
  const headers = { ...HEADERS, ...vary, etag, "content-type": typeOf(file) };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end();
    return true;
  }
  if (encoding) {
    const bytes = await compressed.get(file, entry, encoding).catch(() => undefined);
    if (!bytes) {
      // An unreadable file.
      response.destroy();
      return true;
    }
    response.writeHead(200, { ...headers, "content-encoding": encoding, "content-length": bytes.length });
    response.end(request.method === "HEAD" ? undefined : bytes);
    return true;
  }
  const { status, start, end, about } = partOf(rangeOf(request.headers, etag), entry.size);
  response.writeHead(status, { ...headers, "accept-ranges": "bytes", "content-length": end - start, ...about });
  if (request.method === "HEAD" || start === end) response.end();
  // An unreadable file or a lost client: both close the connection.
  else pipeline(createReadStream(file, { start, end: end - 1 }), response, () => {});
  return true;
}

/** @typedef {{start: number, end: number}} Range `end` is the byte after the last one. */

/**
 * @param {Range | undefined} range
 * @param {number} size
 * @returns {Range & {status: number, about?: Record<string, string>}}
 */
function partOf(range, size) {
  if (!range) return { status: 200, start: 0, end: size };
  const { start, end } = { start: range.start, end: Math.min(range.end, size) };
  if (start >= size) return { status: 416, start: 0, end: 0, about: { "content-range": `bytes */${size}` } };
  return { status: 206, start, end, about: { "content-range": `bytes ${start}-${end - 1}/${size}` } };
}

/**
 * The single requested range (RFC 9110, 14.2); lists and suffixes get the whole file.
 * @param {import("node:http").IncomingHttpHeaders} headers
 * @param {string} etag
 * @returns {Range | undefined}
 */
function rangeOf({ range = "", "if-range": condition }, etag) {
  const [, start, end] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range) ?? [];
  if (start === undefined || (condition !== undefined && condition !== etag)) return undefined;
  const found = { start: Number(start), end: end === "" ? Infinity : Number(end) + 1 };
  return found.start < found.end ? found : undefined;
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {string} path
 * @param {string} text
 */
function sendText(response, path, text) {
  const length = Buffer.byteLength(text);
  response.writeHead(200, { ...HEADERS, "content-type": typeOf(path), "content-length": length }).end(text);
  return true;
}

/** @param {string} file */
function typeOf(file) {
  return TYPES[extname(file)] ?? "application/octet-stream";
}
