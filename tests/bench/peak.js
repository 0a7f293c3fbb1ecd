/** What the machine's vector registers can do in wasm: floating-point operations in a second, without any memory. */

/** Sums that are added to in turn, more than it takes to hide how long an addition takes. */
const SUMS = 12;
const ROUNDS = 1_000_000;
const LANES = 4;

const V128 = 0x7b;
const F32X4 = { splat: [0xfd, 0x13], extract: [0xfd, 0x1f, 0], add: [0xfd, 0xe4, 1], mul: [0xfd, 0xe6, 1] };
const MULTIPLY_ADD = [0xfd, 0x85, 2];

/** @param {number} local */
const get = (local) => [0x20, local];
/** @param {number} local */
const set = (local) => [0x21, local];

/**
 * The module, with `run(rounds, factor, addend)`. Locals: the three, then the factor and the addend in all lanes, then
 * the sums.
 * @param {boolean} relaxed
 */
function moduleBytes(relaxed) {
  const [rounds, factor, addend, first] = [0, 3, 4, 5];
  const sums = Array.from({ length: SUMS }, (_, at) => first + at);
  const step = relaxed
    ? [...get(factor), ...get(addend), ...MULTIPLY_ADD]
    : [...get(factor), ...F32X4.mul, ...get(addend), ...F32X4.add];
  const body = [
    ...[1, SUMS + 2, V128],
    ...[...get(1), ...F32X4.splat, ...set(factor), ...get(2), ...F32X4.splat, ...set(addend)],
    ...[0x03, 0x40],
    ...sums.flatMap((sum) => [...get(sum), ...step, ...set(sum)]),
    ...[...get(rounds), 0x41, 1, 0x6b, 0x22, rounds, 0x0d, 0, 0x0b],
    ...[...get(first), ...sums.slice(1).flatMap((sum) => [...get(sum), ...F32X4.add]), ...F32X4.extract, 0x0b],
  ];
  const sections = [
    [1, ...vector([[0x60, 3, 0x7f, 0x7d, 0x7d, 1, 0x7d]])],
    [3, 1, 0],
    [7, ...vector([[3, ...new TextEncoder().encode("run"), 0, 0]])],
    [10, ...vector([[...leb(body.length), ...body]])],
  ];
  const sized = sections.flatMap(([id, ...content]) =>
    id === 3 ? [3, 2, ...content] : [id, ...leb(content.length), ...content],
  );
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sized]);
}

/** @param {number[][]} items */
const vector = (items) => [items.length, ...items.flat()];

/** @param {number} value Below 2^14. */
const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7]);

/** A run of so many operations; undefined where the host has no such instructions. @param {boolean} relaxed */
export function peakRun(relaxed) {
  const bytes = moduleBytes(relaxed);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { run } = /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
  return { operations: 2 * LANES * SUMS * ROUNDS, run: () => run(ROUNDS, 0.999, 0.001) };
}
