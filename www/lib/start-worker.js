/** Starts the worker that owns an engine, also where its script is of another origin or must be trusted. */
import { UNSTARTED } from "./client/worker-connection.js";
import { HanvoxError } from "./shared/errors.js";

/** @typedef {string | URL | (() => Worker)} WorkerOption Address of the worker's script, or what makes a worker. */

const OPTIONS = /** @type {const} */ ({ type: "module", name: "hanvox" });

/**
 * What starts workers.
 * @param {WorkerOption} [option]
 * @returns {() => Worker}
 */
export function workerStarter(option) {
  if (typeof option === "function") return option;
  return () => reported(() => (option === undefined ? ofBundle() : ofAddress(String(option))));
}

/**
 * The error of a worker that did not start, with what the server says of its script: browsers don't say why.
 * @param {unknown} thrown
 * @param {WorkerOption} [option]
 * @returns {Promise<unknown>}
 */
export async function explained(thrown, option) {
  const { code, context, message } = HanvoxError.from(thrown);
  if (context.reason !== UNSTARTED || option === undefined || typeof option === "function") return thrown;
  const { href: url } = new URL(option, globalThis.location.href);
  const found = await problemAt(url);
  if (!found) return new HanvoxError(code, `${message}: ${url}`, { context: { ...context, url }, cause: thrown });
  const { told, ...about } = found;
  return new HanvoxError(code, `the worker's script could not be loaded: ${url} ${told}`, {
    context: { url, ...about },
    cause: thrown,
  });
}

/** @param {string} url */
async function problemAt(url) {
  // The policy that forbids the worker may forbid this, too.
  const response = await fetch(url, { method: "HEAD" }).catch(() => undefined);
  if (!response) return undefined;
  const { ok, status, headers } = response;
  if (!ok) return { told: `answered ${status}`, status, reason: "status" };
  const isPage = /^text\/html\b/i.test(headers.get("content-type") ?? "");
  return isPage ? { told: "answered with a web page instead of the script", status, reason: "html" } : undefined;
}

/** Bundlers find the worker by this very form. */
function ofBundle() {
  return new Worker(new URL("./engine/worker.js", import.meta.url), { type: "module", name: "hanvox" });
}

/** @param {string} address */
function ofAddress(address) {
  const { href, origin } = new URL(address, globalThis.location.href);
  if (origin === globalThis.location.origin) return new Worker(trusted(href), OPTIONS);
  // A worker must be of the page's origin, but may import from another one.
  const script = new Blob([`import ${JSON.stringify(href)};`], { type: "text/javascript" });
  const own = URL.createObjectURL(script);
  return new Worker(trusted(own), OPTIONS);
}

/** @type {{createScriptURL: (address: string) => string} | undefined} */
let policy;

/** An address as a page with Trusted Types takes it. @param {string} address */
function trusted(address) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  if (!trustedTypes) return address;
  policy ??= trustedTypes.createPolicy("hanvox", { createScriptURL: (/** @type {string} */ given) => given });
  return /** @type {{createScriptURL: (address: string) => string}} */ (policy).createScriptURL(address);
}

/** @param {() => Worker} start */
function reported(start) {
  try {
    return start();
  } catch (cause) {
    const about = cause instanceof Error ? cause.message : String(cause);
    throw new HanvoxError("engine-blocked", `the worker can't start: ${about}${hint(cause)}`, { cause });
  }
}

/** @param {unknown} cause */
function hint(cause) {
  if (/** @type {any} */ (globalThis).trustedTypes && cause instanceof TypeError)
    return "; allow the policy with `trusted-types hanvox`, and name the script by the option `assets` or `worker`";
  if (/** @type {any} */ (cause)?.name === "SecurityError")
    return "; a script of another origin starts with the option `assets`";
  return "";
}
