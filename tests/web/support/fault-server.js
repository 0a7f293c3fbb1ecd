/**
 * A real server of the page, its modules apart so that a test can change one, and of voices, with faults: of one answer (a status, wrong bytes, a stall...),
 * and of a whole transfer, which is cut when so many bytes of a voice have gone out. It keeps a log of every
 * request for a voice's file, so that a test can count what was sent twice.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { madeFiles } from "../../../www/bin/shell.js";
import { staticFiles } from "../../../www/bin/static-files.js";
import { BLOCK_BYTES } from "./padded-voice.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const SLICE_BYTES = 64 * 1024;
// 32 MB/s in all: what has gone out is then nearly what has arrived.
const SLICE_MS = 2;

/** @typedef {import("./padded-voice.js").PaddedVoice} PaddedVoice */
/** @typedef {import("node:http").IncomingMessage} Incoming */
/** @typedef {import("node:http").ServerResponse} Outgoing */

/**
 * @typedef {(
 *   | {kind: "status", status: number}
 *   | {kind: "html"}
 *   | {kind: "length", by: number}
 *   | {kind: "content", at?: number}
 *   | {kind: "drip", bytes: number, every_ms: number}
 *   | {kind: "stall", after: number}
 *   | {kind: "drop", after: number}
 *   | {kind: "redirect"}
 *   | {kind: "no-range"}
 *   | {kind: "content-range", by: number}
 *   | {kind: "etag", tag: string}
 *   | {kind: "gzip", unasked?: boolean}
 * )} Fault What is wrong with one answer. "length": the Content-Length is off by so much; more than there is ends
 *   with the connection. "redirect": to itself, for ever. "etag": another one than before.
 *   "gzip": the whole file compressed where the request takes that (for a range it doesn't), or `unasked` always.
 */

/**
 * @typedef {object} Sent A request for a file of a voice and what was sent for it.
 * @property {string} voice
 * @property {string} file
 * @property {string} [range] Its Range header.
 * @property {number} status
 * @property {number} start Where in the file the answer begins.
 * @property {number} sent Bytes of the body that went out.
 */

/** @typedef {{voice: string, file: string, range?: string, times: number}} Ask `times`: of this file before. */
/** @typedef {(ask: Ask) => Fault | undefined} Rule */

export class FaultServer {
  /** @type {Sent[]} */ log = [];
  /** Asked for every file of a voice, `voice.json` too. @type {Rule} */ rule = () => undefined;
  /** @type {Map<string, PaddedVoice>} */ #voices = new Map();
  /** Files of the page as this server has them. @type {Record<string, () => string>} */ #made = Object.fromEntries(
    Object.entries(madeFiles(WWW)).map(([file, text]) => [file, () => text]),
  );
  #page = staticFiles(WWW, { allowed: (path) => !path.startsWith("voices/"), made: this.#made });
  #server = createServer((request, response) => this.#answer(request, response));
  /** @type {Cut | undefined} */ #cut;
  #turn = Promise.resolve();
  /** @type {Set<Outgoing>} */ #sending = new Set();
  url = "";

  /** @param {PaddedVoice[]} voices */
  static async start(...voices) {
    const server = new FaultServer();
    for (const voice of voices) server.put(voice);
    await new Promise((resolve) => server.#server.listen(0, "127.0.0.1", () => resolve(undefined)));
    server.url = `http://localhost:${/** @type {any} */ (server.#server.address()).port}/`;
    return server;
  }

  /** Offers a voice, in the place of an earlier one of the same id. @param {PaddedVoice} voice */
  put(voice) {
    this.#voices.set(voice.id, voice);
  }

  /**
   * Serves a file of the page changed.
   * @param {string} file
   * @param {(text: string) => string} change
   */
  replace(file, change) {
    const text = readFileSync(join(WWW, file), "utf8");
    const changed = change(text);
    if (changed === text) throw new Error(`nothing was changed in ${file}`);
    this.add(file, changed);
  }

  /** Serves a file of the page that the build has not. @param {string} file @param {string} text */
  add(file, text) {
    this.#made[file] = () => text;
  }

  /**
   * From now on, when so many more bytes of voices have gone out: "drop" closes every connection that carries a
   * voice and refuses further ones, "hold" sends no more, and waits.
   * @param {number} bytes
   * @param {"drop" | "hold"} how
   */
  cut(bytes, how) {
    this.#cut = new Cut(bytes, how);
    return this.#cut.reached;
  }

  /** Until nobody is there to take what is being sent: the reader of every answer is gone. */
  async left() {
    while ([...this.#sending].some((response) => !response.destroyed)) await sleep(10);
  }

  /** Ends every fault. */
  heal() {
    this.rule = () => undefined;
    this.#cut?.end();
    this.#cut = undefined;
  }

  stop() {
    this.heal();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    return closed;
  }

  /** @param {Incoming} request @param {Outgoing} response */
  async #answer(request, response) {
    const [, id, file] = /^\/voices\/([^/]+)\/([^?]+)/.exec(request.url ?? "") ?? [];
    const voice = this.#voices.get(id);
    if (voice && file) return this.#answerFile(voice, file, request, response);
    if (await this.#page(request, response)) return;
    response.writeHead(404, { "content-type": "text/plain" }).end("404\n");
  }

  /** @param {PaddedVoice} voice @param {string} file @param {Incoming} request @param {Outgoing} response */
  async #answerFile(voice, file, request, response) {
    if (this.#cut?.refuses) return void request.socket.destroy();
    const whole = file === "voice.json" ? Buffer.from(voice.text) : voice.contents.get(file);
    if (!whole) return void response.writeHead(404).end("404\n");
    const times = this.log.filter((entry) => entry.voice === voice.id && entry.file === file).length;
    const { range } = request.headers;
    const fault = this.rule({ voice: voice.id, file, range, times });
    const answer = makeAnswer(whole, request, fault);
    const entry = { voice: voice.id, file, range, status: answer.status, start: answer.start, sent: 0 };
    this.log.push(entry);
    response.writeHead(answer.status, answer.headers);
    this.#sending.add(response);
    await this.#send(entry, answer.body, fault, response);
    this.#sending.delete(response);
  }

  /**
   * The body in slices, which all answers of this server take turns to send.
   * @param {Sent} entry
   * @param {Buffer} body
   * @param {Fault | undefined} fault
   * @param {Outgoing} response
   */
  async #send(entry, body, fault, response) {
    const counted = entry.file !== "voice.json";
    const end = fault?.kind === "stall" || fault?.kind === "drop" ? Math.min(fault.after, body.length) : body.length;
    while (entry.sent < end && !response.destroyed) {
      let most = fault?.kind === "drip" ? fault.bytes : SLICE_BYTES;
      await (fault?.kind === "drip" ? sleep(fault.every_ms) : this.#myTurn());
      if (counted) most = Math.min(most, (await this.#cut?.room()) ?? most);
      if (this.#cut?.refuses) return void response.destroy();
      const slice = body.subarray(entry.sent, Math.min(entry.sent + most, end));
      await new Promise((resolve) => response.write(slice, resolve));
      entry.sent += slice.length;
      if (counted) this.#cut?.count(slice.length);
    }
    if (fault?.kind === "stall") return;
    const off = fault?.kind === "length" && fault.by > 0;
    if (fault?.kind === "drop" || off || this.#cut?.refuses) response.destroy();
    else response.end();
  }

  #myTurn() {
    return (this.#turn = this.#turn.then(() => sleep(SLICE_MS)));
  }
}

/** Where a transfer ends before its end. */
class Cut {
  #left;
  #how;
  #reach = () => {};
  #release = () => {};
  /** @type {Promise<void>} */ reached = new Promise((resolve) => (this.#reach = resolve));
  /** @type {Promise<void>} */ #released = new Promise((resolve) => (this.#release = resolve));

  /** @param {number} bytes @param {"drop" | "hold"} how */
  constructor(bytes, how) {
    this.#left = bytes;
    this.#how = how;
  }

  get refuses() {
    return this.#how === "drop" && this.#left === 0;
  }

  /** How many bytes may go out; waits where there are none. */
  async room() {
    if (this.#left === 0) this.#reach();
    if (this.#left === 0 && this.#how === "hold") await this.#released;
    return this.#left;
  }

  /** @param {number} bytes */
  count(bytes) {
    this.#left = Math.max(0, this.#left - bytes);
    if (this.#left === 0) this.#reach();
  }

  end() {
    this.#left = Infinity;
    this.#release();
  }
}

/**
 * What goes out for a request: RFC 9110, section 14, for one range, and then what the fault makes of it.
 * @param {Buffer} whole
 * @param {Incoming} request
 * @param {Fault | undefined} fault
 * @returns {{status: number, headers: Record<string, string | number>, body: Buffer, start: number}}
 */
function makeAnswer(whole, { url, headers: asked }, fault) {
  const etag = fault?.kind === "etag" ? fault.tag : etagOf(whole);
  const type = String(url).endsWith(".json") ? "application/json" : "application/octet-stream";
  const headers = { "content-type": type, "cache-control": "no-cache", etag };
  if (fault?.kind === "status") return plain(fault.status, `${fault.status}\n`, "text/plain");
  if (fault?.kind === "html") return plain(200, "<!doctype html><title>Sign in</title>", "text/html; charset=utf-8");
  if (fault?.kind === "redirect") return { ...plain(302, "", "text/plain"), headers: { location: next(String(url)) } };
  if (fault?.kind === "gzip" && (fault.unasked || /\bgzip\b/.test(String(asked["accept-encoding"])))) {
    const body = gzipSync(whole, { level: 1 });
    const encoded = { "content-encoding": "gzip", "content-length": body.length };
    return { status: 200, headers: { ...headers, ...encoded }, body, start: 0 };
  }
  const known = asked["if-range"] === undefined || asked["if-range"] === etag;
  const part = fault?.kind !== "no-range" && known ? rangeIn(asked.range, whole.length) : undefined;
  if (part === "unsatisfiable") return plain(416, "", "text/plain", { "content-range": `bytes */${whole.length}` });
  return spoiled(whole, part, fault, fault?.kind === "no-range" ? headers : { ...headers, "accept-ranges": "bytes" });
}

/**
 * @param {Buffer} whole
 * @param {{start: number, end: number} | undefined} part
 * @param {Fault | undefined} fault
 * @param {Record<string, string | number>} headers
 */
function spoiled(whole, part, fault, headers) {
  const { start, end } = part ?? { start: 0, end: whole.length };
  let body = whole.subarray(start, end);
  const by = fault?.kind === "length" ? fault.by : 0;
  if (by < 0) body = body.subarray(0, by);
  if (fault?.kind === "content") {
    body = Buffer.from(body);
    body[(fault.at ?? 0) % body.length] ^= 1;
  }
  const length = { "content-length": end - start + by };
  if (!part) return { status: 200, headers: { ...headers, ...length }, body, start };
  const shift = fault?.kind === "content-range" ? fault.by : 0;
  const contentRange = `bytes ${start + shift}-${end - 1 + shift}/${whole.length}`;
  return { status: 206, headers: { ...headers, ...length, "content-range": contentRange }, body, start };
}

/** @type {WeakMap<Buffer, string>} */
const etags = new WeakMap();

/** @param {Buffer} whole */
function etagOf(whole) {
  const etag = etags.get(whole) ?? `"${createHash("sha256").update(whole).digest("hex").slice(0, 16)}"`;
  etags.set(whole, etag);
  return etag;
}

/**
 * @param {number} status
 * @param {string} text
 * @param {string} type
 * @param {Record<string, string>} [more]
 */
function plain(status, text, type, more = {}) {
  const body = Buffer.from(text);
  return {
    status,
    headers: { ...more, "content-type": type, "content-length": body.length },
    body,
    start: 0,
  };
}

/**
 * The same address with a number that counts up, since browsers see an address that leads to itself.
 * @param {string} url
 */
function next(url) {
  const [path, count = "0"] = url.split("?");
  return `${path}?${Number(count) + 1}`;
}

/**
 * @param {string | undefined} header
 * @param {number} length
 * @returns {{start: number, end: number} | "unsatisfiable" | undefined}
 */
function rangeIn(header, length) {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined) return undefined;
  const [start, end] = [Number(first), last ? Math.min(Number(last) + 1, length) : length];
  return start < end ? { start, end } : "unsatisfiable";
}

/** Bytes of voices' files that went out. @param {Sent[]} log */
export function sentBytes(log) {
  return log.reduce((sum, { file, sent }) => sum + (file === "voice.json" ? 0 : sent), 0);
}

/**
 * What of a voice went out twice: in bytes, and the chunks that had gone out whole and did again.
 * @param {PaddedVoice} voice
 * @param {Sent[]} before
 * @param {Sent[]} after
 */
export function sentTwice(voice, before, after) {
  let bytes = 0;
  /** @type {string[]} */
  const chunks = [];
  for (const file of voice.files) {
    const [first, again] = [before, after].map((log) => covered(file, log));
    for (let start = 0; start < file.bytes; start += BLOCK_BYTES) {
      const end = Math.min(start + BLOCK_BYTES, file.bytes);
      const [had, has] = [first, again].map((flags) => flags.subarray(start, end));
      bytes += had.reduce((sum, flag, at) => sum + (flag & has[at]), 0);
      if (!had.includes(0) && has.includes(1)) chunks.push(`${file.path} ${start / BLOCK_BYTES}`);
    }
  }
  return { bytes, chunks };
}

/**
 * A flag per byte of a file: whether it went out.
 * @param {{path: string, bytes: number}} file
 * @param {Sent[]} log
 */
function covered({ path, bytes }, log) {
  const flags = new Uint8Array(bytes);
  for (const { file, start, sent } of log) if (file === path) flags.fill(1, start, start + sent);
  return flags;
}
