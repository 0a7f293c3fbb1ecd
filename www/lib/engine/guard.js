/** Calls into the wasm: what they throw, print and leave broken becomes one HanvoxError. */
import { HanvoxError } from "../shared/errors.js";

/**
 * @typedef {object} Guard
 * @property {<T>(name: string, call: () => T) => T} run Names the function of src/wasm.rs that is called:
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
  return {
    run(name, call) {
      if (broken) throw brokenBefore(broken);
      const { value, thrown, panic } = attempt(call);
      if (thrown === undefined) return /** @type {any} */ (value);
      if (isCoded(thrown)) throw named(HanvoxError.from(thrown), name);
      const context = { memory_bytes: memory.buffer.byteLength, memory_limit: limit };
      // A trap leaves the instance in the middle of something: it can't be trusted any more.
      broken = named(trapped(thrown, panic, context), name);
      throw broken;
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

/**
 * A panic prints its message to console.error just before it traps: the message is taken from there into the
 * error, which is then logged once by its handler.
 * @template T
 * @param {() => T} call
 * @returns {{value?: T, thrown?: unknown, panic?: string}}
 */
function attempt(call) {
  const print = console.error;
  /** @type {string | undefined} */
  let panic;
  console.error = (...values) => {
    const line = values.join(" ");
    if (line.startsWith("panicked at")) panic = line;
    else print(...values);
  };
  try {
    return { value: call() };
  } catch (thrown) {
    return { thrown: thrown ?? new Error(String(thrown)), panic };
  } finally {
    console.error = print;
  }
}

/** @param {unknown} thrown Errors that Rust returned carry a code; nothing else does. */
function isCoded(thrown) {
  return thrown instanceof Error && "code" in thrown;
}

/**
 * @param {unknown} cause
 * @param {string | undefined} panic
 * @param {Record<string, unknown>} context
 */
function trapped(cause, panic, context) {
  if (isOutOfMemory(cause, panic)) {
    const message = `the engine's memory ran out at ${context.memory_bytes} bytes`;
    return new HanvoxError("out-of-memory", message, { context, cause, place: {} });
  }
  if (panic !== undefined) return crashed(panic, cause, context);
  const message = cause instanceof Error ? cause.message : String(cause);
  return new HanvoxError("engine-crashed", `the engine trapped: ${message}`, { context, cause, place: {} });
}

/**
 * Rust's allocator aborts without a word, which is the instruction `unreachable`; the tensors of the nets
 * panic instead. Outside the wasm it is a RangeError, as the overflow of the stack is in some browsers.
 * @param {unknown} cause
 * @param {string | undefined} panic
 */
function isOutOfMemory(cause, panic) {
  if (panic !== undefined) return /failed to allocate|memory allocation of/.test(panic);
  if (cause instanceof WebAssembly.RuntimeError) return /unreachable/i.test(cause.message);
  return cause instanceof RangeError && !/call stack/i.test(cause.message);
}

/**
 * @param {string} panic "panicked at src/file.rs:1:2:\nmessage\n\nStack:..."
 * @param {unknown} cause
 * @param {Record<string, unknown>} context
 */
function crashed(panic, cause, context) {
  const [head, ...rest] = panic.split("\n\nStack:")[0].split("\n");
  const [, module, lineno] = /([^\s/]+\.rs):(\d+)/.exec(head) ?? [];
  const place = { module, funcName: undefined, lineno: lineno === undefined ? undefined : Number(lineno) };
  const message = `the engine panicked: ${rest.join(" ").trim() || head}`;
  return new HanvoxError("engine-crashed", message, { context, cause, place });
}

/**
 * @param {HanvoxError} error
 * @param {string} name
 */
function named(error, name) {
  error.funcName ??= name;
  return error;
}
