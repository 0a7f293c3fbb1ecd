/** Calls into the wasm: what they throw and leave broken becomes one HanvoxError. */
import { HanvoxError } from "../shared/errors.js";

/** @typedef {{message: string, module?: string, lineno?: number}} Panic */

/**
 * @typedef {object} Guard
 * @property {(panic: Panic) => void} panicked Told of a panic just before the trap that it ends in.
 * @property {<T>(name: string, call: () => T) => T} run Names the function of src/wasm that is called:
 *   Rust knows the file and the line of an error only.
 * @property {(call: () => void) => void} release Gives something back; nothing is left to give after a trap.
 */

/**
 * @param {WebAssembly.Memory} memory
 * @param {number} limit Bytes that the memory can grow to.
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
        // A trap leaves the instance in the middle of something: it can't be trusted any more.
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

/** @param {unknown} thrown Errors that Rust returned carry a code; nothing else does. */
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
 * Rust's allocator aborts without a word, which is the instruction `unreachable`; the tensors of the nets
 * panic instead. Outside the wasm it is a RangeError, as the overflow of the stack is in some browsers.
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
