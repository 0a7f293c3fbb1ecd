/** Requests to the API of a fake voice. */
import { createApi } from "../../../www/lib/api/api.js";
import { FakeDiagnostics, FakeTts } from "./fake-tts.js";

export const ORIGIN = "http://localhost";

/** @param {Partial<import("../../../www/lib/api/api.js").ApiOptions>} [options] */
export function start(options) {
  const tts = new FakeTts();
  const diagnostics = new FakeDiagnostics();
  return { tts, diagnostics, api: createApi({ tts, diagnostics, ...options }) };
}

/**
 * @param {string} path
 * @param {string | Uint8Array<ArrayBuffer> | FormData | URLSearchParams} body
 * @param {string} [type]
 */
export function post(path, body, type) {
  return new Request(ORIGIN + path, { method: "POST", body, headers: type ? { "Content-Type": type } : {} });
}

/** @param {string} path @param {unknown} value */
export const postJson = (path, value) => post(path, JSON.stringify(value), "application/json");

/** @param {number[]} bytes The text in another charset. */
export const jsonBytes = (bytes) => Uint8Array.from([...Buffer.from('{"text":"'), ...bytes, ...Buffer.from('"}')]);

// "你好" in charsets of its own.
export const GBK = [0xc4, 0xe3, 0xba, 0xc3];
export const BIG5 = [0xa7, 0x41, 0xa6, 0x6e];
export const FORM = "application/x-www-form-urlencoded";
export const MULTIPART = `--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n你好\r\n--b--\r\n`;

/** @param {Record<string, string>} fields */
export function formData(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

/** @param {Response} response @param {string[]} names */
export function headersOf(response, ...names) {
  return names.map((name) => response.headers.get(name));
}
