/** A static server for dist/, on this machine only. Node built-ins only. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

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

/**
 * @param {string} folder
 * @param {number} port 0: any free one.
 * @returns {Promise<import("node:http").Server>} Listening on the loopback address.
 */
export function serve(folder, port) {
  const server = createServer((request, response) => answer(folder, request, response));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/**
 * @param {string} folder
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(folder, request, response) {
  const file = pathOf(folder, request.url ?? "/");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405);
  const entry = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (!file || !entry?.isFile()) return refuse(response, 404);
  const etag = `"${entry.size.toString(36)}-${entry.mtimeMs.toString(36)}"`;
  const headers = {
    "cache-control": "no-cache",
    etag,
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
  };
  if (request.headers["if-none-match"] === etag) return response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, "content-length": entry.size });
  if (request.method === "HEAD") return response.end();
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
}

/**
 * @param {string} folder
 * @param {string} url
 * @returns {string | undefined}
 */
function pathOf(folder, url) {
  try {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const full = normalize(join(folder, path.endsWith("/") ? `${path}index.html` : path));
    return full.startsWith(folder + sep) && !full.includes("\0") ? full : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 */
function refuse(response, status) {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${status}\n`);
}
