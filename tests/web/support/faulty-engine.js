/**
 * Stands in the place of pkg/hanvox.js, with the real one beside it as real.js, and fails for real where the text
 * asks for it (faults.js): the same in Node and in browsers.
 */
import { faultIn } from "./faults.js";

/** @type {any} */
let real;
/** @type {(text: string) => boolean} Whether a fault that heals has struck for this text before. */
let struck = () => false;

/** @param {any} parts */
export default async function initialise(parts) {
  // A module is evaluated once an address: a new engine asks by a new one, and so must this.
  real = await import(new URL(`./real.js${new URL(import.meta.url).search}`, import.meta.url).href);
  struck = await memory();
  return real.default(parts);
}

/** @param {any[]} values */
export const pcm16 = (...values) => real.pcm16(...values);
/** @param {any[]} values */
export const wav_header = (...values) => real.wav_header(...values);
/** @param {any[]} values */
export const check_manifest = (...values) => real.check_manifest(...values);
/** @param {any[]} values */
export const set_log = (...values) => real.set_log(...values);
/** @param {any[]} values */
export const set_log_level = (...values) => real.set_log_level(...values);
/** @param {any[]} values */
export const set_panic_sink = (...values) => real.set_panic_sink(...values);

/** The real one, which is not there before `initialise`. */
export class VoiceLoader {
  /** @param {string} manifest */
  constructor(manifest) {
    // biome-ignore lint/correctness/noConstructorReturn: it stands in for the class that it forwards to.
    return new real.VoiceLoader(manifest);
  }
}

/** What it does not do itself, the real one does. */
export class Engine {
  /** @param {Uint8Array} lexicon */
  constructor(lexicon) {
    const engine = new real.Engine(lexicon);
    // biome-ignore lint/correctness/noConstructorReturn: it stands in for the class that it forwards to.
    return forwarding(engine, {
      synthesize(/** @type {string} */ text, /** @type {any[]} */ ...more) {
        const fault = faultIn(text);
        if (fault?.at === "synthesize" && strikes(fault, text)) STRIKES[fault.kind]();
        return faultySynthesis(engine.synthesize(text, ...more), text);
      },
    });
  }
}

/**
 * Strikes where the chunk begins whose text asks for it.
 * @param {any} synthesis
 * @param {string} text
 */
function faultySynthesis(synthesis, text) {
  const faults = chunkTexts(synthesis).map(faultIn);
  let next = 0;
  // A chunk that is taken up again, or in parts: without another memory that is how a second try is known.
  let again = false;
  return forwarding(synthesis, {
    next() {
      const fault = faults[next];
      if (fault?.at === "next" && !(again && fault.heals) && strikes(fault, text)) return STRIKES[fault.kind]();
      const window = synthesis.next();
      if (window?.last) next = window.chunk + 1;
      return window;
    },
    resume(/** @type {number} */ chunk) {
      [next, again] = [chunk, true];
      return synthesis.resume(chunk);
    },
    set_limit(/** @type {number} */ characters) {
      again = true;
      return synthesis.set_limit(characters);
    },
  });
}

/** @param {any} synthesis @returns {string[]} */
function chunkTexts(synthesis) {
  return synthesis.chunks().map((/** @type {{text: string}} */ { text }) => text);
}

/** @param {import("./faults.js").Fault} fault @param {string} text */
function strikes({ heals }, text) {
  return !heals || !struck(text);
}

/** @type {Record<import("./faults.js").FaultKind, () => unknown>} */
const STRIKES = {
  trap: () => trap("divide"),
  unreachable: () => trap("unreachable"),
  hang: () => {
    for (;;);
  },
  death: die,
  "no-samples": () => ({ chunk: 0, first: true, last: false, samples: new Float32Array(), marks: [] }),
  nothing: () => undefined,
};

// (module (func (export "divide") i32.const 1 i32.const 0 i32.div_s drop) (func (export "unreachable") unreachable))
const TRAPS = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x03, 0x02, 0x00, 0x00],
  ...[0x07, 0x18, 0x02, 0x06, ...ascii("divide"), 0x00, 0x00, 0x0b, ...ascii("unreachable"), 0x00, 0x01],
  ...[0x0a, 0x0e, 0x02, 0x08, 0x00, 0x41, 0x01, 0x41, 0x00, 0x6d, 0x1a, 0x0b, 0x03, 0x00, 0x00, 0x0b],
];

/** @param {"divide" | "unreachable"} name */
function trap(name) {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(TRAPS)));
  /** @type {() => void} */ (instance.exports[name])();
}

/** @param {string} text */
function ascii(text) {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Ends the worker without a word. */
function die() {
  const { process, close } = /** @type {any} */ (globalThis);
  if (process?.exit) process.exit(9);
  // What is said after it would still be heard.
  Object.assign(globalThis, { postMessage: () => {} });
  close();
}

/**
 * `target` with some of its methods replaced.
 * @param {any} target
 * @param {Record<string, Function>} methods
 */
function forwarding(target, methods) {
  return new Proxy(target, {
    get(_, name) {
      const own = methods[String(name)];
      if (own) return own;
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/**
 * What has struck before, over the end of a worker: files in Node. Browsers have nothing that a worker can write
 * before it hangs; there a fault is healed when its chunk is tried again.
 * @returns {Promise<(text: string) => boolean>}
 */
async function memory() {
  if (!("process" in globalThis)) return () => false;
  const { createHash } = await import("node:crypto");
  const { existsSync, writeFileSync } = await import("node:fs");
  return (text) => {
    const name = createHash("sha256").update(text).digest("hex");
    const file = new URL(`./struck-${name}`, import.meta.url);
    if (existsSync(file)) return true;
    writeFileSync(file, "");
    return false;
  };
}
