/** Packages of voices that nobody should offer, the same for the same seed. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { FIXTURE_VOICES } from "./faulty-base.js";
import { tarOf } from "./tar.js";
import { ROOT } from "../../../scripts/steps.mjs";

/** @typedef {() => number} Random From 0 to 1. */
/** @typedef {Map<string, Buffer>} Files By path, `voice.json` among them. */

/**
 * @typedef {object} HostilePack
 * @property {string} kind
 * @property {string} voice The one that it was made of.
 * @property {string} [field] What of the manifest was changed.
 * @property {boolean} refused Whether an import must refuse it; if not, it may be a voice, if an odd one.
 * @property {boolean} [same] Whether it must be the voice as it was, if it is taken.
 * @property {Files} [files] Either its files
 * @property {Buffer} [archive] or an archive.
 */

const FOLDERS = {
  tone: join(FIXTURE_VOICES, "tone"),
  moods: join(FIXTURE_VOICES, "moods"),
  han: join(ROOT, "www/voices/han"),
};

/** For people; nobody reads it. */
const UNREAD = [/^card$/, /^emotions\.\d+\.id$/, /^acoustic\.(postnet|prenet_in)(\.|$)/, /^stages\.vocoder\.window$/];

/** What an engine and a store may do without. */
const OPTIONAL = [
  ...UNREAD,
  ...[/^files\.\d+\.chunks$/, /^stages\.vocoder\.context_(before|after)$/, /^positions\.scale$/, /^(f0|energy)$/],
];

/** @typedef {keyof typeof FOLDERS} Name */

/** @param {readonly Name[]} [names] */
export async function readVoices(names = /** @type {Name[]} */ (Object.keys(FOLDERS))) {
  return Promise.all(names.map(async (name) => ({ name, files: await filesOf(FOLDERS[name]) })));
}

/** @param {string} folder */
async function filesOf(folder) {
  const text = await readFile(join(folder, "voice.json"));
  /** @type {Files} */
  const files = new Map();
  for (const { path } of JSON.parse(String(text)).files) files.set(path, await readFile(join(folder, path)));
  return files.set("voice.json", text);
}

/**
 * @param {Awaited<ReturnType<typeof readVoices>>} voices
 * @param {Random} random
 * @returns {HostilePack}
 */
export function hostilePack(voices, random) {
  const { name, files } = some(random, voices);
  const kind = some(random, Object.keys(KINDS));
  return { kind, voice: name, refused: true, ...KINDS[kind](new Map(files), random) };
}

/** @typedef {(files: Files, random: Random) => Partial<HostilePack>} Kind */

/** @type {Record<string, Kind>} */
const KINDS = {
  "a file with changed bytes": (files, random) => ({ files: changed(files, random, flipped) }),
  "a file cut off": (files, random) => ({ files: changed(files, random, cut) }),
  "a file with more": (files, random) => ({ files: changed(files, random, (bytes) => Buffer.concat([bytes, bytes])) }),
  "a file missing": (files, random) => {
    files.delete(some(random, contents(files)));
    return { files };
  },
  "two files exchanged": (files) => {
    const [one, two] = [...files].filter(([path]) => path.endsWith(".onnx"));
    return { files: files.set(one[0], two[1]).set(two[0], one[1]) };
  },
  "a wrong sum": (files, random) => ({ files: listed(files, random, wrongSum) }),
  "a bad path": (files, random) => ({ files: listed(files, random, badPath) }),
  "nets with changed bytes": (files, random) => odd(summed(changed(files, random, flipped))),
  "nets cut off": (files, random) => odd(summed(changed(files, random, cut))),
  "weights that are no numbers": (files, random) => odd(summed(changed(files, random, notANumber))),
  "a field missing": (files, random) => {
    const { manifest, path } = anyField(files, random);
    const refused = !isOptional(path) && !isElement(manifest, path);
    return { files: withManifest(files, without(manifest, path)), field: path, refused };
  },
  "a field of another type": (files, random) => {
    const { manifest, path, value } = anyField(files, random);
    const { value: other, isNone } = otherType(random, value);
    const refused = !UNREAD.some((unread) => unread.test(path)) && !(isNone && isOptional(path));
    return { files: withManifest(files, withValue(manifest, path, other)), field: path, refused };
  },
  "a number out of range": (files, random) => {
    const { manifest, path } = anyField(files, random, (value) => typeof value === "number");
    const value = some(random, [0, -1, 0.5, 1e9, 1e15, 2 ** 53, 1e39, 1e308, -1e-9, 65536]);
    return { files: withManifest(files, withValue(manifest, path, value)), field: path, refused: false };
  },
  "a manifest with changed bytes": (files, random) => {
    const text = flipped(/** @type {Buffer} */ (files.get("voice.json")), random);
    return { files: files.set("voice.json", text), refused: false };
  },
  "a manifest cut off": (files, random) => {
    const text = /** @type {Buffer} */ (files.get("voice.json"));
    // Without a final line break it might be whole.
    return { files: files.set("voice.json", text.subarray(0, Math.floor(random() * (text.length - 2)))) };
  },
  "an archive with changed bytes": (files, random) => ({
    ...{ archive: flipped(archiveOf(files, random), random), refused: false, same: true },
  }),
  "an archive cut off": (files, random) => ({ archive: cut(archiveOf(files, random), random) }),
  "an archive with a bomb": (files, random) => {
    const archive = archiveOf(files.set("bomb.bin", Buffer.alloc(40e6)), random);
    // A tar is packed as a whole: beside megabytes of weights, zeros are no bomb.
    return { archive, refused: archive.length < 1e6 || archive.toString("latin1", 0, 2) === "PK", same: true };
  },
  "an archive with a link": (files, random) => ({ archive: withLink(files, random) }),
  "an archive with a way out": (files, random) => {
    const name = some(random, ["../out", "/etc/passwd", "a/../../out", "C:\\out", "a\\..\\..\\out", "..", "a\u0000b"]);
    return { archive: archiveOf(files.set(name, Buffer.from("out")), random) };
  },
  "an archive with a name twice": (files, random) => {
    const name = some(random, contents(files));
    const own = [...files].map(([path, bytes]) => ({ name: path, bytes }));
    return { archive: gzipSync(tarOf([...own, { name, bytes: Buffer.from("other") }]), { level: 1 }) };
  },
  "an archive with wrong lengths": (files, random) => {
    const own = [...files].map(([name, bytes]) => ({ name, bytes }));
    const at = Math.floor(random() * own.length);
    const size = some(random, [0, own[at].bytes.length - 1, own[at].bytes.length + 513, 2 ** 33 - 1]);
    return { archive: tarOf(own.map((entry, index) => (index === at ? { ...entry, size } : entry))) };
  },
  "two voices in one": (files, random) => ({
    archive: archiveOf(files.set("other/voice.json", /** @type {Buffer} */ (files.get("voice.json"))), random),
  }),
  "noise": (_files, random) => ({
    archive: Buffer.from(Array.from({ length: 1 + Math.floor(random() * 4000) }, () => Math.floor(256 * random()))),
  }),
};

/** May be another voice. @param {Files} files */
function odd(files) {
  return { files, refused: false };
}

/** @template T @param {Random} random @param {readonly T[]} values @returns {T} */
function some(random, values) {
  return values[Math.floor(random() * values.length)];
}

/** @param {Files} files */
function contents(files) {
  return [...files.keys()].filter((path) => path !== "voice.json");
}

/** @param {Files} files @param {Random} random @param {(bytes: Buffer, random: Random) => Buffer} change */
function changed(files, random, change) {
  const path = some(random, contents(files));
  return files.set(path, change(/** @type {Buffer} */ (files.get(path)), random));
}

/** @param {Buffer} bytes @param {Random} random */
function flipped(bytes, random) {
  const copy = Buffer.from(bytes);
  for (let times = 1 + Math.floor(random() * 6); times > 0; times -= 1)
    copy[Math.floor(random() * copy.length)] ^= 1 + Math.floor(random() * 255);
  return copy;
}

/** @param {Buffer} bytes @param {Random} random */
function cut(bytes, random) {
  return bytes.subarray(0, Math.floor(random() * bytes.length));
}

/** @param {Buffer} bytes @param {Random} random */
function notANumber(bytes, random) {
  const copy = Buffer.from(bytes);
  const value = some(random, [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38]);
  for (let times = 1 + Math.floor(random() * 200); times > 0 && copy.length >= 4; times -= 1)
    copy.writeFloatLE(value, Math.floor(random() * (copy.length - 3)));
  return copy;
}

/** @param {Files} files */
function manifestOf(files) {
  return JSON.parse(String(files.get("voice.json")));
}

/** @param {Files} files @param {unknown} manifest @returns {Files} */
function withManifest(files, manifest) {
  return files.set("voice.json", Buffer.from(JSON.stringify(manifest)));
}

/** With the sums of what is there. @param {Files} files */
function summed(files) {
  const manifest = manifestOf(files);
  manifest.files = contents(files).map((path) => {
    const bytes = /** @type {Buffer} */ (files.get(path));
    return { path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  });
  return withManifest(files, manifest);
}

/** @param {Files} files @param {Random} random @param {(file: any, random: Random) => void} change */
function listed(files, random, change) {
  const manifest = manifestOf(files);
  change(some(random, manifest.files), random);
  return withManifest(files, manifest);
}

/** @param {any} file @param {Random} random */
function wrongSum(file, random) {
  const wrong = some(random, ["", "0".repeat(64), "g".repeat(64), file.sha256.toUpperCase(), `${file.sha256}0`]);
  // The sums of the parts would do for the whole.
  delete file.chunks;
  if (random() < 0.7) file.sha256 = wrong;
  else file.bytes += some(random, [-1, 1, 0.5, 1e10, -2 * file.bytes]);
}

/** @param {any} file @param {Random} random */
function badPath(file, random) {
  const out = [
    "../out",
    "/out",
    "a/../../out",
    "a\\out",
    "C:out",
    "",
    ".",
    "..",
    "voice.json",
    "a//b",
    "很.onnx",
    "a\u0000b",
  ];
  file.path = some(random, [...out, "a".repeat(300), "./encoder.onnx", "encoder.onnx/"]);
}

/** @param {Files} files @param {Random} random @param {(value: unknown) => boolean} [fits] */
function anyField(files, random, fits = () => true) {
  const manifest = manifestOf(files);
  const fields = [...fieldsOf(manifest)].filter(({ value }) => fits(value));
  // There are many more symbols than other fields.
  const few = fields.filter(({ path }) => !/^(symbols|pinyin|speakers\.\d+\.style)\./.test(path));
  return { manifest, ...some(random, random() < 0.8 && few.length > 0 ? few : fields) };
}

/** @param {any} value @param {string} [at] @returns {Generator<{path: string, value: unknown}>} */
function* fieldsOf(value, at = "") {
  for (const [name, inner] of Object.entries(value)) {
    // A name with a dot has no path of this kind.
    if (name.includes(".")) continue;
    yield { path: `${at}${name}`, value: inner };
    if (inner !== null && typeof inner === "object") yield* fieldsOf(inner, `${at}${name}.`);
  }
}

/** A list or a table without one of its elements may be a good one. @param {any} manifest @param {string} path */
function isElement(manifest, path) {
  return Array.isArray(parentOf(manifest, path).parent) || /^(symbols|pinyin)\.[^.]+$/.test(path);
}

/** @param {string} path */
function isOptional(path) {
  return OPTIONAL.some((optional) => optional.test(path));
}

/** @param {any} manifest @param {string} path */
function without(manifest, path) {
  const { parent, last } = parentOf(manifest, path);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return manifest;
}

/** @param {any} manifest @param {string} path @param {unknown} value */
function withValue(manifest, path, value) {
  const { parent, last } = parentOf(manifest, path);
  parent[last] = value;
  return manifest;
}

/** @param {any} manifest @param {string} path */
function parentOf(manifest, path) {
  const names = path.split(".");
  const last = /** @type {string} */ (names.pop());
  return { parent: names.reduce((object, name) => object[name], manifest), last };
}

/** @param {Random} random @param {unknown} value */
function otherType(random, value) {
  const others = [null, true, "text", -3.5, [], {}, [[]], "1"];
  const fitting = others.filter((other) => kindOf(other) !== kindOf(value));
  const other = some(random, fitting);
  return { value: other, isNone: other === null };
}

/** @param {unknown} value */
function kindOf(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** @param {Files} files @param {Random} random */
function archiveOf(files, random) {
  if (random() < 0.5) return Buffer.from(zipSync(Object.fromEntries(files), { level: 1 }));
  return gzipSync(tarOf([...files].map(([name, bytes]) => ({ name, bytes }))), { level: 1 });
}

/** @param {Files} files @param {Random} random */
function withLink(files, random) {
  const name = some(random, [...contents(files), "link"]);
  const link = some(random, ["/etc/passwd", "../../out", "voice.json"]);
  if (random() < 0.5) {
    const own = [...files].filter(([path]) => path !== name).map(([path, bytes]) => ({ name: path, bytes }));
    return gzipSync(tarOf([...own, { name, link, type: some(random, ["1", "2", "3", "4", "6"]) }]), { level: 1 });
  }
  const linked = /** @type {import("fflate").ZippableFile} */ ([Buffer.from(link), { os: 3, attrs: 0o120777 << 16 }]);
  return Buffer.from(zipSync({ ...Object.fromEntries(files), [name]: linked }, { level: 1 }));
}
