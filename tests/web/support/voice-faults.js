/** What can be wrong with the folder of a voice, and the code that says so. */
import { appendFile, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** @typedef {(voice: string) => Promise<unknown>} Spoil */

/** @type {{name: string, code: string, spoil: Spoil}[]} */
export const VOICE_FAULTS = [
  { name: "a changed byte", code: "voice-corrupt", spoil: changeByte },
  {
    name: "a file too short",
    code: "voice-corrupt",
    spoil: (voice) => truncate(join(voice, "decoder.onnx"), 1000),
  },
  {
    name: "a file too long",
    code: "voice-corrupt",
    spoil: (voice) => appendFile(join(voice, "decoder.onnx"), "more"),
  },
  { name: "a missing file", code: "voice-missing", spoil: (voice) => rm(join(voice, "decoder.onnx")) },
  {
    name: "a manifest cut off",
    code: "voice-corrupt",
    spoil: (voice) => truncate(join(voice, "voice.json"), 500),
  },
  { name: "a later format", code: "voice-unsupported", spoil: laterFormat },
  { name: "no voice", code: "unknown-voice", spoil: (voice) => rm(voice, { recursive: true }) },
];

/** @param {string} voice */
async function changeByte(voice) {
  const file = await open(join(voice, "decoder.onnx"), "r+");
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 1000);
  await file.write(Buffer.from([buffer[0] ^ 1]), 0, 1, 1000);
  await file.close();
}

/** @param {string} voice */
async function laterFormat(voice) {
  const path = join(voice, "voice.json");
  const manifest = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...manifest, format: manifest.format + 1 }));
}
