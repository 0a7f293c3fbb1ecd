/** Texts of every kind that may be given to speak, the same for the same seed, and options with them. */

/** @typedef {() => number} Random From 0 to 1. */

/** Characters that every lexicon knows. */
const COMMON = [
  ..."的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长",
];

/** Ranges of characters by what they are. @type {Record<string, [number, number]>} */
const RANGES = {
  han: [0x4e00, 0x9fff],
  rareHan: [0x20000, 0x323af],
  compatibility: [0xf900, 0xfaff],
  control: [0x0000, 0x001f],
  control1: [0x007f, 0x009f],
  latin: [0x0020, 0x024f],
  combining: [0x0300, 0x036f],
  cyrillic: [0x0400, 0x04ff],
  hebrew: [0x0590, 0x05ff],
  arabic: [0x0600, 0x06ff],
  indic: [0x0900, 0x0dff],
  thai: [0x0e00, 0x0e7f],
  hangul: [0xac00, 0xd7a3],
  kana: [0x3040, 0x30ff],
  bopomofo: [0x3100, 0x312f],
  punctuation: [0x2000, 0x206f],
  signs: [0x2070, 0x2bff],
  cjkSigns: [0x3000, 0x303f],
  wide: [0xff00, 0xffef],
  surrogate: [0xd800, 0xdfff],
  own: [0xe000, 0xf8ff],
  none: [0xfdd0, 0xfdef],
  selectors: [0xfe00, 0xfe0f],
  emoji: [0x1f300, 0x1faff],
  flags: [0x1f1e6, 0x1f1ff],
  mathematical: [0x1d400, 0x1d7ff],
  tags: [0xe0000, 0xe007f],
  last: [0x10fff0, 0x10ffff],
};

const NUMBERS = [
  "2026年5月2日",
  "3.14",
  "1/0",
  "99999999999999999999",
  "-0",
  "1e999",
  "12:60:61",
  "￥5.00",
  "50%",
  "3:2",
  "10²",
];
const WORDS = [
  "Hello",
  "WiFi",
  "a",
  "NASA",
  "iPhone16",
  "http://a.b/c?d=e",
  "x@y.zh",
  "C++",
  "e.g.",
  "don't",
  "ﬁ",
  "İ",
  "ß",
];
const JOINED = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "1️⃣", "é", "각", "\u200d", "\ufeff", "\u202e", "\r\n", "\u2028", "\t", "　"];

const TAGS = [
  "speak",
  "break",
  "prosody",
  "emotion",
  "phoneme",
  "say-as",
  "mark",
  "s",
  "p",
  "voice",
  "sub",
  "x:y",
  "!--",
  "![CDATA[",
  "?xml",
];
const ATTRIBUTES = [
  "time",
  "rate",
  "pitch",
  "volume",
  "name",
  "ph",
  "alias",
  "interpret-as",
  "level",
  "strength",
  "xmlns",
  "",
];
const VALUES = [
  "",
  "1s",
  "-1s",
  "1e9s",
  "fast",
  "+50%",
  "-200%",
  "x",
  "&lt;",
  "<",
  "ni3",
  "date",
  "NaN",
  "very long ".repeat(20),
];
const BRACES = ["{ni3}", "{hao}", "{x9}", "{", "}", "{}", "{{a1}}", "{ni3 hao3}", "好{hao4}", "{lv4}", "{lü4}"];

/** @template T @param {Random} random @param {readonly T[]} values @returns {T} */
function some(random, values) {
  return values[Math.floor(random() * values.length)];
}

/** @type {Record<string, (random: Random) => string>} */
const PIECES = {
  common: (random) => repeated(random, 12, () => some(random, COMMON)),
  kind: (random) => {
    const [first, last] = some(random, Object.values(RANGES));
    return repeated(random, 6, () => charOf(first + Math.floor(random() * (last - first + 1))));
  },
  any: (random) => charOf(Math.floor(random() * 0x110000)),
  number: (random) => some(random, NUMBERS),
  digits: (random) => repeated(random, 30, () => some(random, [..."0123456789.,-+/:%"])),
  word: (random) => some(random, WORDS),
  joined: (random) => some(random, JOINED),
  stop: (random) => some(random, [..."，。！？；：、…—～“”《》（）\n "]),
  same: (random) => some(random, [...COMMON, ..."。啊一8！-\u0301 "]).repeat(1 + Math.floor(60 * random())),
};

/** @type {Record<string, (random: Random) => string>} */
const MARKUP = {
  open: (random) => `<${some(random, TAGS)} ${some(random, ATTRIBUTES)}="${some(random, VALUES)}">`,
  empty: (random) => `<${some(random, TAGS)} ${some(random, ATTRIBUTES)}='${some(random, VALUES)}'/>`,
  close: (random) => `</${some(random, TAGS)}>`,
  entity: (random) =>
    some(random, ["&amp;", "&#0;", "&#x110000;", "&nothing;", "&", "]]>", "-->", "<!DOCTYPE a [<!ENTITY b 'c'>]>"]),
  brace: (random) => some(random, BRACES),
};

/** @param {number} code */
function charOf(code) {
  return String.fromCodePoint(code);
}

/** @param {Random} random @param {number} most @param {() => string} make */
function repeated(random, most, make) {
  return Array.from({ length: 1 + Math.floor(random() * most) }, make).join("");
}

/** @typedef {{text: string, markup: boolean, options: Record<string, unknown>}} OddText `markup`: whether it has some. */

/** @param {Random} random @returns {OddText} */
export function oddText(random) {
  const markup = random() < 0.3;
  const kinds = Object.values(markup ? { ...PIECES, ...MARKUP } : PIECES);
  const pieces = Array.from({ length: Math.floor(random() * random() * 14) }, () => some(random, kinds)(random));
  const whole = markup && random() < 0.7;
  const text = whole ? `<speak>${pieces.join("")}</speak>` : pieces.join("");
  return { text, markup, options: random() < 0.5 ? {} : oddOptions(random) };
}

/** @param {Random} random */
function oddOptions(random) {
  /** @type {Record<string, unknown[]>} */
  const fields = {
    speed: [0.5, 1, 2, 3],
    pitch: [0.5, 1, 1.5],
    energy: [0.5, 2],
    intensity: [0, 0.5, 1],
    emotion: ["happy", "sad"],
  };
  const odd = /** @type {unknown[]} */ ([
    0,
    -1,
    1e9,
    Number.NaN,
    Infinity,
    null,
    "1",
    true,
    [],
    {},
    "",
    "很",
    undefined,
  ]);
  /** @type {Record<string, unknown>} */
  const options = {};
  for (const [name, values] of Object.entries(fields)) {
    if (random() < 0.3) options[name] = random() < 0.1 ? some(random, odd) : some(random, values);
  }
  if (random() < 0.03) options[some(random, ["loudness", "__proto__", "", "speeds"])] = some(random, odd);
  if (random() < 0.3) options.markup = some(random, [true, false, "auto", ...(random() < 0.1 ? odd : [])]);
  if (random() < 0.1) options.speaker = some(random, ["qing", "nobody", "qing:0.5,song:0.5", "", "qing:NaN"]);
  return options;
}
