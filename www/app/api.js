/** The API that scripts fetch from. Loads on the first fetch, since most visits have none. */
import { errorResponse } from "../lib/api/refusal.js";
import { HanvoxError } from "../lib/shared/errors.js";

const BASE = new URL("../", import.meta.url).pathname;

/**
 * @param {import("../lib/hanvox.js").Hanvox} tts
 * @param {import("../lib/diagnostics/diagnostics.js").Diagnostics} diagnostics
 * @returns {(request: Request) => Promise<Response>} Never rejects.
 */
export function apiOf(tts, diagnostics) {
  /** @type {ReturnType<typeof load> | undefined} */
  let api;
  return async (request) => {
    try {
      api ??= load(tts, diagnostics);
      return await (await api)(request);
    } catch (error) {
      api = undefined;
      return errorResponse(diagnostics.handle(error), crypto.randomUUID());
    }
  };
}

/**
 * @param {import("../lib/hanvox.js").Hanvox} tts
 * @param {import("../lib/diagnostics/diagnostics.js").Diagnostics} diagnostics
 */
async function load(tts, diagnostics) {
  try {
    const { createApi } = await import("../lib/api/api.js");
    return createApi({ tts, diagnostics, base: BASE });
  } catch (cause) {
    throw new HanvoxError("network", "the API could not be loaded", { cause });
  }
}
