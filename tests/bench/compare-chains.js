/** The nets of each kind of voice on one text, in the page: what goes into each, and runs of each for the clock. */

/**
 * @typedef {import("./compare-page.js").Tensor} Tensor
 * @typedef {import("./compare-page.js").RunNet} RunNet
 * @typedef {import("./compare-page.js").Subject} Subject
 * @typedef {(file: string, rounded: boolean) => Promise<RunNet>} Runtime Whether the voice runs the net rounded.
 * @typedef {object} Chain
 * @property {Record<string, () => Promise<unknown>>} parts Runs of each net or group of nets.
 * @property {Record<string, Tensor[]>} outputs What each net gave.
 */

/** By the kind of the voice. @type {Record<string, (subject: Subject, runtime: Runtime) => Promise<Chain>>} */
export const chains = { student, fastspeech2, sambert };

/** @param {Subject} subject @param {Runtime} runtime @returns {Promise<Chain>} */
async function student({ manifest, ids }, runtime) {
  const [encoder, curves, decoder] = await nets(manifest, runtime, ["encoder", "curves", "decoder"]);
  const style = row(Float32Array.from(manifest.speakers[0].style));
  const heard = [idsOf(ids), style];
  const encoded = await encoder(heard);
  const durations = Array.from(floats(encoded[2]), (log) => Math.max(1, Math.round(Math.expm1(log))));
  const slow = [stretched(encoded[0], durations), style];
  const curved = await curves(slow);
  const twice = durations.map((frames) => 2 * frames);
  const fast = [stretched(encoded[1], twice), curved[0], curved[1], style];
  const spectra = await decoder(fast);
  return {
    parts: {
      encoder: () => encoder(heard),
      curves: () => curves(slow),
      decoder: () => decoder(fast),
      nets: async () => (await encoder(heard), await curves(slow), await decoder(fast)),
    },
    outputs: { encoder: encoded, curves: curved, decoder: spectra },
  };
}

/** @param {Subject} subject @param {Runtime} runtime @returns {Promise<Chain>} */
async function fastspeech2({ manifest, ids, files }, runtime) {
  const [encoder, variance, decoder, vocoder] = await nets(manifest, runtime, [
    "encoder",
    "variance",
    "decoder",
    "vocoder",
  ]);
  const table = tableOf(manifest.positions, files[manifest.positions.file]);
  const symbols = [idsOf(ids), positions(table, ids.length)];
  const [hidden, lengths, f0, energy] = await encoder(symbols);
  const durations = Array.from(floats(lengths), (length) => Math.max(0, Math.round(length)));
  const varied = [hidden, row(floats(f0)), row(floats(energy))];
  const [embedded] = await variance(varied);
  const long = stretched(embedded, durations);
  const decoded = [long, positions(table, long.dims[2])];
  const [mel] = await decoder(decoded);
  const pieces = windows(mel, manifest.stages.vocoder);
  const vocode = async () => {
    for (const piece of pieces) await vocoder([piece]);
  };
  const acoustic = async () => (await encoder(symbols), await variance(varied), await decoder(decoded));
  return {
    parts: { acoustic, vocoder: vocode, nets: async () => (await acoustic(), await vocode()) },
    outputs: { encoder: [hidden, lengths, f0, energy], decoder: [mel], vocoder: await vocoder([pieces[0]]) },
  };
}

/** @param {any} manifest @param {Runtime} runtime @param {string[]} stages */
async function nets(manifest, runtime, stages) {
  const all = [];
  for (const stage of stages)
    all.push(await runtime(manifest.stages[stage].file, manifest.kind === "student" && stage === "decoder"));
  return all;
}

/** Of the demonstration voice's mel, at 80 frames a second. */
export const DEMONSTRATION_SECONDS = 2;

/** The vocoder alone, HiFi-GAN: the time does not depend on the mel. @param {Subject} subject @param {Runtime} runtime @returns {Promise<Chain>} */
async function sambert({ manifest }, runtime) {
  const [vocoder] = await nets(manifest, runtime, ["vocoder"]);
  const frames = 80 * DEMONSTRATION_SECONDS;
  const data = Float32Array.from({ length: manifest.mels * frames }, (_, at) => 2 * Math.sin(at * at));
  const pieces = windows({ dims: [1, manifest.mels, frames], data }, manifest.stages.vocoder);
  const vocode = async () => {
    for (const piece of pieces) await vocoder([piece]);
  };
  return { parts: { vocoder: vocode }, outputs: { vocoder: await vocoder([pieces[0]]) } };
}

/** The windows that src/vocoder/window.rs cuts a mel into. @param {Tensor} mel @param {any} stage */
function windows(mel, stage) {
  const [bands, frames] = mel.dims.slice(1);
  const before = stage.context_before ?? stage.context;
  const after = stage.context_after ?? stage.context;
  const all = [];
  for (let start = 0, length = 64; start < frames; length = Math.min(2 * length, 256)) {
    const end = frames - start < length + 32 ? frames : start + length;
    const [from, to] = [Math.max(0, start - before), Math.min(frames, end + after)];
    const values = new Float32Array(bands * (to - from));
    for (let band = 0; band < bands; band += 1)
      values.set(floats(mel).subarray(band * frames + from, band * frames + to), band * (to - from));
    all.push({ dims: [1, bands, to - from], data: values });
    start = end;
  }
  return all;
}

/** Columns, each repeated by its duration. @param {Tensor} columns @param {number[]} durations @returns {Tensor} */
function stretched({ dims, data }, durations) {
  const [, rows, count] = dims;
  const places = durations.flatMap((times, at) => Array(times).fill(at));
  const values = new Float32Array(rows * places.length);
  for (let i = 0; i < values.length; i += 1)
    values[i] = Number(data[Math.floor(i / places.length) * count + places[i % places.length]]);
  return { dims: [1, rows, places.length], data: values };
}

/** @param {any} layout @param {Uint8Array} bytes */
function tableOf({ rows, cols, dtype, scale = 1 }, bytes) {
  const { buffer, byteOffset, byteLength } = bytes.slice();
  const values =
    dtype === "f32"
      ? new Float32Array(buffer, byteOffset)
      : Float32Array.from(new Int8Array(buffer, byteOffset, byteLength), (step) => step * scale);
  return { rows, cols, values };
}

/** Positions 1 to `count`. @param {ReturnType<typeof tableOf>} table @param {number} count @returns {Tensor} */
function positions({ cols, values }, count) {
  const data = Float32Array.from(
    { length: cols * count },
    (_, i) => values[((i % count) + 1) * cols + Math.floor(i / count)],
  );
  return { dims: [1, cols, count], data };
}

/** @param {number[]} ids @returns {Tensor} */
function idsOf(ids) {
  return { dims: [1, ids.length], data: BigInt64Array.from(ids, BigInt) };
}

/** @param {Float32Array} data @returns {Tensor} */
function row(data) {
  return { dims: [1, data.length], data };
}

/** @param {Tensor} tensor */
function floats({ data }) {
  return /** @type {Float32Array} */ (data);
}
