/**
 * What `npm run bench` runs inside the page: builds of our engine and onnxruntime-web, on the same nets and inputs.
 * State is the page's own.
 */
import { DEMONSTRATION_SECONDS, chains } from "./compare-chains.js";
import { peakRun } from "./peak.js";

/**
 * @typedef {{dims: number[], data: Float32Array | BigInt64Array}} Tensor
 * @typedef {(inputs: Tensor[]) => Promise<Tensor[]>} RunNet
 * @typedef {object} Subject A voice and a text.
 * @property {any} manifest Its voice.json.
 * @property {number[]} ids
 * @property {Record<string, Uint8Array>} files
 */

/** @type {any} */
let ort;
/** Builds of our engine, by name. @type {Record<string, any>} */
const builds = {};
/** @type {Record<string, () => Promise<unknown>>} */
let cases = {};
/** @type {Record<string, WebAssembly.Memory>} */
const memories = {};

/** @param {Record<string, string>} files The wasm of each of our builds, by the name of its folder. */
export async function start(files) {
  ort = await import(`${location.origin}/ort.js`);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: `${location.origin}/ort.wasm` };
  for (const [name, wasmFile] of Object.entries(files)) {
    const bindings = await import(`${location.origin}/builds/${name}/hanvox.js`);
    memories[name] = new WebAssembly.Memory({ initial: 64, maximum: 16384 });
    const wasm = await bytes(`builds/${name}/${wasmFile}`);
    const exports = await bindings.default({ module_or_path: wasm, memory: memories[name] });
    exports.__wasm_call_ctors();
    builds[name] = bindings;
  }
}

/** Prepares a case for each way to multiply and add; the operations of a run of each. */
export function preparePeaks() {
  cases = {};
  /** @type {Record<string, number>} */
  const operations = {};
  for (const [name, relaxed] of /** @type {const} */ ([
    ["peak", false],
    ["peak, relaxed SIMD", true],
  ])) {
    const peak = peakRun(relaxed);
    if (!peak) continue;
    cases[name] = async () => peak.run();
    operations[name] = peak.operations;
  }
  return operations;
}

/**
 * Prepares a voice and a text: every net of the voice in every contestant, and the whole voice.
 * @param {string} voice
 * @param {string} text
 * @returns {Promise<{cases: string[], seconds: number, difference: Record<string, number>}>} Names of the cases,
 *   `CONTESTANT NET`; seconds of speech; the largest difference of what the contestants' nets gave, relative to the
 *   largest value.
 */
export async function prepare(voice, text) {
  cases = {};
  const manifest = JSON.parse(new TextDecoder().decode(await file(voice, "voice.json")));
  /** @type {Subject} */
  const subject = { manifest, ids: [], files: {} };
  for (const { path } of manifest.files) subject.files[path] = await file(voice, path);
  let seconds = 0;
  // The demonstration voice has a vocoder to measure, and nothing to say.
  if (manifest.demonstration) {
    const difference = await prepareNets(subject);
    return { cases: Object.keys(cases), seconds: DEMONSTRATION_SECONDS, difference };
  }
  for (const [name, bindings] of Object.entries(builds)) {
    const engine = await engineOf(bindings, subject);
    subject.ids = ids(engine.symbols(text, {}), subject.manifest);
    seconds = speak(engine, text);
    cases[`${name} whole`] = async () => speak(engine, text);
  }
  const difference = await prepareNets(subject);
  return { cases: Object.keys(cases), seconds, difference };
}

/** @param {Subject} subject */
async function prepareNets(subject) {
  /** @type {Record<string, import("./compare-chains.js").Runtime>} */
  const runtimes = { ort: (net) => ortNet(subject.files[net]) };
  for (const [name, bindings] of Object.entries(builds))
    runtimes[name] = (net, rounded) => ourNet(bindings, net, subject.files[net], rounded);
  /** @type {Record<string, number>} */
  const difference = {};
  /** @type {Record<string, Tensor[]> | undefined} */
  let expected;
  for (const [name, runtime] of Object.entries(runtimes)) {
    const { parts, outputs } = await chains[/** @type {keyof typeof chains} */ (subject.manifest.kind)](
      subject,
      runtime,
    );
    for (const [part, run] of Object.entries(parts)) cases[`${name} ${part}`] = run;
    expected ??= outputs;
    if (name !== "ort")
      for (const part of Object.keys(outputs)) difference[`${name} ${part}`] = far(expected[part], outputs[part]);
  }
  return difference;
}

/** Runs a case as often as is asked for; seconds by the clock. @param {string} name @param {number} times */
export async function run(name, times) {
  const begin = performance.now();
  for (let i = 0; i < times; i += 1) await cases[name]();
  return (performance.now() - begin) / 1000;
}

/** Multiplications and additions of a run of a case, as our layers count them. @param {string} name */
export async function operations(name) {
  const { Net } = builds[name.split(" ")[0]];
  const before = Net.operations();
  await cases[name]();
  return Net.operations() - before;
}

/** Bytes of each build's memory. */
export function memory() {
  return Object.fromEntries(Object.entries(memories).map(([name, { buffer }]) => [name, buffer.byteLength]));
}

/** @param {any} bindings @param {Subject} subject */
async function engineOf(bindings, { manifest, files }) {
  const engine = new bindings.Engine(await bytes("lexicon.bin"));
  const loader = new bindings.VoiceLoader(JSON.stringify(manifest));
  while (await loader.read(async (/** @type {string} */ path) => files[path])) loader.prepare();
  engine.set_voice(loader);
  loader.free();
  return engine;
}

/** Seconds of speech. @param {any} engine @param {string} text */
function speak(engine, text) {
  const synthesis = engine.synthesize(text, {});
  while (synthesis.next());
  const { audio } = synthesis.stats();
  synthesis.free();
  return audio;
}

/** @param {any} bindings @param {string} name @param {Uint8Array} model @param {boolean} rounded @returns {Promise<RunNet>} */
async function ourNet(bindings, name, model, rounded) {
  const net = new bindings.Net(name, model, rounded);
  return async (inputs) => net.run(inputs);
}

/** @param {Uint8Array} model @returns {Promise<RunNet>} */
async function ortNet(model) {
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  return async (inputs) => {
    const feeds = inputs.map(({ dims, data }, at) => [session.inputNames[at], new ort.Tensor(type(data), data, dims)]);
    const outputs = await session.run(Object.fromEntries(feeds));
    return session.outputNames.map((/** @type {string} */ name) => outputs[name]);
  };
}

/** @param {Tensor["data"]} data */
function type(data) {
  return data instanceof BigInt64Array ? "int64" : "float32";
}

/** Ids of the first line of symbols. @param {string} lines @param {any} manifest */
function ids(lines, manifest) {
  const symbols =
    lines
      .split("\n")[0]
      .split("\t")[1]
      .match(/(?<=\{)[^}]*(?=\})|[^\s{}]+/g) ?? [];
  const spelled = (/** @type {string} */ symbol) => (symbol === "_" ? " " : symbol);
  const known = Array.isArray(manifest.symbols)
    ? Object.fromEntries(manifest.symbols.map((/** @type {string} */ symbol, /** @type {number} */ id) => [symbol, id]))
    : { ...manifest.symbols, $: 0 };
  return symbols.map((symbol) => known[symbol] ?? known[spelled(symbol)]);
}

/** @param {Tensor[]} expected @param {Tensor[]} given */
function far(expected, given) {
  const distances = expected.map(({ data }, at) => {
    let [most, size] = [0, 0];
    for (let i = 0; i < data.length; i += 1) {
      most = Math.max(most, Math.abs(Number(data[i]) - Number(given[at].data[i])));
      size = Math.max(size, Math.abs(Number(data[i])));
    }
    return most / size;
  });
  return Math.max(...distances);
}

/** @param {string} voice @param {string} path */
function file(voice, path) {
  return bytes(`voices/${voice}/${path}`);
}

/** @param {string} path */
async function bytes(path) {
  const response = await fetch(`${location.origin}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
