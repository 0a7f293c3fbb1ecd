/**
 * Caches the page and the engine for offline visits (voices live in the voice store instead), receives what is
 * shared with the page, and hosts the API: requests to it go to a page that has an engine, even if a server
 * would answer. The set-up joins it with its imports into www/sw.js, which is no module: Firefox has none here.
 */
import { ROUTES } from "../lib/api/routes.js";
import { wasmFile } from "../lib/engine/support.js";
import { HanvoxError } from "../lib/shared/errors.js";

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

// The engine's code for other browsers than this one.
const OTHER_WASM = ["pkg/hanvox_bg.wasm", "pkg/hanvox_relaxed_bg.wasm"].find((file) => file !== wasmFile());

const KEPT = Object.entries(SHELL.files).filter(([file]) => file !== OTHER_WASM);

const PREFIX = `hanvox-shell ${worker.registration.scope} `;
const CACHE = PREFIX + SHELL.version;

/** URLs in the shell. @type {Set<string>} */
const addresses = new Set(KEPT.map(([file]) => address(file)));

/** SHA-256 by the URL of what is kept later. */
const LATER = new Map(Object.entries(SHELL.later).map(([file, sha256]) => [address(file), sha256]));

/** @param {string} file */
function address(file) {
  return new URL(file, worker.registration.scope).href;
}

/** All files or none: a failure here leaves the previous version active. */
async function install() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(KEPT.map(([file, sha256]) => keep(cache, file, sha256)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/**
 * @param {Cache} cache
 * @param {string} file
 * @param {string} sha256
 */
async function keep(cache, file, sha256) {
  // Checks the HTTP cache against the server: it may hold the previous version.
  const response = await fetch(address(file), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  // The server may be updated between two files.
  if ((await digest(bytes)) !== sha256) throw new Error(`${file} is not of version ${SHELL.version}`);
  // A navigation rejects a redirected response, and hosts redirect index.html to its folder.
  await cache.put(address(file), response.redirected ? new Response(bytes, response) : response);
}

/** @param {ArrayBuffer} bytes */
async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {string} url */
async function fromShell(url) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(url);
}

/**
 * A file that is kept once it was used.
 * @param {FetchEvent} event
 * @param {string} url
 */
async function fromLater(event, url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url);
  if (kept) return kept;
  const response = await fetch(event.request);
  if (response.ok) event.waitUntil(keepUsed(cache, url, response.clone()));
  return response;
}

/**
 * Keeps a file if it is of this version; a server that has been updated serves the page, too.
 * @param {Cache} cache
 * @param {string} url
 * @param {Response} response
 */
async function keepUsed(cache, url, response) {
  const bytes = await response.clone().arrayBuffer();
  if ((await digest(bytes)) === LATER.get(url)) await cache.put(url, response);
}

/** Keeps what is not kept yet, file by file. What fails is tried again at the next visit. */
async function keepLater() {
  const cache = await caches.open(CACHE);
  for (const [file, sha256] of Object.entries(SHELL.later))
    if (!(await cache.match(address(file)))) await keep(cache, file, sha256);
}

/**
 * The shell's URL for a request, or undefined if the network has to answer.
 * @param {Request} request
 */
function shellAddress(request) {
  if (request.method !== "GET") return undefined;
  const url = request.url.split(/[?#]/)[0];
  if (addresses.has(url)) return url;
  return url === worker.registration.scope && addresses.size > 0 ? address("index.html") : undefined;
}

// Holds what is shared until the page fetches it (www/app/share.js).
const SHARED = `hanvox-shared ${worker.registration.scope}`;

/** @param {Request} request */
function isShare({ url, method }) {
  return method === "POST" && url.split(/[?#]/)[0] === address("share");
}

/** Stores a form for the page, and redirects the browser there. @param {Request} request */
async function takeShare(request) {
  const cache = await caches.open(SHARED);
  const type = request.headers.get("Content-Type") ?? "";
  const form = new Response(await request.arrayBuffer(), { headers: { "Content-Type": type } });
  await cache.put(address("share"), form);
  return Response.redirect(address("?shared"), 303);
}

// How long a page has to accept a fetch, and the head start of the page that made it.
const ACCEPT_MS = 1000;
const HEAD_START_MS = 150;
// Between two checks that the answering page still exists: it may be closed without notice.
const ALIVE_MS = 1000;

/** @param {Request} request */
function isApi({ url, method }) {
  const path = url.split(/[?#]/)[0];
  const scope = worker.registration.scope;
  const route = path.startsWith(scope) ? path.slice(scope.length) : "";
  return Object.hasOwn(ROUTES, route) && ROUTES[route].includes(method);
}

/** @param {FetchEvent} event */
async function fromPage(event) {
  const { request, clientId } = event;
  const body = ["GET", "HEAD"].includes(request.method) ? null : await request.arrayBuffer();
  const page = await acceptedBy(clientId);
  if (!page) return loading();
  const { url, method, headers } = request;
  const plain = { type: "request", method, url, headers: [...headers], body };
  const answer = new Answer(page);
  event.waitUntil(answer.over);
  // For an abort before the response; a later one cancels the stream.
  request.signal.addEventListener("abort", () => answer.cancel());
  return answer.to(plain, body ? [body] : []);
}

/** @typedef {{port: MessagePort, client: string}} Page */

/**
 * The page that accepts the fetch: the one that made it, or any other in scope.
 * @param {string} asking
 * @returns {Promise<Page | undefined>}
 */
async function acceptedBy(asking) {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = windows.filter(({ url }) => url.startsWith(worker.registration.scope));
  const offers = pages.map((page) => offer(page, page.id === asking ? 0 : HEAD_START_MS));
  const first = await Promise.any(offers.map(({ accepted }) => accepted)).catch(() => undefined);
  for (const { port, withdraw } of offers) if (port !== first?.port) withdraw();
  return first;
}

/**
 * @param {WindowClient} client
 * @param {number} delay_ms
 * @returns {{port: MessagePort, accepted: Promise<Page>, withdraw: () => void}}
 */
function offer(client, delay_ms) {
  const { port1: port, port2 } = new MessageChannel();
  const timer = setTimeout(() => client.postMessage({ type: "hanvox-fetch" }, [port2]), delay_ms);
  const accepted = new Promise((resolve, reject) => {
    port.onmessage = () => resolve({ port, client: client.id });
    setTimeout(reject, delay_ms + ACCEPT_MS);
  });
  const withdraw = () => {
    clearTimeout(timer);
    port.close();
  };
  return { port, accepted, withdraw };
}

/** The response of a page, whose body is pulled through the port in parts. */
class Answer {
  #page;
  #end = () => {};
  /** @type {(message: any) => void} */ #settle = () => {};
  /** @type {(error: Error) => void} */ #fail = () => {};

  /** Keeps this worker alive until the response ends. @type {Promise<void>} */
  over = new Promise((resolve) => (this.#end = resolve));

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    page.port.onmessage = ({ data }) => this.#settle(data);
  }

  /**
   * @param {{type: string, method: string}} plain
   * @param {Transferable[]} transfer
   */
  async to(plain, transfer) {
    const { status, headers } = await this.#ask(plain, transfer);
    if (plain.method !== "HEAD") return new Response(this.#body(), { status, headers });
    this.cancel();
    return new Response(null, { status, headers });
  }

  cancel() {
    this.#fail(new TypeError("the reader went away"));
    this.#page.port.postMessage({ type: "cancel" });
    this.#end();
  }

  #body() {
    return new ReadableStream(
      {
        pull: async (controller) => {
          const { type, bytes, message } = await this.#ask({ type: "pull" });
          if (type === "part") return controller.enqueue(bytes);
          this.#end();
          if (type === "error") throw new TypeError(message);
          controller.close();
        },
        cancel: () => this.cancel(),
      },
      { highWaterMark: 0 },
    );
  }

  /**
   * Sends a message and resolves to the page's next one.
   * @param {unknown} message
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  async #ask(message, transfer = []) {
    const { port, client } = this.#page;
    const answer = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    const timer = setInterval(async () => {
      if (!(await worker.clients.get(client))) this.#fail(new TypeError("the page was closed"));
    }, ALIVE_MS);
    port.postMessage(message, transfer);
    try {
      return await answer;
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}

function loading() {
  const { code, level, message, advice } = new HanvoxError("loading", "no open page has an engine that is ready");
  const request = crypto.randomUUID();
  return Response.json(
    { code, level, message, advice, request, context: {} },
    { status: 503, headers: { "Retry-After": "2", "Cache-Control": "no-store", "X-Request-Id": request } },
  );
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  if (isShare(event.request)) return event.respondWith(takeShare(event.request));
  if (isApi(event.request)) return event.respondWith(fromPage(event));
  const url = shellAddress(event.request);
  if (url) return event.respondWith(fromShell(url));
  const plain = event.request.url.split(/[?#]/)[0];
  if (event.request.method === "GET" && LATER.has(plain)) event.respondWith(fromLater(event, plain));
});
worker.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") worker.skipWaiting();
  if (event.data === "keep-later") event.waitUntil(keepLater());
});
