/** Records as a file: NDJSON in UTF-8, optionally gzipped, assembled page by page. */

/**
 * @param {AsyncGenerator<string[], void, void>} pages Pages of lines.
 * @param {boolean} gzip
 * @returns {Promise<Blob>}
 */
export async function ndjsonBlob(pages, gzip) {
  const stream = bytesOf(pages);
  const type = gzip ? "application/gzip" : "application/x-ndjson";
  const body = gzip ? stream.pipeThrough(new CompressionStream("gzip")) : stream;
  return new Response(body, { headers: { "content-type": type } }).blob();
}

/**
 * @param {AsyncGenerator<string[], void, void>} pages
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
function bytesOf(pages) {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value: lines, done } = await pages.next();
      if (done) return controller.close();
      // A stream isn't pulled again if a pull enqueues nothing.
      controller.enqueue(encoder.encode(lines.map((line) => `${line}\n`).join("")));
    },
    async cancel() {
      await pages.return();
    },
  });
}
