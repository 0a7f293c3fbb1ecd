/** A text that is still being written, as its sentences: each leaves as soon as it is whole, or after a pause. */

/** @typedef {{text: string, start: number}} Sentence `start`: UTF-16 offset in the whole text. */

const PAUSE_MS = 1000;

// A sentence is whole when something other than these follows.
const END = /[。！？；!?;…\n]+["'”’』」）)》\s]*(?=[^"'”’』」）)》\s。！？；!?;…])|[.][)"']?\s+(?=\S)/u;

const SPEAKABLE = /[\p{L}\p{N}]/u;

/**
 * @param {AsyncIterable<string>} pieces
 * @param {number} [pause_ms] After so long without a further piece, what there is counts as a sentence.
 * @returns {AsyncGenerator<Sentence, void, void>}
 */
export async function* sentencesOf(pieces, pause_ms = PAUSE_MS) {
  const source = pieces[Symbol.asyncIterator]();
  let [text, start] = ["", 0];
  const take = (/** @type {number} */ length) => {
    const sentence = { text: text.slice(0, length), start };
    [text, start] = [text.slice(length), start + length];
    return sentence;
  };
  try {
    let next = nextOf(source);
    for (;;) {
      const arrived = await within(next, SPEAKABLE.test(text) ? pause_ms : undefined);
      if (arrived === undefined) {
        yield take(text.length);
        continue;
      }
      if (arrived.done) break;
      text += arrived.value;
      next = nextOf(source);
      for (let end = endIn(text); end > 0; end = endIn(text)) {
        yield take(end);
      }
    }
    if (SPEAKABLE.test(text)) yield take(text.length);
  } finally {
    // Not awaited: it may come only after the piece that is still to come.
    source.return?.().catch(() => {});
  }
}

/**
 * Handled where it is awaited, which may be later.
 * @param {AsyncIterator<string>} source
 */
function nextOf(source) {
  const next = source.next();
  next.catch(() => {});
  return next;
}

/** Where the first sentence ends; 0 if it may go on. What can't be spoken belongs to what follows. @param {string} text */
function endIn(text) {
  const first = text.search(SPEAKABLE);
  const found = first < 0 ? null : END.exec(text.slice(first));
  return found ? first + found.index + found[0].length : 0;
}

/**
 * Undefined if it takes longer.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} [limit_ms]
 * @returns {Promise<T | undefined>}
 */
async function within(promise, limit_ms) {
  if (limit_ms === undefined) return promise;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, limit_ms)));
  try {
    return /** @type {T | undefined} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}
