/** Calls into the wasm: turns whatever they throw, and the state they leave broken, into one HanvoxError. */
import { HanvoxError } from "../shared/errors.js";

/** @typedef {{message: string, module?: string, lineno?: number}} Panic */

/**
 * @typedef {object} Guard
 * @property {(panic: Panic) => void} panicked Called on a panic, just before the trap that follows.
 * @property {<T>(name: string, call: () => T) => T} run `name` is the called function of src/wasm:
 *   Rust knows only the file and the line of an error.
 * @property {(call: () => void) => void} release Frees something; after a trap there is nothing left to free.
 */

/**
 * @param {WebAssembly.Memory} memory
 * @param {number} limit Maximum size of the memory in bytes.
 * @returns {Guard}
 */
export function guarded(memory, limit) {
  /** @type {HanvoxError | undefined} */
  let broken;
  /** @type {Panic | undefined} */
  let panic;
  return {
    panicked: (told) => void (panic = told),
    run(name, call) {
      if (broken) throw brokenBefore(broken);
      try {
        return call();
      } catch (thrown) {
        if (isCoded(thrown)) throw named(HanvoxError.from(thrown), name);
        const context = { memory_bytes: memory.buffer.byteLength, memory_limit: limit };
        // A trap leaves the instance in an inconsistent state: it can't be trusted any more.
        broken = named(trapped(thrown, panic, context), name);
        throw broken;
      }
    },
    release(call) {
      if (!broken) call();
    },
  };
}

/** @param {HanvoxError} cause */
function brokenBefore(cause) {
  return new HanvoxError("engine-crashed", "the engine broke in an earlier call", { cause });
}

/** @param {unknown} thrown Only errors returned by Rust carry a code. */
function isCoded(thrown) {
  return thrown instanceof Error && "code" in thrown;
}

/**
 * @param {unknown} cause
 * @param {Panic | undefined} panic
 * @param {Record<string, unknown>} context
 */
function trapped(cause, panic, context) {
  if (isOutOfMemory(cause, panic)) {
    const message = `the engine's memory ran out at ${context.memory_bytes} bytes`;
    return new HanvoxError("out-of-memory", message, { context, cause, place: {} });
  }
  if (panic) return crashed(panic, cause, context);
  const message = cause instanceof Error ? cause.message : String(cause);
  return new HanvoxError("engine-crashed", `the engine trapped: ${message}`, { context, cause, place: {} });
}

/**
 * Rust's allocator aborts silently, with an `unreachable` instruction; the nets' tensors panic instead.
 * Outside the wasm it is a RangeError, as is stack overflow in some browsers.
 * @param {unknown} cause
 * @param {Panic | undefined} panic
 */
function isOutOfMemory(cause, panic) {
  if (panic) return /failed to allocate|memory allocation of/.test(panic.message);
  if (cause instanceof WebAssembly.RuntimeError) return /unreachable/i.test(cause.message);
  return cause instanceof RangeError && !/call stack/i.test(cause.message);
}

/**
 * @param {Panic} panic
 * @param {unknown} cause
 * @param {Record<string, unknown>} context
 */
function crashed({ message, module, lineno }, cause, context) {
  const place = { module: module?.split("/").at(-1), funcName: undefined, lineno };
  return new HanvoxError("engine-crashed", `the engine panicked: ${message}`, { context, cause, place });
}

/**
 * @param {HanvoxError} error
 * @param {string} name
 */
function named(error, name) {
  error.funcName ??= name;
  return error;
}
