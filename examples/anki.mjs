/**
 * Makes a note for Anki of each line: the sentence, its pinyin and its sound.
 *
 *     node examples/anki.mjs sentences.txt deck
 *
 * In Anki, import deck/notes.txt, and copy the other files of deck/ into the folder collection.media.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Hanvox } from "hanvox";
import { openEncoder } from "hanvox/encode";

const [list = "sentences.txt", folder = "deck"] = process.argv.slice(2);
const sentences = (await readFile(list, "utf8")).split("\n").filter((line) => line.trim() !== "");
const tts = await Hanvox.fromPretrained("han");
await mkdir(folder, { recursive: true });

/** @param {string} sentence */
async function mp3(sentence) {
  const speech = await tts.open(sentence, { speed: 0.9, pcm: true });
  const encoder = await openEncoder("mp3", { sampleRate: speech.samplingRate, tags: { title: sentence } });
  const parts = [];
  for await (const { pcm } of speech) parts.push(encoder.encode(/** @type {Uint8Array} */ (pcm)));
  return Buffer.concat([...parts, encoder.finish()]);
}

const notes = ["#separator:tab"];
for (const [at, sentence] of sentences.entries()) {
  const file = `hanvox-${at + 1}.mp3`;
  const pinyin = (await tts.pinyin(sentence)).map((token) => token.pinyin).join(" ");
  await writeFile(join(folder, file), await mp3(sentence));
  notes.push([sentence, pinyin, `[sound:${file}]`].join("\t"));
}
await writeFile(join(folder, "notes.txt"), `${notes.join("\n")}\n`);
console.log(`${folder}: ${sentences.length} notes`);
tts.dispose();
