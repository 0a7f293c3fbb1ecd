/**
 * Runs a handler from `Request` to `Response` on Node's http: bodies with back-pressure both ways, a signal that
 * aborts when the client disconnects, timeouts, and a JSON response even to invalid HTTP.
 */
import { STATUS_CODES, createServer } from "node:http";
import { HanvoxError } from "../lib/shared/errors.js";
import { Exchange } from "../lib/api/exchange.js";
import { Refusal } from "../lib/api/refusal.js";
import { Guard } from "./guard.js";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {import("node:net").Socket} Socket */

/**
 * @typedef {object} HostOptions
 * @property {(request: Request) => Promise<Response>} handler
 * @property {(request: IncomingMessage, response: ServerResponse) => Promise<boolean>} files Called first.
 * @property {import("../lib/api/exchange.js").ApiDiagnostics} diagnostics
 * @property {import("./guard.js").Guard} [guard] Default: anyone may ask.
 * @property {Partial<typeof TIMES>} [times]
 */

export const TIMES = {
  /** To receive a request's head. */ headers_ms: 10_000,
  /** To receive a whole request, with its body. */ request_ms: 30_000,
  /** For a client to read more of a response. */ write_ms: 60_000,
  /** Between two requests on a connection. */ idle_ms: 5_000,
  /** Between two checks of the above. */ check_ms: 500,
};

const MOST_CONNECTIONS = 1000;
const MOST_HEADER_BYTES = 16 * 1024;
// For a rejected client to read why; whatever it still sends then is discarded.
const FAREWELL_MS = 1000;
// For a reset to arrive.
const RESET_MS = 1000;

/** Methods that the platform forbids in a `Request`. */
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];

export class HttpHost {
  #handler;
  #files;
  #diagnostics;
  #guard;
  #times;
  #server;
  /** The last request on a connection. @type {WeakMap<Socket, Incoming>} */ #last = new WeakMap();
  /** Connections that were rejected. @type {WeakSet<Socket>} */ #turnedAway = new WeakSet();
  #running = 0;
  #closing = false;
  /** @type {() => void} */ #onidle = () => {};

  /** @param {HostOptions} options */
  constructor({ handler, files, diagnostics, guard = new Guard({ hosts: ["*"], origins: ["*"] }), times }) {
    this.#guard = guard;
    this.#handler = handler;
    this.#files = files;
    this.#diagnostics = diagnostics;
    this.#times = { ...TIMES, ...times };
    this.#server = this.#makeServer();
  }

  /**
   * @param {number} port 0 for any free one.
   * @param {string} host
   * @returns {Promise<import("node:net").AddressInfo>}
   */
  listen(port, host) {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause) => reject(notListening(cause, port, host)));
      this.#server.listen(port, host, () => resolve(/** @type {any} */ (this.#server.address())));
    });
  }

  /**
   * Waits for the running requests, whose connections then close; until then, new requests are answered too.
   * @param {number} [deadline_ms] After which running requests are cut off.
   * @returns {Promise<number>} How many were cut off.
   */
  async close(deadline_ms = Infinity) {
    this.#closing = true;
    this.#server.closeIdleConnections();
    if (this.#running > 0) await this.#idle(deadline_ms);
    const cut = this.#running;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    return cut;
  }

  /** @param {number} deadline_ms @returns {Promise<void>} */
  #idle(deadline_ms) {
    return new Promise((resolve) => {
      const timer = deadline_ms === Infinity ? undefined : setTimeout(resolve, deadline_ms);
      this.#onidle = () => (clearTimeout(timer), resolve());
    });
  }

  #makeServer() {
    const { headers_ms, request_ms, idle_ms, check_ms } = this.#times;
    const server = createServer({
      headersTimeout: headers_ms,
      requestTimeout: request_ms,
      keepAliveTimeout: idle_ms,
      connectionsCheckingInterval: check_ms,
      maxHeaderSize: MOST_HEADER_BYTES,
      requireHostHeader: false,
    });
    server.maxConnections = MOST_CONNECTIONS;
    // A client may close its half after the request and still wait for the response.
    Object.assign(server, { httpAllowHalfOpen: true });
    server.on("connection", (socket) => socket.on("end", () => this.#last.get(socket)?.probe()));
    server.on("request", (request, response) => this.#answer(request, response));
    // A client that expects 100 Continue gets it when the body is read: a body that is too large is never sent.
    server.on("checkContinue", (request, response) => this.#answer(request, response));
    // This is no proxy.
    server.on("connect", (_, socket) => {
      const refusal = new Refusal(405, "request-invalid", "CONNECT is for proxies", {
        headers: { Allow: "GET, POST" },
      });
      this.#sendOff(refusal, /** @type {Socket} */ (socket));
    });
    server.on("clientError", (error, socket) => this.#refuse(error, /** @type {Socket} */ (socket)));
    return server;
  }

  /**
   * @param {IncomingMessage} message
   * @param {ServerResponse} response
   */
  async #answer(message, response) {
    const incoming = new Incoming(message, response);
    this.#last.set(message.socket, incoming);
    this.#running += 1;
    response.on("close", () => this.#ended());
    if (this.#closing) response.shouldKeepAlive = false;
    try {
      await this.#send(await this.#admitted(incoming), incoming);
    } catch {
      // A failure from here on can't be answered anymore: the client sees a broken connection.
      response.destroy();
    }
  }

  #ended() {
    this.#running -= 1;
    if (this.#running === 0) this.#onidle();
  }

  /**
   * The response, if the guard lets the request in; undefined if a file was sent instead.
   * @param {Incoming} incoming
   */
  async #admitted(incoming) {
    const { message, response } = incoming;
    const stranger = this.#guard.checkHost(message);
    if (stranger) return this.#refused(stranger);
    const preflight = this.#guard.preflight(message);
    if (preflight) return new Response(null, { status: 204, headers: preflight });
    if (await this.#files(message, response)) return undefined;
    const refusal = this.#guard.checkCaller(message, pathOf(message));
    const answer = refusal ? this.#refused(refusal) : await this.#responseTo(incoming);
    for (const [name, value] of Object.entries(this.#guard.corsHeaders(message))) answer.headers.append(name, value);
    return answer;
  }

  /** @param {Incoming} incoming */
  async #responseTo(incoming) {
    const { message } = incoming;
    if (!FORBIDDEN_METHODS.includes(message.method ?? "")) {
      const request = incoming.request();
      if (request) return this.#handler(request);
    }
    return this.#refused(new Refusal(400, "request-invalid", "the request's address or method can't be read"));
  }

  /** @param {Refusal} refusal */
  #refused(refusal) {
    const exchange = new Exchange(this.#diagnostics, "other");
    const response = exchange.answered(exchange.failed(refusal));
    exchange.ended();
    return response;
  }

  /**
   * @param {Response | undefined} answer
   * @param {Incoming} incoming
   */
  async #send(answer, { message, response }) {
    if (!answer) return;
    const { status, headers, body } = answer;
    const reader = body?.getReader();
    // A connection that was lost in the meantime has already emitted "close".
    if (response.destroyed) return void (await reader?.cancel());
    response.on("close", () => reader?.cancel().catch(() => {}));
    response.writeHead(status, [...headers].flat());
    while (reader && message.method !== "HEAD") {
      const { done, value } = await reader.read();
      if (done) break;
      if (!response.write(value)) await drained(response, this.#times.write_ms);
    }
    response.end();
  }

  /**
   * Answers an invalid or timed-out request.
   * @param {Error & {code?: string}} error
   * @param {Socket} socket
   */
  #refuse(error, socket) {
    if (this.#turnedAway.has(socket)) return;
    this.#turnedAway.add(socket);
    const last = this.#last.get(socket);
    if (!socket.writable || error.code === "ECONNRESET" || last?.half) return socket.destroy();
    if (last?.waiting) return last.fail(refusalOf(error));
    // Responses are sent in the order of their requests.
    if (last && !last.response.closed)
      return last.response.once("close", () => this.#sendOff(refusalOf(error), socket));
    return this.#sendOff(refusalOf(error), socket);
  }

  /**
   * Answers on a bare connection, and closes it.
   * @param {Refusal} refusal
   * @param {Socket} socket
   */
  async #sendOff(refusal, socket) {
    socket.on("error", () => {});
    const exchange = new Exchange(this.#diagnostics, "other");
    const answer = exchange.answered(exchange.failed(refusal));
    exchange.ended();
    const head = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`, "Connection: close"];
    for (const [name, value] of answer.headers) head.push(`${name}: ${value}`);
    socket.end(`${head.join("\r\n")}\r\n\r\n${await answer.text()}`);
    setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  }
}

/** @param {IncomingMessage} message */
function pathOf({ url = "/" }) {
  return url.split("?", 1)[0];
}

/** An incoming request. */
class Incoming {
  #gone = new AbortController();
  /** @type {Error | undefined} */ #fault;
  /** @type {(error: Error) => void} */ #failBody = () => {};

  /**
   * @param {IncomingMessage} message
   * @param {ServerResponse} response
   */
  constructor(message, response) {
    this.message = message;
    this.response = response;
    response.on("close", () => {
      if (!response.writableFinished) this.#gone.abort(new HanvoxError("canceled", "the reader went away"));
    });
  }

  /** Whether its body is incomplete and its response not yet started. */
  get waiting() {
    return !this.message.complete && !this.response.headersSent;
  }

  /** Whether it broke off during or after its response. */
  get half() {
    return !this.message.complete && this.response.headersSent;
  }

  /** @returns {Request | undefined} */
  request() {
    const { method = "GET", headersDistinct } = this.message;
    const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
      values.map((value) => /** @type {[string, string]} */ ([name, value])),
    );
    const bodiless = method === "GET" || method === "HEAD";
    const init = { method, headers, signal: this.#gone.signal, duplex: "half" };
    try {
      return new Request(addressOf(this.message.url ?? "/"), {
        ...init,
        body: bodiless ? null : this.#body(),
      });
    } catch {
      return undefined;
    }
  }

  /** Ends the body with an error, which the handler then answers. @param {Error} error */
  fail(error) {
    this.response.shouldKeepAlive = false;
    this.#fault = error;
    this.#failBody(error);
  }

  /**
   * A client that closed its half may be waiting for the response or be gone. On a dead connection, a first
   * write provokes a reset, and a second one fails on it. A client must accept this interim response at any
   * time (RFC 9110, 15.2).
   */
  probe() {
    const { message, response } = this;
    if (message.httpVersionMinor === 0 || !message.complete) return;
    const write = () => response.headersSent || response.closed || response.writeContinue();
    write();
    setTimeout(write, RESET_MS).unref();
  }

  /** Read from the connection only on demand; the unread rest is discarded. */
  #body() {
    const { message, response } = this;
    let told = message.headers.expect === undefined;
    const leave = () => message.off("data", take).off("end", end).off("error", fail).resume();
    /** @type {ReadableStreamDefaultController<Uint8Array>} */
    let controller;
    const take = (/** @type {Buffer} */ data) => {
      message.pause();
      controller.enqueue(new Uint8Array(data));
    };
    const end = () => (leave(), controller.close());
    const fail = (/** @type {Error} */ error) => (leave(), controller.error(error));
    message.on("data", take).on("end", end).on("error", fail).pause();
    this.#failBody = fail;
    return new ReadableStream(
      {
        start: (its) => {
          controller = its;
          // The fault may have arrived in the same packet as the head.
          if (this.#fault) fail(this.#fault);
        },
        pull() {
          if (!told) response.writeContinue();
          told = true;
          message.resume();
        },
        cancel: () => void leave(),
      },
      { highWaterMark: 0 },
    );
  }
}

/**
 * Concatenated: resolved as a relative URL, `//x/tts` would be tts on the host x.
 * @param {string} url
 */
function addressOf(url) {
  return url.startsWith("/") ? `http://localhost${url}` : url;
}

/**
 * @param {ServerResponse} response
 * @param {number} limit_ms
 * @returns {Promise<void>}
 */
function drained(response, limit_ms) {
  return new Promise((resolve, reject) => {
    const settle = (/** @type {() => void} */ how) => () => {
      clearTimeout(timer);
      response.off("drain", goOn).off("close", stop);
      how();
    };
    const goOn = settle(resolve);
    const stop = settle(() => reject(new HanvoxError("canceled", "the reader took no more")));
    const timer = setTimeout(stop, limit_ms);
    response.on("drain", goOn).on("close", stop);
  });
}

/** @param {Error & {code?: string}} error */
function refusalOf({ code, message }) {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new Refusal(408, "request-invalid", "the request came too slowly");
  if (code === "HPE_HEADER_OVERFLOW")
    return new Refusal(431, "request-invalid", `the head of the request is larger than ${MOST_HEADER_BYTES} bytes`);
  return new Refusal(400, "request-invalid", "this is no http request", {
    context: { reason: code ?? message },
  });
}

/**
 * @param {NodeJS.ErrnoException} cause
 * @param {number} port
 * @param {string} host
 */
function notListening(cause, port, host) {
  /** @type {Record<string, string>} */
  const known = {
    EADDRINUSE: `port ${port} is taken; choose another one with --port`,
    EACCES: `port ${port} may not be used; choose one above 1023 with --port`,
    EADDRNOTAVAIL: `this machine has no address ${host}`,
    ENOTFOUND: `there is no host ${host}`,
  };
  const message = known[cause.code ?? ""] ?? `${host}:${port} can't be listened on: ${cause.message}`;
  return new HanvoxError("option-invalid", message, { context: { host, port, reason: cause.code }, cause });
}
