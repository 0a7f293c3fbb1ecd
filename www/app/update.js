/** The service worker: registered for the next visit, and a newer page is offered, never forced. */
import { log } from "../lib/diagnostics/log.js";

export async function offerUpdates() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  try {
    const registration = await workers.register(new URL("../sw.js", import.meta.url), {
      updateViaCache: "none",
    });
    if (registration.waiting) offer(registration.waiting);
    registration.addEventListener("updatefound", () => follow(registration.installing));
  } catch (error) {
    // The page works without it, only not offline.
    log.error(error, { level: "warning", action: "no service worker" });
  }
}

/** @param {ServiceWorker | null} worker */
function follow(worker) {
  worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
  });
}

/** @param {ServiceWorker} worker */
function offer(worker) {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("update"));
  button.hidden = false;
  button.onclick = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage("skip-waiting");
  };
}
