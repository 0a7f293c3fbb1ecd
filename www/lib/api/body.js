/** Reads a request's body, up to a size limit and in its declared charset, as fields by name. */
import { HanvoxError } from "../shared/errors.js";
import { joined } from "../shared/bytes.js";
import { Refusal, badField } from "./refusal.js";

/** @typedef {[name: string, value: unknown][]} Fields In the given order; a name may appear twice. */

/**
 * @typedef {object} MediaType
 * @property {string} type "application/json"
 * @property {string} charset
 * @property {string} boundary Of a multipart body.
 */

/**
 * A JSON object's members.
 * @param {Request} request
 * @param {number} limit Bytes.
 * @returns {Promise<{fields: Fields, form: boolean}>}
 */
export async function readJson(request, limit) {
  const media = mediaType(request);
  // `fetch` with a string body sends it as plain text.
  if (!isJson(media) && !["", "text/plain"].includes(media.type)) throw unsupported(media, "application/json");
  return { fields: jsonFields(await readBytes(request, limit), media), form: false };
}

/**
 * The fields of a form, or the members of a JSON object.
 * @param {Request} request
 * @param {number} limit Bytes.
 * @returns {Promise<{fields: Fields, form: boolean}>}
 */
export async function readForm(request, limit) {
  const media = mediaType(request);
  if (isJson(media)) return readJson(request, limit);
  const read = FORMS[media.type];
  if (!read) throw unsupported(media, `${Object.keys(FORMS).join(", ")} or application/json`);
  return { fields: await read(await readBytes(request, limit), media), form: true };
}

/**
 * The body as a text.
 * @param {Request} request
 * @param {number} limit Bytes.
 * @param {string[]} types Media types that it may have.
 */
export async function readText(request, limit, types) {
  const media = mediaType(request);
  if (!types.includes(media.type)) throw unsupported(media, types.join(", "));
  return decode(await readBytes(request, limit), media.charset);
}

/**
 * The fields of an address.
 * @param {string} url
 * @returns {Fields}
 */
export function queryFields(url) {
  const [, query = ""] = /\?([^#]*)/.exec(url) ?? [];
  return urlencodedFields(new TextEncoder().encode(query), { type: "", charset: "utf-8", boundary: "" });
}

/** @type {Record<string, (bytes: Uint8Array<ArrayBuffer>, media: MediaType) => Fields | Promise<Fields>>} */
const FORMS = {
  "application/x-www-form-urlencoded": urlencodedFields,
  "multipart/form-data": multipartFields,
};

/** @param {Request} request @returns {MediaType} */
function mediaType(request) {
  const [type, ...parameters] = (request.headers.get("Content-Type") ?? "").split(";");
  const values = Object.fromEntries(parameters.map(parameter));
  return {
    type: type.trim().toLowerCase(),
    charset: values.charset ?? "utf-8",
    boundary: values.boundary ?? "",
  };
}

/** @param {string} text `name=value` or `name="value"` @returns {[string, string]} */
function parameter(text) {
  const [name, ...value] = text.trim().split("=");
  return [name.toLowerCase(), value.join("=").replace(/^"(.*)"$/, "$1")];
}

/** @param {MediaType} media */
function isJson({ type }) {
  return type === "application/json" || /^application\/[\w.-]+\+json$/.test(type);
}

/**
 * @param {MediaType} media
 * @param {string} known
 */
function unsupported({ type }, known) {
  const message = `the content type ${type || "(none)"} can't be read; it takes ${known}`;
  return new Refusal(415, "request-invalid", message, { headers: { Accept: known } });
}

/**
 * Reads the body as it arrives, but no further than the limit.
 * @param {Request} request
 * @param {number} limit
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function readBytes(request, limit) {
  if (Number(request.headers.get("Content-Length") ?? 0) > limit) throw tooLarge(limit);
  /** @type {Uint8Array[]} */
  const parts = [];
  let size = 0;
  for await (const part of partsOf(request)) {
    size += part.length;
    if (size > limit) throw tooLarge(limit);
    parts.push(part);
  }
  return joined(new Uint8Array(size), parts);
}

/**
 * Safari's streams aren't async iterable yet, and Firefox's requests have no stream.
 * @param {Request} request
 * @returns {AsyncGenerator<Uint8Array, void, void>}
 */
async function* partsOf(request) {
  if (!request.body) {
    yield new Uint8Array(await request.arrayBuffer());
    return;
  }
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // The caller can't use the result, and a failed stream rejects `cancel`.
    reader.cancel().catch(() => {});
  }
}

/** @param {number} limit */
function tooLarge(limit) {
  return new HanvoxError("text-too-long", `the body is larger than ${limit} bytes`, {
    context: { limit_bytes: limit },
  });
}

/**
 * @param {Uint8Array} bytes
 * @param {string} charset
 */
function decode(bytes, charset) {
  const decoder = decoderOf(charset);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const context = { charset: decoder.encoding };
    throw new HanvoxError("encoding-invalid", `the body is not valid ${decoder.encoding}`, {
      context,
      cause,
    });
  }
}

/** @param {string} charset */
function decoderOf(charset) {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch (cause) {
    const context = { charset };
    throw new Refusal(415, "request-invalid", `the charset ${charset} is not known`, { context, cause });
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {MediaType} media
 * @returns {Fields}
 */
function jsonFields(bytes, { charset }) {
  const text = decode(bytes, charset);
  const value = parseJson(text);
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new HanvoxError("request-invalid", "the body is no JSON object");
  const twice = repeatedName(text);
  if (twice !== undefined) throw badField(twice, `"${twice}" is given twice`);
  return Object.entries(value);
}

/**
 * A name that an object in valid JSON has twice, of which `JSON.parse` would keep the last one only.
 * @param {string} text
 * @returns {string | undefined}
 */
function repeatedName(text) {
  /** The names so far of the open objects; undefined for arrays. @type {(Set<string> | undefined)[]} */
  const open = [];
  for (const [token, name] of text.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?|[[\]{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token.endsWith(":")) {
      const written = JSON.parse(`"${name}"`);
      if (open.at(-1)?.has(written)) return written;
      open.at(-1)?.add(written);
    }
  }
  return undefined;
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    // The cause's message quotes the text, which is private and must not reach a log.
    throw new HanvoxError("request-invalid", "the body is no valid JSON");
  }
}

/**
 * Not URLSearchParams: it replaces invalid UTF-8 with U+FFFD and supports no other charset.
 * @param {Uint8Array} bytes
 * @param {MediaType} media
 * @returns {Fields}
 */
function urlencodedFields(bytes, { charset }) {
  const text = latin1(bytes);
  const value = (/** @type {string} */ part) => decode(unescaped(part), charset);
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name, ...rest] = pair.split("=");
      return [value(name), value(rest.join("="))];
    });
}

/** @param {string} part @returns {Uint8Array} */
function unescaped(part) {
  const binary = part
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Each byte as the character with that code. @param {Uint8Array} bytes */
function latin1(bytes) {
  let text = "";
  // A single call accepts only a limited number of arguments.
  for (let start = 0; start < bytes.length; start += 8192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return text;
}

/**
 * The platform's parser replaces invalid UTF-8 with U+FFFD, so decode the bytes first.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {MediaType} media
 * @returns {Promise<Fields>}
 */
async function multipartFields(bytes, { charset, boundary }) {
  const text = decode(bytes, charset);
  const form = await parseMultipart(text, boundary);
  return Promise.all(
    [...form].map(async ([name, value]) => [name, typeof value === "string" ? value : await value.text()]),
  );
}

/**
 * @param {string} text
 * @param {string} boundary
 */
async function parseMultipart(text, boundary) {
  const headers = { "Content-Type": `multipart/form-data; boundary="${boundary}"` };
  try {
    return await new Response(text, { headers }).formData();
  } catch (cause) {
    throw new HanvoxError("request-invalid", "the body is no valid multipart form", { cause });
  }
}
