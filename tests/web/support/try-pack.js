/** What becomes of a package of a voice: it is refused, or a voice that speaks, or something that must not be. */
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { Hanvox } from "../../../www/lib/node/index.js";
import { openNodeStore } from "../../../www/lib/node/node-store.js";
import { readArchive } from "../../../www/lib/archive/archive.js";

/** @typedef {import("./hostile-packs.js").HostilePack} HostilePack */
/** @typedef {{outcome: string, fault?: string, audio?: Float32Array}} Tried `fault`: why that must not be. */

const TEXT = "你好。";

/** Codes that nothing from outside may cause. */
const CRASHES = ["engine-crashed", "internal-error", "synthesis-timeout"];

const LIMITS = { chunk_ms: 60_000 };

/**
 * Imports it into the cache of this machine, speaks with it, and removes it again.
 * @param {HostilePack} pack
 * @param {Map<string, Float32Array>} [sounds] Of the voices as they are, by their names.
 * @returns {Promise<Tried>}
 */
export async function tryPack(pack, sounds) {
  const store = openNodeStore();
  /** @type {string} */
  let id;
  try {
    ({ id } = await store.importFiles(entriesOf(pack)));
  } catch (thrown) {
    const { code } = HanvoxError.from(thrown);
    if (isCrash(thrown)) return { outcome: `import: ${code}`, fault: told(thrown) };
    const left = await store.list();
    return { outcome: `import: ${code}`, fault: left.length > 0 ? "something is left of it" : undefined };
  }
  try {
    const spoken = await speak(id);
    return { ...spoken, fault: spoken.fault ?? silentLoss(pack, spoken.audio, sounds) };
  } finally {
    await store.remove(id);
  }
}

/** @param {HostilePack} pack */
function entriesOf({ archive, files = new Map() }) {
  if (archive) return readArchive(new Blob([new Uint8Array(archive)]), "pack");
  return [...files].map(([path, bytes]) => ({ path, bytes: new Uint8Array(bytes) }));
}

/** @param {string} id @returns {Promise<Tried>} */
async function speak(id) {
  /** @type {Hanvox | undefined} */
  let tts;
  let stage = "load";
  try {
    tts = await Hanvox.fromPretrained(id, { limits: LIMITS, sources: [], relaxed_simd: false });
    stage = "speak";
    const { audio } = await tts.generate(TEXT);
    const finite = audio.every((sample) => Number.isFinite(sample) && Math.abs(sample) < 100);
    return { outcome: "spoken", audio, fault: finite ? undefined : "it speaks what is no sound" };
  } catch (thrown) {
    const { code } = HanvoxError.from(thrown);
    return { outcome: `${stage}: ${code}`, fault: isCrash(thrown) ? told(thrown) : undefined };
  } finally {
    tts?.dispose();
  }
}

/**
 * Why it should not have been taken, if so.
 * @param {HostilePack} pack
 * @param {Float32Array} [audio]
 * @param {Map<string, Float32Array>} [sounds]
 */
function silentLoss({ refused, same, voice }, audio, sounds) {
  if (refused) return "it was taken";
  if (!same || !sounds) return undefined;
  const own = sounds.get(voice);
  const equal = audio?.length === own?.length && audio?.every((sample, index) => sample === own?.[index]);
  return equal ? undefined : "it was taken, and is another voice";
}

/** @param {unknown} thrown */
function isCrash(thrown) {
  return CRASHES.includes(HanvoxError.from(thrown).code);
}

/** @param {unknown} thrown */
function told(thrown) {
  const { code, message, stack } = HanvoxError.from(thrown);
  return `${code}: ${message}\n${stack}`;
}
