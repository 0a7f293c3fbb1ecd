/** One API request and its response, as logs and metrics see them. */
import { HanvoxError } from "../shared/errors.js";
import { OPENAI, openaiError } from "./openai.js";
import { errorResponse } from "./refusal.js";

/**
 * @typedef {object} ApiDiagnostics The part of `Diagnostics` that the API needs.
 * @property {(thrown: unknown, fields?: Record<string, unknown>) => HanvoxError} handle
 * @property {{write: (level: "debug", message: string, fields?: Record<string, unknown>) => unknown}} log
 * @property {ApiMetrics} metrics
 */

/**
 * @typedef {object} ApiMetrics
 * @property {(name: string, labels?: Record<string, string>, n?: number) => unknown} add
 * @property {(name: string, labels: Record<string, string>, value: number) => unknown} observe
 * @property {() => Promise<string>} text
 */

export class Exchange {
  #diagnostics;
  #route;
  #started = performance.now();
  #ended = false;
  #status = 0;

  /**
   * @param {ApiDiagnostics} diagnostics
   * @param {string} route One of the known routes, or "other": it is a metrics label.
   */
  constructor(diagnostics, route) {
    this.#diagnostics = diagnostics;
    this.#route = route;
    /** Its id in the logs. @type {string} */
    this.request = crypto.randomUUID();
  }

  /**
   * The response to a failure, which is logged and counted here unless that was already done.
   * @param {unknown} thrown
   */
  failed(thrown) {
    const error = this.#diagnostics.handle(HanvoxError.from(thrown), {
      request: this.request,
      route: this.#route,
    });
    const more = this.#route.startsWith(OPENAI) ? { error: openaiError(error) } : {};
    return errorResponse(error, this.request, more);
  }

  /**
   * The response as it is sent: each one is counted, whatever happens to its body.
   * @param {Response} response
   */
  answered(response) {
    this.#status = response.status;
    response.headers.set("X-Request-Id", this.request);
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("X-Content-Type-Options", "nosniff");
    const labels = { route: this.#route, status: String(response.status) };
    this.#diagnostics.metrics.add("hanvox_http_requests_total", labels);
    return response;
  }

  /** The response and its body have been sent, or the client is gone. */
  ended() {
    if (this.#ended) return;
    this.#ended = true;
    const seconds = (performance.now() - this.#started) / 1000;
    this.#diagnostics.metrics.observe("hanvox_http_request_duration_seconds", { route: this.#route }, seconds);
    this.#diagnostics.log.write("debug", "answered", {
      request: this.request,
      route: this.#route,
      status: this.#status,
      duration_ms: Math.round(seconds * 1000),
    });
  }
}
