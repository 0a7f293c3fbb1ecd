/** What `npm run bench:sambert` runs inside the page; state is the page's own. */

const LINE =
  "b_c ei_c 3, j_c ing_c 1, #1, j_c in_c 1, t_c ian_c 1, #1, t_c ian_c 1, q_c i_c 4, #1, " +
  "z_c en_c 3, m_c e_c 5, y_c ang_c 4";
const REPEATS = 3;
const BANDS = 80;
export const FRAMES_PER_SECOND = 80;

/** @type {any} */
let engine;
/** @type {any} */
let ort;
/** @type {any} */
let session;
/** @type {WebAssembly.Memory | undefined} */
let memory;
/** @type {any} */
let vocoder;
/** @type {string[]} */
let symbols = [];
/** @type {Float32Array} */
let mel = new Float32Array();
/** @type {Float32Array} */
let ours = new Float32Array();
/** @type {Float32Array[]} */
let theirs = [];
/** @type {number[]} */
let fed = [];

/** @param {string} voice @param {(name: string) => string} [path] Where a file is, if not in the voice's folder. */
export async function load(voice, path = (name) => `voices/${voice}/${name}`) {
  const bindings = await import(`${location.origin}/pkg/hanvox.js`);
  // A page has one instance of the engine, however many voices it loads.
  memory ??= new WebAssembly.Memory({ initial: 64, maximum: 16384 });
  const exports = await bindings.default({ module_or_path: await bytes("pkg/hanvox_bg.wasm"), memory });
  exports.__wasm_call_ctors();
  engine?.free();
  await session?.release();
  engine = new bindings.Engine(await bytes("lexicon.bin"));
  const manifest = JSON.parse(new TextDecoder().decode(await bytes(`voices/${voice}/voice.json`)));
  vocoder = manifest.stages.vocoder;
  const files = new Map();
  for (const file of manifest.files) {
    const data = await bytes(path(file.path));
    files.set(file.path, data);
    file.bytes = data.length;
  }
  const loader = new bindings.VoiceLoader(JSON.stringify(manifest));
  while (await loader.read(async (/** @type {string} */ path) => files.get(path))) loader.prepare();
  engine.set_voice(loader);
  loader.free();
  ort = await import(`${location.origin}/ort.js`);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: `${location.origin}/ort.wasm` };
  session = await ort.InferenceSession.create(await bytes(path("vocoder.onnx")), { executionProviders: ["wasm"] });
  const part = LINE.split(", ").flatMap(spelled);
  symbols = Array.from({ length: REPEATS }, (_, at) => [...part, mark(at === REPEATS - 1 ? "#4" : "#3")]).flat();
}

export function acoustic() {
  mel = engine.mel(symbols);
}

/** `vocoder`, the name of the stage. */
function vocode() {
  ours = engine.vocode(mel);
}
export { vocode as vocoder };

/** The same windows as the engine's, which `facts` proves by their samples. */
async function runOrt() {
  theirs = [];
  fed = [];
  for (const { start, end, keep } of windows(mel.length / BANDS)) {
    const samples = await runWindow(start, end);
    const hop = samples.length / (end - start);
    theirs.push(samples.subarray((keep[0] - start) * hop, (keep[1] - start) * hop));
    fed.push(end - start);
  }
}
export { runOrt as ort };

export function facts() {
  const all = theirs.flatMap((samples) => [...samples]);
  if (all.length !== ours.length) throw new Error(`${ours.length} and ${all.length} samples`);
  const difference = all.reduce((most, sample, at) => Math.max(most, Math.abs(sample - ours[at])), 0);
  const frames = mel.length / BANDS;
  const audio = frames / FRAMES_PER_SECOND;
  return { symbols: symbols.length, frames, audio, windows: fed, difference, memory: memory?.buffer.byteLength ?? 0 };
}

/** @param {string} voice @param {number} index @param {number} frames */
export async function loadCut(voice, index, frames) {
  await load(voice, (name) => (name === "vocoder.onnx" ? `cuts/${index}.onnx` : `voices/${voice}/${name}`));
  // Any mel will do: the time does not depend on it.
  mel = Float32Array.from({ length: BANDS * frames }, (_, at) => 2 * Math.sin(at * at));
}

/** The engine runs the cut net and then says that what it gave is no sound. */
export function cutHere() {
  try {
    engine.vocode(mel);
  } catch (error) {
    if (!`${error}`.includes("vocoder audio")) throw error;
  }
}

export async function cutOrt() {
  await runWindow(0, mel.length / BANDS);
}

/** @param {number} start @param {number} end */
async function runWindow(start, end) {
  const frames = mel.length / BANDS;
  const slice = new Float32Array(BANDS * (end - start));
  for (let band = 0; band < BANDS; band += 1) {
    slice.set(mel.subarray(band * frames + start, band * frames + end), band * (end - start));
  }
  const input = new ort.Tensor("float32", slice, [1, BANDS, end - start]);
  const [output] = Object.values(await session.run({ [session.inputNames[0]]: input }));
  return /** @type {Float32Array} */ (/** @type {any} */ (output).data);
}

/** As src/vocoder/window.rs cuts a mel. @param {number} frames */
function windows(frames) {
  const all = [];
  for (let start = 0, length = 64; start < frames; length = Math.min(2 * length, 256)) {
    const end = frames - start < length + 32 ? frames : start + length;
    const { context_before: before, context_after: after } = vocoder;
    all.push({ start: Math.max(0, start - before), end: Math.min(frames, end + after), keep: [start, end] });
    start = end;
  }
  return all;
}

/** @param {string} part A mark, or two phones and a tone. */
function spelled(part) {
  const [initial, final, tone] = part.split(" ");
  if (!final) return [mark(initial)];
  return [
    `${initial}$tone${tone}$s_begin$word_begin$emotion_neutral$F7`,
    `${final}$tone${tone}$s_end$word_end$emotion_neutral$F7`,
  ];
}

/** @param {string} name */
function mark(name) {
  return `${name}$tone_none$s_none$word_none$emotion_none$F7`;
}

/** @param {string} path */
async function bytes(path) {
  const response = await fetch(`${location.origin}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
