/** A speech as a response body in any format: whole, or part by part. */
import { FORMATS } from "../encode/formats.js";

/**
 * The part of `Speech` that the API needs.
 * @typedef {{[Symbol.asyncIterator](): AsyncGenerator<import("../shared/protocol.js").AudioWindow, void, void>} & {
 *   samplingRate: number,
 *   close: () => void,
 * }} ApiSpeech
 */

/** @typedef {import("../encode/formats.js").SoundEncoder} SoundEncoder */
/** @typedef {import("../encode/formats.js").Format} Format */
/** @typedef {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} Wrap */

/**
 * @typedef {object} Wrapping What carries the parts of a stream instead of the bare bytes.
 * @property {string} type
 * @property {Wrap} part
 * @property {() => Uint8Array<ArrayBuffer>} end
 */

const NOTHING = new Uint8Array();

/** @param {Format} format */
function headersOf(format) {
  const { type, extension } = FORMATS[format];
  return { "Content-Type": type, "Content-Disposition": `attachment; filename="synthesized.${extension}"` };
}

/**
 * Computed to the end before it is sent, so its length is known and a failure has a status.
 * @param {ApiSpeech} speech
 * @param {SoundEncoder} encoder
 * @param {Format} format
 */
export async function wholeSound(speech, encoder, format) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  const windows = speech[Symbol.asyncIterator]();
  for await (const part of encoded(windows, windows.next(), encoder)) parts.push(part);
  const head = encoder.head();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  overwrite(parts, head);
  const body = new ReadableStream(
    {
      pull(controller) {
        const part = parts.shift();
        if (part) controller.enqueue(part);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { ...headersOf(format), "Content-Length": String(length) } });
}

/**
 * @param {Uint8Array[]} parts
 * @param {Uint8Array} head What belongs over their beginning.
 */
function overwrite(parts, head) {
  let done = 0;
  for (const part of parts) {
    if (done === head.length) return;
    const share = head.subarray(done, done + part.length);
    part.set(share);
    done += share.length;
  }
}

/**
 * Sent as it is computed, and computed only as fast as it is read. A failure before the first window fails
 * the response; a later one aborts the stream.
 * @param {ApiSpeech} speech
 * @param {SoundEncoder} encoder
 * @param {Format} format
 * @param {{oncancel: (reason: unknown) => void, onend: () => void, wrapping?: Wrapping}} how
 */
export async function streamedSound(speech, encoder, format, { oncancel, onend, wrapping }) {
  const windows = speech[Symbol.asyncIterator]();
  const first = windows.next();
  await first;
  const parts = wrapped(encoded(windows, first, encoder), wrapping);
  const body = new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await parts.next();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (thrown) {
          controller.error(thrown);
        }
        onend();
      },
      async cancel(reason) {
        oncancel(reason);
        onend();
        await windows.return();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: wrapping ? { "Content-Type": wrapping.type } : headersOf(format) });
}

/**
 * @param {AsyncGenerator<import("../shared/protocol.js").AudioWindow, void, void>} windows
 * @param {Promise<IteratorResult<import("../shared/protocol.js").AudioWindow, void>>} first
 * @param {SoundEncoder} encoder
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>} Parts that are not empty.
 */
async function* encoded(windows, first, encoder) {
  yield* some(encoder.encode(NOTHING));
  for (let next = await first; !next.done; next = await windows.next())
    yield* some(encoder.encode(next.value.pcm ?? NOTHING));
  yield* some(encoder.finish());
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function* some(bytes) {
  if (bytes.length > 0) yield bytes;
}

/**
 * @param {AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>} parts
 * @param {Wrapping} [wrapping]
 */
async function* wrapped(parts, wrapping) {
  if (!wrapping) return yield* parts;
  for await (const part of parts) yield wrapping.part(part);
  yield wrapping.end();
}
