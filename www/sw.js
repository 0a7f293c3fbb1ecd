/**
 * Keeps the page, the engine and the voice's manifest for visits without the network. The weights are
 * not here: they live in the voice store.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

// The build puts the version and the files in; without them (the sources served as they are) this
// worker keeps nothing.
/** @type {{version: string, files: string[]}} */
const SHELL = { version: "", files: [] };

const PREFIX = `hanvox-shell ${worker.registration.scope} `;
const CACHE = PREFIX + SHELL.version;

/** Addresses in the shell. @type {Set<string>} */
const addresses = new Set(SHELL.files.map(address));

/** @param {string} file */
function address(file) {
  return new URL(file, worker.registration.scope).href;
}

async function install() {
  const cache = await caches.open(CACHE);
  // Asks the server about what the HTTP cache has: that may be of the version before.
  await cache.addAll([...addresses].map((url) => new Request(url, { cache: "no-cache" })));
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
 * The shell's address for a request, or undefined where the network has to answer.
 * @param {Request} request
 */
function shellAddress(request) {
  if (request.method !== "GET") return undefined;
  const url = request.url.split(/[?#]/)[0];
  if (addresses.has(url)) return url;
  return request.mode === "navigate" && addresses.size > 0 ? address("index.html") : undefined;
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const url = shellAddress(event.request);
  if (url) event.respondWith(fromShell(url));
});
worker.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") worker.skipWaiting();
});
