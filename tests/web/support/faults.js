/**
 * How a text asks the faulty engine to fail: by words in it, which are spoken like any others. As a sentence of their
 * own they are six syllables at most, which no retry cuts in halves: its sound is that of a first try.
 */

/** @typedef {"trap" | "unreachable" | "hang" | "death" | "no-samples" | "nothing"} FaultKind */

/**
 * @typedef {object} Fault
 * @property {FaultKind} kind
 * @property {"synthesize" | "next"} at Before the text is cut into chunks, or as the chunk begins that has the words.
 * @property {boolean} heals Strikes only the first time; in browsers that is so at "next" only.
 */

/** @type {Record<FaultKind, string>} */
const WORDS = {
  trap: "陷阱",
  // Rust's allocator ends so where memory runs out.
  unreachable: "绝路",
  hang: "死循环",
  death: "猝死",
  "no-samples": "无声",
  nothing: "无话",
};

const HEALS = "一次";
const AT_ONCE = "开头";

/**
 * The words that ask for a fault.
 * @param {FaultKind} kind
 * @param {{at?: Fault["at"], heals?: boolean}} [options]
 */
export function faultWords(kind, { at = "next", heals = false } = {}) {
  return `坏${at === "synthesize" ? AT_ONCE : ""}${WORDS[kind]}${heals ? HEALS : ""}`;
}

/**
 * @param {string} text
 * @returns {Fault | undefined}
 */
export function faultIn(text) {
  for (const kind of /** @type {FaultKind[]} */ (Object.keys(WORDS))) {
    for (const at of /** @type {const} */ (["next", "synthesize"])) {
      if (text.includes(faultWords(kind, { at })))
        return { kind, at, heals: text.includes(faultWords(kind, { at, heals: true })) };
    }
  }
  return undefined;
}
