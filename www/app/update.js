/** Registers the service worker for the next visit, and offers a newer page without forcing it. */
import { log } from "../lib/diagnostics/log.js";
import { BUILD } from "../lib/engine/version.js";

// An installed page may stay open for days.
const CHECK_MS = 60 * 60 * 1000;
// By then a visit has what it needs first.
const SETTLED_MS = 10_000;

/** @type {ServiceWorkerRegistration | undefined} */
let registration;

export async function offerUpdates() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const controlled = workers.controller !== null;
  // Another tab activated a newer worker: whatever this page has yet to load would come from that version.
  workers.addEventListener("controllerchange", () => controlled && offerUpdate());
  try {
    registration = await workers.register(new URL("../sw.js", import.meta.url), { updateViaCache: "none" });
    follow(registration);
    // The first visit is not to wait for what it may never need.
    if (controlled) setTimeout(keepLater, SETTLED_MS);
  } catch (error) {
    // Without it, the page works but not offline.
    log.error(error, { level: "warning", action: "no service worker" });
  }
}

/** Has the worker keep, in idle time, what a later visit may need offline. */
function keepLater() {
  const keep = () => navigator.serviceWorker.controller?.postMessage("keep-later");
  // WebKit has no such callback.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(keep);
  else keep();
}

/** Shows the button that reloads the page in the newest available version. */
export function offerUpdate() {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("update"));
  button.hidden = false;
  button.onclick = () => {
    button.disabled = true;
    update();
  };
}

/** @param {ServiceWorkerRegistration} registration */
function follow(registration) {
  if (registration.waiting) offerUpdate();
  registration.addEventListener("updatefound", async () => {
    const installed = await settled(registration.installing);
    if (!installed) log.write("warning", "a version of the page could not be kept for visits offline");
    else if (navigator.serviceWorker.controller) offerUpdate();
  });
  setInterval(() => registration.update().catch(() => {}), CHECK_MS);
}

/**
 * The worker once it is installed, or undefined if that failed.
 * @param {ServiceWorker | null} worker
 * @returns {Promise<ServiceWorker | undefined>}
 */
function settled(worker) {
  return new Promise((resolve) => {
    const look = () => {
      if (worker?.state !== "installing") resolve(worker?.state === "redundant" ? undefined : (worker ?? undefined));
    };
    worker?.addEventListener("statechange", look);
    look();
  });
}

async function update() {
  const waiting = await newest();
  if (waiting?.state === "installed") {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("skip-waiting");
    return;
  }
  if (!navigator.serviceWorker?.controller) await renewHttpCache();
  location.reload();
}

/** @returns {Promise<ServiceWorker | undefined>} The worker waiting to take over. */
async function newest() {
  if (!registration || registration.waiting) return registration?.waiting ?? undefined;
  // Offline, the page reloads from the cache.
  await registration.update().catch(() => {});
  return (await settled(registration.installing)) ?? registration.waiting ?? undefined;
}

/** A reload alone takes the modules from the HTTP cache, where a host may keep them for minutes. */
async function renewHttpCache() {
  const files = ["", "index.html", "lib/engine/version.js", ...Object.keys(BUILD.files)];
  const base = new URL("../", import.meta.url);
  await Promise.allSettled(files.map((file) => fetch(new URL(file, base), { cache: "reload" })));
}
