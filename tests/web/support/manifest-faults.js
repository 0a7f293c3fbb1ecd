/** What can be wrong with a manifest alone, by the kind of its voice, and how the engine names it. */
import { join } from "node:path";
import { FIXTURE_VOICES } from "./faulty-base.js";
import { ROOT } from "../../../scripts/steps.mjs";

/** Undefined takes the field away. @typedef {[path: string, value: unknown, told: string, code?: string]} ManifestFault */

const UNSUPPORTED = "voice-unsupported";

/** @type {ManifestFault[]} */
const COMMON = [
  ["format", 2, "format", UNSUPPORTED],
  ["kind", "vits", '"vits"', UNSUPPORTED],
  ["kind", undefined, "`kind`"],
  ["kind", 5, "kind: "],
  ["sample_rate", undefined, "`sample_rate`"],
  ["sample_rate", 7999, "sample_rate"],
  ["sample_rate", 192_001, "sample_rate"],
  ["sample_rate", "24000", "sample_rate: "],
  ["sample_rate", 24000.5, "sample_rate: "],
  ["hop", undefined, "`hop`"],
  ["hop", 0, "hop"],
  ["hop", 8193, "hop"],
  ["hop", -1, "hop: "],
  ["hop", null, "hop: "],
  ["speakers", 5, "speakers: "],
  ["speakers", "qing", "speakers: "],
  ["speakers", [null], "speakers[0]: "],
  ["speakers", [{}], "speakers[0]: "],
  ["emotions", 5, "emotions: "],
  ["emotions", [1], "emotions[0]: "],
  ["emotions", { name: "happy" }, "emotions: "],
  ["stages", undefined, "`stages`"],
  ["stages.encoder", undefined, "`encoder`"],
  ["stages.encoder.file", 1, "stages.encoder.file: "],
  ["stages.encoder.file", "nothing.onnx", "nothing.onnx is used but not listed"],
  ["stages.encoder.file", "decoder.onnx", "decoder.onnx is used"],
];

/** @type {ManifestFault[]} */
const VOCODER = [
  ["mels", undefined, "`mels`"],
  ["mels", 0, "mels"],
  ["mels", 513, "mels"],
  ["mels", "80", "mels: "],
  ["stages.vocoder.context", 4097, "stages.vocoder.context"],
  ["stages.vocoder.context", undefined, "`context`"],
  ["stages.vocoder.context_before", 4097, "stages.vocoder.context_before"],
  ["stages.vocoder.context_after", 4097, "stages.vocoder.context_after"],
  ["stages.vocoder.min_frames", 4097, "stages.vocoder.min_frames"],
  ["f0.std", 0, "f0"],
  ["f0.std", -1, "f0"],
  ["f0.std", 1e39, "f0"],
  ["f0.mean", "250", "f0.mean: "],
  ["energy.std", 0, "energy"],
];

/** By the voice that they are tried with. @type {Record<string, {folder: string, faults: ManifestFault[]}>} */
export const MANIFEST_FAULTS = {
  tone: {
    folder: join(FIXTURE_VOICES, "tone"),
    faults: [
      ...COMMON,
      ...VOCODER,
      ["symbols", undefined, "`symbols`"],
      ["symbols", ["a"], '"'],
      ["symbols.0", 1, "symbols[0]: "],
      ["pinyin", ["a"], "pinyin: "],
      ["ends.begin", ["nowhere"], '"nowhere"'],
      ["ends.end", "eos", "ends.end: "],
      ["positions.rows", 1, "positions"],
      ["positions.rows", 5000, "positions"],
      ["positions.cols", 0, "positions"],
      ["positions.dtype", "f16", "positions.dtype: "],
      ["positions.scale", 1e39, "positions.scale"],
      ["positions.file", "nothing.bin", "nothing.bin is used but not listed"],
    ],
  },
  moods: {
    folder: join(FIXTURE_VOICES, "moods"),
    faults: [
      ...COMMON.filter(([, value]) => value !== "decoder.onnx"),
      ...VOCODER,
      ["stages.encoder.file", "postnet.onnx", "postnet.onnx is used"],
      ["symbols.sy", ["a_c"], "break mark"],
      ["symbols.tone", undefined, "`tone`"],
      ["emotions", [], "emotions"],
      ["emotions.0.symbol", "emotion_nowhere", "emotions"],
      ["emotions.0.name", "", "emotions"],
      ["emotions.1.name", "neutral", "emotions"],
      ["speaker", "nobody", "speaker"],
      ["limits.symbols", 0, "limits.symbols"],
      ["acoustic.text", 0, "acoustic.text"],
      ["acoustic.emotion", 4097, "acoustic.emotion"],
      ["acoustic.speaker", 0, "acoustic.speaker"],
      ["acoustic.frames_per_step", 65, "acoustic.frames_per_step"],
      ["acoustic.decoder.width", 0, "acoustic.decoder.width"],
      ["acoustic.decoder.heads", 0, "acoustic.decoder.heads"],
      ["acoustic.decoder.heads", 3000, "acoustic.decoder.heads"],
      ["acoustic.decoder.layers", 257, "acoustic.decoder.layers"],
    ],
  },
  han: {
    folder: join(ROOT, "www/voices/han"),
    faults: [
      ...COMMON,
      ["symbols.a", undefined, '"a"'],
      ["symbols.a", -1, "symbols"],
      ["symbols.a", 0.5, "symbols.a: "],
      ["speakers", [], "speakers"],
      ["speakers", undefined, "`speakers`"],
      ["speakers.1.name", "qing", "speakers"],
      ["speakers.1.name", "a:b", "speakers"],
      ["speakers.1.sex", "x", "speakers[1].sex: "],
      ["speakers.1.sex", undefined, "speakers[1]: "],
      ["speakers.1.style", [1], "speakers"],
      ["speakers.0.style.0", "1", "speakers[0].style[0]: "],
      ["limits.symbols", 2, "limits.symbols"],
      ["limits.symbols", 100_001, "limits.symbols"],
      ["limits.frames", 1, "limits.frames"],
      ["f0.min", 0, "f0"],
      ["f0.max", 10, "f0"],
      ["context", 4097, "context"],
      ["hop", 600, "hop"],
    ],
  },
};

/**
 * The manifest with one field changed.
 * @param {unknown} manifest
 * @param {string} path Its names, with dots between them.
 * @param {unknown} value
 */
export function withField(manifest, path, value) {
  const changed = structuredClone(/** @type {any} */ (manifest));
  const names = path.split(".");
  const last = names.pop() ?? "";
  const parent = names.reduce((object, name) => object[name], changed);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return changed;
}
