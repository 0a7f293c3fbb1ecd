import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { serveFolder } from "../../../www/bin/static-files.js";
import { TIMEOUT_MS, launch } from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";
import { startServer } from "../support/server-process.js";
import { assertSpeech, readWav } from "../support/wav.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

const NODE_SCRIPT = `
import { Hanvox } from "hanvox";
const tts = await Hanvox.from_pretrained("han");
const speech = await tts.generate("今天天气很好。", { speed: 1 });
const parts = [];
for await (const { text, audio } of tts.stream("你好。再见。")) parts.push([text, audio.length > 0]);
const rms = Math.hypot(...speech.audio) / Math.sqrt(speech.audio.length);
const { SpeechSynthesisUtterance } = await import("hanvox/speech-synthesis");
const { define } = await import("hanvox/element");
const { Diagnostics } = await import("hanvox/diagnostics");
const { openEncoder } = await import("hanvox/encode");
const encoder = await openEncoder("mp3", { sampleRate: speech.samplingRate });
const bytes = encoder.encode(speech.toWav().subarray(44)).length + encoder.finish().length;
const entries = [new SpeechSynthesisUtterance("好").text, typeof define, typeof Diagnostics.create, bytes > 1000];
console.log(JSON.stringify({ entries, seconds: speech.audio.length / speech.sampling_rate, rms, wav: speech.toWav().length, parts }));
`;

const PAGE = `<!doctype html><meta charset="utf-8"><title>waiting</title>
<script type="module">
  import { Hanvox } from "./node_modules/hanvox/www/lib/index.js";
  const tts = await Hanvox.from_pretrained("han");
  const { audio, sampling_rate } = await tts.generate("今天天气很好。");
  let power = 0;
  for (const sample of audio) power += sample * sample;
  globalThis.sound = { seconds: audio.length / sampling_rate, rms: Math.sqrt(power / audio.length) };
  tts.dispose();
  document.title = "spoken";
</script>`;

const TYPED_SCRIPT = `
import { Hanvox } from "hanvox";
import { Diagnostics } from "hanvox/diagnostics";
import { define } from "hanvox/element";
import { openEncoder } from "hanvox/encode";
import { SpeechSynthesisUtterance, install } from "hanvox/speech-synthesis";
const tts: Hanvox = await Hanvox.from_pretrained("han", { progress_callback: ({ status }) => console.log(status) });
const samples: Float32Array = (await tts.generate("好", { speed: 1.2 })).audio;
const [emotion]: string[] = tts.voice.emotions;
const kind: "trained" | "prosody" = tts.voice.emotion_kind;
await tts.generate(await tts.symbols(kind, { emotion }), { symbols: true, intensity: 0.5 });
const diagnostics = await Diagnostics.create({ level: "warning" });
const load = () => Hanvox.fromPretrained("han", { diagnostics });
define({ name: "han-vox", load });
const utterance = new SpeechSynthesisUtterance("好");
utterance.onboundary = ({ charIndex, name }) => console.log(charIndex + 1, name);
install({ load }).speak(utterance);
const encoder = await openEncoder("opus", { sampleRate: 24000, tags: { title: "好" } });
const bytes: Uint8Array = encoder.finish();
await tts.generate(String(bytes.length));
// @ts-expect-error: there is no such option
await tts.generate("好", { loudness: samples.length });
`;

/** @type {string} */
let folder;

before(async () => {
  folder = await temporaryFolder();
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: ROOT,
  });
  const [{ filename }] = JSON.parse(stdout);
  await writeFile(join(folder, "package.json"), `{"private": true, "type": "module"}`);
  await run("npm", ["install", "--no-audit", "--no-fund", join(folder, filename)], { cwd: folder });
});

test("the installed package speaks in a Node script", async () => {
  await writeFile(join(folder, "speak.js"), NODE_SCRIPT);
  const { stdout } = await run(process.execPath, ["speak.js"], { cwd: folder });
  /** @type {{entries: string[], seconds: number, rms: number, wav: number, parts: [string, boolean][]}} */
  const { entries, seconds, rms, wav, parts } = JSON.parse(stdout);
  assertSpeech({ seconds, rms }, 6);
  assert.equal(wav, 44 + Math.round(seconds * 24000) * 2);
  assert.equal(parts.map(([text]) => text).join(""), "你好。再见。");
  assert.ok(parts.every(([, sounds]) => sounds));
  assert.deepEqual(entries, ["好", "function", "function", true]);
});

test("its command speaks", async () => {
  const command = join(folder, "node_modules/.bin/hanvox");
  await run(command, ["say", "你好。", "-o", "out.wav"], { cwd: folder });
});

test("it serves its page, all the files that the service worker wants, and speech", async () => {
  const program = join(folder, "node_modules/hanvox/www/bin/hanvox.js");
  const server = await startServer([program, "serve", "--port", "0", "--json"]);
  const source = await (await fetch(`${server.url}sw.js`)).text();
  const { files } = JSON.parse(/const SHELL = (\{.*?\});/s.exec(source)?.[1] ?? "");
  assert.ok(files["index.html"] && files["pkg/hanvox_bg.wasm"]);
  for (const file of Object.keys(files))
    assert.equal((await fetch(server.url + file, { method: "HEAD" })).status, 200, file);
  while (!(await fetch(`${server.url}healthz`)).ok) await setTimeout(50);
  const body = new URLSearchParams({ text: "今天天气很好。" });
  const response = await fetch(`${server.url}synthesize`, { method: "POST", body });
  assertSpeech(readWav(new Uint8Array(await response.arrayBuffer())), 6);
  server.signal("SIGTERM");
  assert.deepEqual(await server.closed, [0, null]);
});

test("its types hold in a strict TypeScript project", async () => {
  await writeFile(join(folder, "speak.ts"), TYPED_SCRIPT);
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "speak.ts"];
  await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...flags], { cwd: folder });
});

test("the installed package speaks in a plain page", async () => {
  await writeFile(join(folder, "index.html"), PAGE);
  const server = await serveFolder(folder, 0);
  const browser = await launch(await temporaryFolder());
  try {
    const page = await browser.newPage();
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    await page.goto(`http://localhost:${port}/`);
    await page.waitForFunction(() => document.title === "spoken", { timeout: TIMEOUT_MS });
    assertSpeech(await page.evaluate(() => /** @type {any} */ (globalThis).sound), 6);
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
  }
});
