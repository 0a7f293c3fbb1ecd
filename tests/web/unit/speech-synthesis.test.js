import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  SpeechSynthesis,
  SpeechSynthesisErrorEvent,
  SpeechSynthesisEvent,
  SpeechSynthesisUtterance,
  SpeechSynthesisVoice,
  install,
} from "../../../www/lib/speech-synthesis.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { startFake } from "../support/fake-hanvox.js";
import { FakePlayer } from "../support/fake-player.js";

const EVENTS = ["start", "end", "error", "pause", "resume", "mark", "boundary"];

/**
 * @param {Parameters<typeof startFake>[0]} [faults]
 * @param {import("../../../www/lib/speech-synthesis.js").SpeechSynthesisOptions} [options]
 */
async function startSynthesis(faults, options = {}) {
  const { tts, workers } = await startFake(faults);
  const player = new FakePlayer();
  const synthesis = new SpeechSynthesis({ load: async () => tts, newPlayer: () => player, ...options });
  return { synthesis, player, tts, workers };
}

/** An utterance that writes down its events. @param {string} text @param {string[]} [log] */
function heardUtterance(text, log = []) {
  const utterance = new SpeechSynthesisUtterance(text);
  /** @type {SpeechSynthesisEvent[]} */
  const events = [];
  const done = new Promise((resolve) => {
    for (const type of EVENTS)
      utterance.addEventListener(type, (event) => {
        const error = event instanceof SpeechSynthesisErrorEvent ? ` ${event.error}` : "";
        log.push(`${text} ${type}${error}`);
        events.push(/** @type {SpeechSynthesisEvent} */ (event));
        if (type === "end" || type === "error") resolve(event);
      });
  });
  /** @param {string} type */
  const begins = (type) => new Promise((resolve) => utterance.addEventListener(type, resolve, { once: true }));
  return { utterance, events, done, begins };
}

/** @param {SpeechSynthesis} synthesis */
const state = ({ pending, speaking, paused }) => ({ pending, speaking, paused });

test("an utterance starts, tells sentences and words with their places and times, and ends", async () => {
  const { synthesis, player } = await startSynthesis();
  const { utterance, events, done } = heardUtterance("你好。再见。");
  assert.deepEqual(state(synthesis), { pending: false, speaking: false, paused: false });
  synthesis.speak(utterance);
  assert.deepEqual(state(synthesis), { pending: true, speaking: false, paused: false });
  await done;
  assert.deepEqual(state(synthesis), { pending: false, speaking: false, paused: false });
  const told = events.map(({ type, name, charIndex, charLength }) => [type, name, charIndex, charLength]);
  assert.deepEqual(told, [
    ["start", "", 0, 0],
    ["boundary", "sentence", 0, 3],
    ["boundary", "word", 0, 1],
    ["boundary", "word", 1, 1],
    ["boundary", "word", 2, 1],
    ["boundary", "sentence", 3, 3],
    ["boundary", "word", 3, 1],
    ["boundary", "word", 4, 1],
    ["boundary", "word", 5, 1],
    ["end", "", 6, 0],
  ]);
  assert.ok(Math.abs(events[7].elapsedTime - 400 / 24000) < 1e-9, String(events[7].elapsedTime));
  assert.ok(Math.abs(events[9].elapsedTime - 600 / 24000) < 1e-9);
  assert.ok(events.every((event) => event.utterance === utterance));
  assert.equal(player.samples.length, 600);
});

test("utterances wait for each other", async () => {
  const { synthesis } = await startSynthesis();
  /** @type {string[]} */
  const log = [];
  const all = ["一", "二", "三"].map((text) => heardUtterance(text, log));
  for (const { utterance } of all) synthesis.speak(utterance);
  await all[2].done;
  const order = log.filter((line) => !line.includes("boundary"));
  assert.deepEqual(order, ["一 start", "一 end", "二 start", "二 end", "三 start", "三 end"]);
});

test("the elapsed time is that of the utterance, not of the queue", async () => {
  const { synthesis } = await startSynthesis();
  const [first, second] = [heardUtterance("一二三四"), heardUtterance("五")];
  synthesis.speak(first.utterance);
  synthesis.speak(second.utterance);
  await second.done;
  assert.deepEqual(
    second.events.filter(({ type }) => type === "boundary").map(({ elapsedTime }) => elapsedTime),
    [0, 0],
  );
});

test("cancel interrupts what is heard, cancels what waits, and leaves nothing", async () => {
  const { synthesis, player } = await startSynthesis();
  /** @type {string[]} */
  const log = [];
  player.upTo = 0.01;
  const [first, second, third] = ["一二三四五六", "七", "八"].map((text) => heardUtterance(text, log));
  const begun = first.begins("start");
  synthesis.speak(first.utterance);
  synthesis.speak(second.utterance);
  await begun;
  assert.deepEqual(state(synthesis), { pending: true, speaking: true, paused: false });
  synthesis.cancel();
  assert.deepEqual(state(synthesis), { pending: false, speaking: false, paused: false });
  await Promise.all([first.done, second.done]);
  assert.deepEqual(log.slice(-2), ["一二三四五六 error interrupted", "七 error canceled"]);
  assert.ok(player.calls.includes("clear"));
  player.upTo = Infinity;
  synthesis.speak(third.utterance);
  await third.done;
  assert.equal(log.at(-1), "八 end");
});

test("an utterance that is canceled while the engine loads is never heard", async () => {
  const player = new FakePlayer();
  const synthesis = new SpeechSynthesis({ load: () => new Promise(() => {}), newPlayer: () => player });
  const { utterance, events, done } = heardUtterance("你好");
  synthesis.speak(utterance);
  await setTimeout(5);
  synthesis.cancel();
  await done;
  assert.deepEqual([events.map(({ type }) => type), player.samples], [["error"], []]);
});

test("pause before speak keeps what comes from being heard until resume", async () => {
  const { synthesis } = await startSynthesis();
  synthesis.pause();
  const { utterance, events, done } = heardUtterance("你好");
  synthesis.speak(utterance);
  await setTimeout(60);
  assert.deepEqual([events.length, state(synthesis)], [0, { pending: true, speaking: false, paused: true }]);
  synthesis.resume();
  await done;
  const types = new Set(events.map(({ type }) => type));
  assert.deepEqual([...types], ["start", "boundary", "end"]);
});

test("pause and resume in the middle are told, once each", async () => {
  const { synthesis, player } = await startSynthesis();
  player.upTo = 0.001;
  const { utterance, events, done, begins } = heardUtterance("一二三四");
  const begun = begins("start");
  synthesis.speak(utterance);
  await begun;
  synthesis.pause();
  synthesis.pause();
  assert.deepEqual(state(synthesis), { pending: false, speaking: true, paused: true });
  player.upTo = Infinity;
  await setTimeout(60);
  const before = events.length;
  synthesis.resume();
  synthesis.resume();
  await done;
  const types = events.map(({ type }) => type);
  assert.deepEqual([types[before - 1], types[before], types.at(-1)], ["pause", "resume", "end"]);
  assert.deepEqual([types.filter((type) => type === "pause").length, player.calls.at(1)], [1, "pause"]);
});

test("cancel leaves the pause as it is", async () => {
  const { synthesis } = await startSynthesis();
  synthesis.pause();
  synthesis.cancel();
  assert.equal(synthesis.paused, true);
});

test("voices are the speakers, once the engine is there", async () => {
  const { synthesis, tts } = await startSynthesis();
  Object.assign(tts.voice, { speakers: [{ name: "qing" }, { name: "song" }] });
  assert.deepEqual(synthesis.getVoices(), []);
  await new Promise((resolve) => Object.assign(synthesis, { onvoiceschanged: resolve }));
  const voices = synthesis.getVoices();
  assert.deepEqual(
    voices.map(({ voiceURI, name, lang, localService, default: first }) => [voiceURI, name, lang, localService, first]),
    [
      ["hanvox:tiny/qing", "tiny qing", "zh-CN", true, true],
      ["hanvox:tiny/song", "tiny song", "zh-CN", true, false],
    ],
  );
  assert.equal(synthesis.getVoices()[0], voices[0]);
});

test("voice, rate, pitch and volume reach the engine, within its bounds", async () => {
  const { synthesis, tts, workers, player } = await startSynthesis();
  Object.assign(tts.voice, { speakers: [{ name: "qing" }, { name: "song" }] });
  synthesis.getVoices();
  await setTimeout(1);
  const { utterance, done } = heardUtterance("一二");
  Object.assign(utterance, { voice: synthesis.getVoices()[1], rate: 10, pitch: 0, volume: 0.5 });
  synthesis.speak(utterance);
  await done;
  const opened = workers[0].received.flatMap((message) =>
    message.kind === "request" && message.request.type === "open" ? [message.request] : [],
  );
  assert.deepEqual(opened[0].options, { speaker: "song", speed: 3, pitch: 0.5 });
  assert.ok(Math.abs(player.samples[100] - 0.005) < 1e-6, String(player.samples[100]));
});

for (const [lang, error] of [
  ["", undefined],
  ["zh-TW", undefined],
  ["cmn-Hans-CN", undefined],
  ["en-US", "language-unavailable"],
])
  test(`language "${lang}" is ${error ?? "spoken"}`, async () => {
    const { synthesis } = await startSynthesis();
    const { utterance, done } = heardUtterance("你好");
    Object.assign(utterance, { lang });
    synthesis.speak(utterance);
    assert.equal(/** @type {any} */ (await done).error, error);
  });

test("a voice of elsewhere is unavailable", async () => {
  const { synthesis } = await startSynthesis();
  const { utterance, done } = heardUtterance("你好");
  utterance.voice = new SpeechSynthesisVoice({ voiceURI: "other", name: "", lang: "zh", default: false });
  synthesis.speak(utterance);
  const { error, cause } = /** @type {any} */ (await done);
  assert.deepEqual([error, cause.code], ["voice-unavailable", "unknown-voice"]);
});

test("marks are told with their names", async () => {
  const { synthesis } = await startSynthesis();
  const { utterance, events, done } = heardUtterance("一*二");
  synthesis.speak(utterance);
  await done;
  const mark = events.find(({ type }) => type === "mark");
  assert.deepEqual([mark?.name, mark?.elapsedTime], ["star-1", 100 / 24000]);
});

test("whether texts are markup is the choice of the page", async () => {
  for (const markup of [undefined, false]) {
    const { synthesis, workers } = await startSynthesis([], { markup });
    const { utterance, done } = heardUtterance("一");
    synthesis.speak(utterance);
    await done;
    const opened = workers[0].received.flatMap((message) =>
      message.kind === "request" && message.request.type === "open" ? [message.request.options] : [],
    );
    assert.deepEqual(opened, [{ speed: 1, pitch: 1, ...(markup === undefined ? {} : { markup }) }]);
  }
});

test("an utterance that one speaks is refused by another, until it has ended", async () => {
  const [first, second] = [(await startSynthesis()).synthesis, (await startSynthesis()).synthesis];
  const { utterance, done, events } = heardUtterance("你好");
  first.speak(utterance);
  first.speak(utterance);
  assert.throws(() => second.speak(utterance), { name: "InvalidStateError" });
  assert.equal(second.pending, false);
  await done;
  first.cancel();
  await setTimeout(5);
  second.speak(utterance);
  while (second.pending || second.speaking) await setTimeout(5);
  assert.equal(events.at(-1)?.type, "end");
});

test("an empty text starts and ends", async () => {
  const { synthesis } = await startSynthesis();
  const { utterance, events, done } = heardUtterance("");
  synthesis.speak(utterance);
  await done;
  assert.deepEqual(
    events.map(({ type }) => type),
    ["start", "end"],
  );
});

test("an error has the name that browsers give it, and its cause; the next utterance is spoken", async () => {
  const onopen = (/** @type {string} */ text) => {
    if (text === "坏") throw new HanvoxError("option-invalid", "no");
  };
  const { synthesis } = await startSynthesis([{ onopen }]);
  const [bad, good] = [heardUtterance("坏"), heardUtterance("好")];
  let handled = 0;
  bad.utterance.onerror = () => void (handled += 1);
  synthesis.speak(bad.utterance);
  synthesis.speak(good.utterance);
  const { error, cause, type } = /** @type {any} */ (await bad.done);
  assert.deepEqual([type, error, cause.code, handled], ["error", "invalid-argument", "option-invalid", 1]);
  assert.equal(/** @type {Event} */ (await good.done).type, "end");
});

for (const [code, error] of /** @type {const} */ ([
  ["audio-blocked", "not-allowed"],
  ["audio-unavailable", "audio-hardware"],
]))
  test(`${code} is ${error}`, async () => {
    const { synthesis, player } = await startSynthesis();
    player.refusal = new HanvoxError(code, "silence");
    const { utterance, done } = heardUtterance("你好");
    synthesis.speak(utterance);
    assert.equal(/** @type {any} */ (await done).error, error);
  });

test("an engine that doesn't load is an error, and is tried again", async () => {
  const { tts } = await startFake();
  let tries = 0;
  const load = async () => {
    tries += 1;
    if (tries === 1) throw new HanvoxError("network", "gone");
    return tts;
  };
  const synthesis = new SpeechSynthesis({ load, newPlayer: () => new FakePlayer() });
  const told = new Promise((resolve) => synthesis.addEventListener("error", resolve));
  synthesis.getVoices();
  assert.equal(/** @type {any} */ (await told).detail.code, "network");
  const { utterance, done } = heardUtterance("你好");
  synthesis.speak(utterance);
  assert.equal(/** @type {Event} */ (await done).type, "end");
});

test("it takes the place of the browser's own, and gives it back", async () => {
  const { tts } = await startFake();
  const host = /** @type {any} */ (globalThis);
  host.speechSynthesis = "the browser's";
  const installed = install({ load: async () => tts, newPlayer: () => new FakePlayer() });
  assert.equal(host.speechSynthesis, installed);
  const utterance = new host.SpeechSynthesisUtterance("你好");
  await new Promise((resolve) => {
    utterance.onend = resolve;
    host.speechSynthesis.speak(utterance);
  });
  await installed.uninstall();
  assert.deepEqual([host.speechSynthesis, host.SpeechSynthesisUtterance], ["the browser's", undefined]);
  delete host.speechSynthesis;
});

test("what an utterance is given becomes a text or a number, or is refused", () => {
  const utterance = /** @type {any} */ (new SpeechSynthesisUtterance(/** @type {any} */ (12)));
  assert.equal(utterance.text, "12");
  Object.assign(utterance, { text: null, lang: 1, volume: "0.5", rate: null, voice: undefined });
  const { text, lang, volume, rate, voice } = utterance;
  assert.deepEqual([text, lang, volume, rate, voice], ["null", "1", 0.5, 0, null]);
  for (const wrong of [{ rate: "fast" }, { pitch: Number.NaN }, { volume: Infinity }, { voice: "qing" }, { voice: {} }])
    assert.throws(() => Object.assign(utterance, wrong), TypeError, JSON.stringify(wrong));
  assert.deepEqual([utterance.volume, utterance.voice], [0.5, null]);
});

test("a handler may be exchanged and taken away, and is called in its turn", () => {
  const utterance = /** @type {any} */ (new SpeechSynthesisUtterance("好"));
  /** @type {string[]} */
  const told = [];
  utterance.addEventListener("end", () => told.push("listener"));
  utterance.onend = () => told.push("first");
  utterance.onend = function () {
    told.push(`second ${this === utterance}`);
  };
  utterance.dispatchEvent(new Event("end"));
  utterance.onend = "no function";
  utterance.dispatchEvent(new Event("end"));
  assert.deepEqual([told, utterance.onend], [["listener", "second true", "listener"], null]);
});

test("what is no utterance is refused, and events need theirs", () => {
  const synthesis = new SpeechSynthesis();
  assert.throws(() => synthesis.speak(/** @type {any} */ ("你好")), TypeError);
  assert.throws(() => new SpeechSynthesisEvent("start", /** @type {any} */ ({})), TypeError);
  const utterance = new SpeechSynthesisUtterance();
  assert.throws(() => new SpeechSynthesisErrorEvent("error", /** @type {any} */ ({ utterance })), TypeError);
  assert.deepEqual(
    [utterance.text, utterance.lang, utterance.voice, utterance.rate, utterance.pitch, utterance.volume],
    ["", "", null, 1, 1, 1],
  );
});
