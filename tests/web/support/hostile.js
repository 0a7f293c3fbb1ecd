/** Requests that no client should send, the same for the same seed, and what a server made of them. */
import { connect } from "node:net";
import { randomFrom } from "./random.js";

/** @typedef {() => number} Random From 0 to 1. */
/** @typedef {{kind: string, bytes: Buffer, leaves?: boolean}} Hostile `leaves`: the client is gone before the answer. */

const ROUTES = [
  ...["/tts", "/synthesize", "/v1/audio/speech", "/v1/models", "/v1/audio/voices", "/cognitiveservices/v1"],
  ...["/cognitiveservices/voices/list", "/voices", "/healthz", "/metrics", "/", "/index.html", "/lib/api/api.js"],
];
const METHODS = [
  "GET",
  "POST",
  "HEAD",
  "PUT",
  "DELETE",
  "OPTIONS",
  "PATCH",
  "TRACE",
  "CONNECT",
  "get",
  "P\u00d6ST",
  "",
];
const TEXTS = [
  "好。",
  "",
  " ",
  "a",
  "……",
  "<speak>",
  "<speak>好",
  "{hao3}",
  "\u0000",
  "😀",
  "\ufeff好",
  "好".repeat(300),
  "</tts>",
];
const FIELDS = [
  ...["text", "input", "voice", "speaker", "speed", "pitch", "energy", "emotion", "intensity", "format", "stream"],
  ...["model", "response_format", "stream_format", "instructions", "__proto__", "constructor", "toString", "", "很"],
];
const TYPES = [
  ...["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain"],
  ...[
    "application/ssml+xml",
    "application/json; charset=gbk",
    "application/json; charset=nothing",
    "",
    "a/b;;;=",
    "\u00ff/x",
  ],
  "multipart/form-data",
];
const HEADERS = [
  ...[
    "Host: evil.example",
    "Host:",
    "Host: localhost@x",
    "Origin: null",
    "Origin: https://evil.example",
    "Expect: 100-continue",
  ],
  ...[
    "Expect: nothing",
    "Range: bytes=0-",
    "Range: bytes=9-1",
    "Range: bytes=99999999999-",
    "If-None-Match: *",
    "Upgrade: websocket",
  ],
  ...[
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip",
    "Content-Length: 1",
    "Content-Length: -1",
    "Content-Length: 1e9",
  ],
  ...[
    "Content-Encoding: gzip",
    "Authorization: Bearer x",
    "Connection: upgrade",
    "Sec-Fetch-Site: cross-site",
    "X: \u0001",
    " folded",
  ],
  ...[
    "Access-Control-Request-Method: POST",
    "X-Microsoft-OutputFormat: riff-99khz",
    `X-Long: ${"a".repeat(20_000)}`,
    "Cookie: a=b",
  ],
];

/** @param {number} seed @param {number} count @returns {Generator<Hostile, void, void>} */
export function* hostileRequests(seed, count) {
  const random = randomFrom(seed);
  for (let at = 0; at < count; at += 1) {
    const kind = some(random, Object.keys(KINDS));
    const { bytes, leaves } = KINDS[kind](random);
    yield { kind, bytes, leaves };
  }
}

/** @type {Record<string, (random: Random) => {bytes: Buffer, leaves?: boolean}>} */
const KINDS = {
  noise: (random) => ({ bytes: noise(random, 400) }),
  mutated: (random) => ({ bytes: mutated(random, request(random)) }),
  cut: (random) => ({ bytes: cut(random, request(random)) }),
  left: (random) => ({ bytes: cut(random, request(random)), leaves: true }),
  json: (random) => ({ bytes: request(random, { type: "application/json", body: json(random, 0) }) }),
  nested: (random) => ({ bytes: request(random, { type: "application/json", body: nested(random) }) }),
  form: (random) => ({ bytes: request(random, { path: "/synthesize", body: form(random) }) }),
  multipart: (random) => ({ bytes: request(random, { path: "/synthesize", body: multipart(random) }) }),
  query: (random) => ({ bytes: request(random, { path: `/tts?${form(random)}`, method: "GET", body: "" }) }),
  path: (random) => ({ bytes: request(random, { path: path(random) }) }),
  ssml: (random) => ({
    bytes: request(random, { path: "/cognitiveservices/v1", type: "application/ssml+xml", body: ssml(random) }),
  }),
  chunked: (random) => ({ bytes: chunked(random) }),
  pipelined: (random) => ({ bytes: Buffer.concat([request(random), request(random), noise(random, 20)]) }),
};

/** @template T @param {Random} random @param {readonly T[]} values @returns {T} */
function some(random, values) {
  return values[Math.floor(random() * values.length)];
}

/** @param {Random} random @param {number} most */
function noise(random, most) {
  return Buffer.from(Array.from({ length: 1 + Math.floor(random() * most) }, () => Math.floor(random() * 256)));
}

/**
 * @param {Random} random
 * @param {{path?: string, method?: string, type?: string, body?: string | Buffer}} [given]
 */
function request(random, given = {}) {
  const { path = some(random, ROUTES), method = random() < 0.6 ? "POST" : some(random, METHODS) } = given;
  const { type = some(random, TYPES), body = random() < 0.5 ? json(random, 0) : form(random) } = given;
  const bytes = Buffer.from(body);
  const lines = [`${method} ${path} HTTP/1.${random() < 0.1 ? 0 : 1}`];
  if (random() < 0.9) lines.push("Host: localhost");
  if (random() < 0.9) lines.push(`Content-Type: ${type}`);
  lines.push(`Content-Length: ${random() < 0.95 ? bytes.length : Math.floor(random() * 2 * bytes.length)}`);
  while (random() < 0.35) lines.push(some(random, HEADERS));
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bytes]);
}

/** @param {Random} random @param {Buffer} bytes */
function mutated(random, bytes) {
  const copy = Buffer.from(bytes);
  for (let times = 1 + Math.floor(random() * 6); times > 0; times -= 1)
    copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return copy;
}

/** @param {Random} random @param {Buffer} bytes */
function cut(random, bytes) {
  return bytes.subarray(0, 1 + Math.floor(random() * bytes.length));
}

/** @param {Random} random @param {number} depth @returns {string} */
function json(random, depth) {
  if (depth > 0 && random() < 0.6) return scalar(random);
  const members = Array.from({ length: Math.floor(random() * 5) }, () => json(random, depth + 1));
  if (depth > 0 && random() < 0.3) return `[${members.join(",")}]`;
  const names = members.map((value) => `${JSON.stringify(some(random, FIELDS))}:${value}`);
  if (random() < 0.7) names.unshift(`"${some(random, ["text", "input"])}":${JSON.stringify(some(random, TEXTS))}`);
  return `{${names.join(random() < 0.97 ? "," : ",,")}}`;
}

/** @param {Random} random */
function scalar(random) {
  const texts = TEXTS.map((text) => JSON.stringify(text));
  return some(random, [
    ...texts,
    "0",
    "-1",
    "1",
    "1e999",
    "1e-9",
    "true",
    "false",
    "null",
    '"\\ud83d"',
    "NaN",
    "0x1",
    '"',
    "'a'",
  ]);
}

/** @param {Random} random */
function nested(random) {
  const depth = Math.floor(random() * 20_000);
  const [open, close] = some(random, [
    ["[", "]"],
    ['{"text":', "}"],
    ['[{"a":', "}]"],
  ]);
  return `{"text":${open.repeat(depth)}1${random() < 0.8 ? close.repeat(depth) : ""}}`;
}

/** @param {Random} random */
function form(random) {
  const values = [...TEXTS.map(encodeURIComponent), "%", "%ff", "%E4%BD", "+", "1", "-1", "nan", "a=b", "%00", "1e400"];
  const pair = () => `${encodeURIComponent(some(random, FIELDS))}=${some(random, values)}`;
  const pairs = Array.from({ length: Math.floor(random() * 5) }, pair);
  return ["text=%E5%A5%BD", ...pairs].slice(random() < 0.8 ? 0 : 1).join(some(random, ["&", "&", "&&", ";"]));
}

/** @param {Random} random */
function multipart(random) {
  const part = () =>
    `--b\r\nContent-Disposition: form-data; name="${some(random, FIELDS)}"${some(random, ["", '; filename="x"', ";", "\r\nX"])}\r\n\r\n${some(random, TEXTS)}\r\n`;
  return (
    Array.from({ length: Math.floor(random() * 4) }, part).join("") + some(random, ["--b--\r\n", "", "--b", "--c--"])
  );
}

/** @param {Random} random */
function path(random) {
  const pieces = [
    "..",
    "%2e%2e",
    "tts",
    "lib",
    "%00",
    "%",
    "//",
    "\\",
    "?",
    "#",
    "a".repeat(5000),
    "index.html",
    "%c0%ae",
    "bin",
    " ",
  ];
  return `/${Array.from({ length: Math.floor(random() * 6) }, () => some(random, pieces)).join("/")}`;
}

/** @param {Random} random */
function ssml(random) {
  const tags = [
    "speak",
    "voice",
    "prosody",
    "break",
    "mark",
    "emotion",
    "phoneme",
    "say-as",
    "x:y",
    "!DOCTYPE",
    "?xml",
    "![CDATA[",
  ];
  const values = ["", "x", "9999999s", "-1", "&", "<", "+50%", "1e9", "zh-CN"];
  const piece = () =>
    some(random, [
      () =>
        `<${some(random, tags)} ${some(random, ["time", "name", "rate", "level"])}="${some(random, values)}"${some(random, [">", "/>", ""])}`,
      () => `</${some(random, tags)}>`,
      () => some(random, [...TEXTS, "&amp;", "&#0;", "&nothing;", "]]>", "-->"]),
    ])();
  return `<speak>${Array.from({ length: Math.floor(random() * 8) }, piece).join("")}${some(random, ["</speak>", ""])}`;
}

/** @param {Random} random */
function chunked(random) {
  const head =
    "POST /tts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  const size = some(random, ["6", "zz", "-1", "fffffffffffffff", "6;x=y", "0", "", "6 ", "0x6"]);
  return Buffer.from(
    `${head}${size}\r\n{"a":1\r\n${some(random, ["0\r\n\r\n", "", "1\r\n}\r\n0\r\n\r\n", "0\r\nX: y\r\n\r\n"])}`,
  );
}

/**
 * Sends it on a connection of its own.
 * @param {number} port
 * @param {Hostile} hostile
 * @param {number} limit_ms
 * @returns {Promise<"answered" | "silent" | "left" | "hung">} `silent`: the connection closed without any answer.
 */
export function attack(port, { bytes, leaves }, limit_ms) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let answer = "";
    const timer = setTimeout(() => end("hung"), limit_ms);
    const end = (/** @type {"answered" | "silent" | "left" | "hung"} */ how) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(how);
    };
    socket.setEncoding("latin1").on("data", (text) => (answer = (answer + text).slice(0, 20)));
    socket.on("error", () => {}).on("close", () => end(answer.startsWith("HTTP/1.1 ") ? "answered" : "silent"));
    socket.on("end", () => socket.end());
    if (leaves) socket.write(bytes, () => setTimeout(() => end("left"), 5));
    else socket.end(bytes);
  });
}
