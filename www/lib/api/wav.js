/** A speech as a response body: whole, or window by window. */

/**
 * The part of `Speech` that the API needs. `header`: for a WAV file of unknown length.
 * @typedef {{[Symbol.asyncIterator](): AsyncGenerator<import("../shared/protocol.js").AudioWindow, void, void>} & {
 *   header: Uint8Array<ArrayBuffer>,
 *   end: {header: Uint8Array<ArrayBuffer>},
 * }} ApiSpeech
 */

const HEADERS = {
  "Content-Type": "audio/wav",
  "Content-Disposition": `attachment; filename="synthesized.wav"`,
};

/**
 * Computed to the end before it is sent, so its length is known and a failure has a status.
 * @param {ApiSpeech} speech
 */
export async function wholeWav(speech) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  for await (const { pcm } of speech) if (pcm) parts.push(pcm);
  parts.unshift(speech.end.header);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
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
  return new Response(body, { headers: { ...HEADERS, "Content-Length": String(length) } });
}

/**
 * Sent as it is computed, and computed only as fast as it is read. A failure before the first window fails
 * the response; a later one aborts the stream.
 * @param {ApiSpeech} speech
 * @param {{oncancel: (reason: unknown) => void, onend: () => void}} events
 */
export async function streamedWav(speech, { oncancel, onend }) {
  const windows = speech[Symbol.asyncIterator]();
  let next = /** @type {ReturnType<typeof windows.next> | undefined} */ (windows.next());
  await next;
  const body = new ReadableStream(
    {
      start: (controller) => controller.enqueue(speech.header),
      async pull(controller) {
        try {
          const { done, value } = await (next ?? windows.next());
          next = undefined;
          if (!done) return controller.enqueue(value.pcm);
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
  return new Response(body, { headers: HEADERS });
}
