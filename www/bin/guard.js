/**
 * Who may ask: which hosts, which origins, and with which token. Checked before a request is read, so that a page of
 * another site, whatever name it gives this machine, can't use a server that is meant for this machine's own.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import { isIP } from "node:net";
import { HanvoxError } from "../lib/shared/errors.js";
import { Refusal } from "../lib/api/refusal.js";

/**
 * @typedef {object} GuardOptions
 * @property {string[]} [hosts] Names that this server is called by, besides its addresses and this machine's own names;
 *   `*`: any.
 * @property {string[]} [origins] Other sites whose pages may ask, such as `https://example.org`; `*`: any.
 * @property {string} [token] That a request to the API must bring.
 */

/** @typedef {{method?: string, headers: import("node:http").IncomingHttpHeaders}} Asked */

const ANY = "*";
const LOCAL_NAMES = ["localhost", hostname().toLowerCase(), `${hostname().toLowerCase()}.local`];
/** Probes of a balancer bring no token. */
const OPEN_ROUTES = ["/healthz"];
const METHODS = "GET, HEAD, POST, OPTIONS";
const MAX_AGE_S = "7200";

export class Guard {
  #hosts;
  #origins;
  #token;

  /** @param {GuardOptions} [options] */
  constructor({ hosts = [], origins = [], token } = {}) {
    this.#hosts = new Set([...LOCAL_NAMES, ...hosts.map((name) => name.toLowerCase())]);
    this.#origins = new Set(origins.map(originOf));
    this.#token = token === undefined ? undefined : digest(token);
  }

  /**
   * Whether the request names this server. A page that made its own name point here does not.
   * @param {Asked} request
   * @returns {Refusal | undefined}
   */
  checkHost({ headers: { host } }) {
    // Browsers always name the host.
    if (host === undefined || this.#hosts.has(ANY) || this.#knows(host)) return undefined;
    const message = "this server is not known by the host name of the request; --allow-host NAME makes it so";
    return new Refusal(421, "request-invalid", message);
  }

  /**
   * Whether the one who asks may use the API.
   * @param {Asked} request
   * @param {string} path
   * @returns {Refusal | undefined}
   */
  checkCaller({ method, headers }, path) {
    if (this.#isForeign(headers))
      return new Refusal(403, "request-invalid", "pages of this origin may not ask; --cors ORIGIN lets them");
    if (this.#token === undefined || method === "OPTIONS" || OPEN_ROUTES.includes(path)) return undefined;
    const given = tokenOf(headers);
    if (given !== undefined && timingSafeEqual(digest(given), this.#token)) return undefined;
    const challenge = { headers: { "WWW-Authenticate": "Bearer" } };
    return new Refusal(401, "request-invalid", "the token of the server is missing or wrong", challenge);
  }

  /**
   * What lets a page of another origin read the answer.
   * @param {Asked} request
   * @returns {Record<string, string>}
   */
  corsHeaders({ headers: { origin } }) {
    if (this.#origins.size === 0) return {};
    /** @type {Record<string, string>} */
    const vary = this.#origins.has(ANY) ? {} : { Vary: "Origin" };
    if (origin === undefined || !this.#allows(origin)) return vary;
    const allowed = this.#origins.has(ANY) ? ANY : origin;
    return { ...vary, "Access-Control-Allow-Origin": allowed, "Access-Control-Expose-Headers": ANY };
  }

  /**
   * The answer to a browser that asks whether its page may ask; undefined if it does not.
   * @param {Asked} request
   * @returns {Record<string, string> | undefined}
   */
  preflight(request) {
    const asked = request.headers["access-control-request-method"];
    if (request.method !== "OPTIONS" || asked === undefined || this.#origins.size === 0) return undefined;
    return {
      ...this.corsHeaders(request),
      "Access-Control-Allow-Methods": METHODS,
      // `*` does not cover Authorization.
      "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? ANY,
      "Access-Control-Max-Age": MAX_AGE_S,
    };
  }

  /** @param {string} host With or without a port. */
  #knows(host) {
    const name = nameIn(host);
    return name !== undefined && (isIP(name) > 0 || this.#hosts.has(name));
  }

  /** @param {import("node:http").IncomingHttpHeaders} headers */
  #isForeign({ host, origin, "sec-fetch-site": site }) {
    if (origin !== undefined) return !this.#allows(origin) && !isOwn(origin, host);
    // An image or a sound of another page names no origin.
    return site === "cross-site" && !this.#origins.has(ANY);
  }

  /** @param {string} origin */
  #allows(origin) {
    return this.#origins.has(ANY) || this.#origins.has(origin.toLowerCase());
  }
}

/**
 * @param {string} text
 * @returns {string}
 */
function originOf(text) {
  if (text === ANY) return ANY;
  const { origin = "null" } = URL.canParse(text) ? new URL(text) : {};
  if (origin !== "null") return origin;
  throw new HanvoxError("option-invalid", `--cors takes an origin such as https://example.org, or *, not "${text}"`);
}

/** @param {string} host @returns {string | undefined} In lower case, without port and brackets. */
function nameIn(host) {
  const address = `http://${host}/`;
  if (/[/?#@\\\s]/.test(host) || !URL.canParse(address)) return undefined;
  return new URL(address).hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/**
 * @param {string} origin
 * @param {string} [host]
 */
function isOwn(origin, host) {
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

/**
 * As OpenAI's clients bring it, or Azure's.
 * @param {import("node:http").IncomingHttpHeaders} headers
 */
function tokenOf({ authorization = "", "ocp-apim-subscription-key": key }) {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  return bearer ?? (typeof key === "string" ? key : undefined);
}

/** Of equal length for any text. @param {string} text */
function digest(text) {
  return createHash("sha256").update(text).digest();
}
