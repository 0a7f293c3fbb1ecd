/** A speech as the body of an answer: whole, or window by window. */

/**
 * What the API needs of a `Speech`. `header`: of a WAV file whose length is not known yet.
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
 * Computed to its end before it is sent, so that its length is told and its failure has a status.
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
 * Sent as it is computed, and computed only as fast as it is read. What fails before the first window
 * fails the answer; what fails later breaks the stream off.
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
