/**
 * Hostile packages of voices, each imported and, where it is taken, loaded and spoken:
 * `node tests/bench/hostile-packs.mjs [COUNT] [SEED]`. Fails if one breaks anything or is lost in silence.
 */
import { hostilePack, readVoices } from "../web/support/hostile-packs.js";
import { randomFrom } from "../web/support/random.js";
import { temporaryFolder } from "../web/support/folder.js";
import { tryPack } from "../web/support/try-pack.js";

const [count = 500, seed = 1] = process.argv.slice(2).map(Number);
process.env.HANVOX_CACHE = await temporaryFolder();

const voices = await readVoices();
const sounds = await soundsOf(voices);
const random = randomFrom(seed);
/** @type {Map<string, Map<string, number>>} */
const table = new Map();
let faults = 0;
process.on("unhandledRejection", (reason) => {
  faults += 1;
  console.log("unhandled:", reason);
});
for (let at = 0; at < count; at += 1) {
  const pack = hostilePack(voices, random);
  const { outcome, fault } = await tryPack(pack, sounds);
  const row = table.get(pack.kind) ?? new Map();
  table.set(pack.kind, row.set(outcome, (row.get(outcome) ?? 0) + 1));
  if (!fault) continue;
  faults += 1;
  console.log(`${at} ${pack.voice}: ${pack.kind} ${pack.field ?? ""}: ${outcome}: ${fault}`);
}
for (const [kind, outcomes] of table)
  console.log(`${kind}: ${[...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(", ")}`);
console.log(`${count} packages, seed ${seed}: ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;

/** What the voices say as they are. @param {Awaited<ReturnType<typeof readVoices>>} voices */
async function soundsOf(voices) {
  /** @type {Map<string, Float32Array>} */
  const sounds = new Map();
  for (const { name, files } of voices) {
    const { outcome, fault, audio } = await tryPack({ kind: "as it is", voice: name, refused: false, files });
    if (!audio || fault) throw new Error(`${name} can't be tried: ${outcome} ${fault}`);
    sounds.set(name, audio);
  }
  return sounds;
}
