import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../../www/app/session.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";

/** @typedef {import("../../../www/app/session.js").Parts} Parts */

/** A promise that the test settles. */
function later() {
  let resolve = (/** @type {any} */ _value) => {};
  let reject = (/** @type {unknown} */ _error) => {};
  const promise = new Promise((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A voice as `load` gives it. @param {string} id @param {string[]} told */
function voiceOf(id, told) {
  return { voice: { id, sampling_rate: 16000 }, dispose: () => void told.push(`dispose ${id}`) };
}

/**
 * A session of parts that write down what they are told.
 * @param {Partial<Record<keyof Parts, any>>} [parts]
 */
function start(parts = {}) {
  const told = /** @type {string[]} */ ([]);
  const shown = /** @type {any[][]} */ ([]);
  const view = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (/** @type {any[]} */ ...values) =>
          shown.push([name, ...values]),
    },
  );
  const session = new Session(
    /** @type {any} */ ({
      voice: "first",
      load: async (/** @type {string} */ id) => voiceOf(id, told),
      serve: (/** @type {any} */ tts) => {
        told.push(`serve ${tts.voice.id}`);
        return () => told.push(`stop serving ${tts.voice.id}`);
      },
      createPlayer: (/** @type {number} */ rate) => ({
        start: async () => void told.push(`player ${rate}`),
        close: async () => void told.push("player closed"),
      }),
      connectMedia: () => ({ toggle: () => told.push("toggle"), end: () => told.push("media ended") }),
      read: () => ({ run: async () => {}, buffering: false }),
      keys: {},
      onspeak: () => {},
      onvoice: (/** @type {any} */ { id }) => told.push(`voice ${id}`),
      onoutdated: () => told.push("outdated"),
      keepVoice: async (/** @type {string} */ id) => void told.push(`keep ${id}`),
      diagnostics: {
        handle: (/** @type {unknown} */ thrown) => HanvoxError.from(thrown),
        log: { error: (/** @type {unknown} */ error) => told.push(`warning ${error}`) },
      },
      view,
      ...parts,
    }),
  );
  /** The values that a part of the page was last shown with. @param {string} name */
  const last = (name) => shown.findLast(([what]) => what === name)?.slice(1);
  return { session, told, shown, last };
}

test("a voice that is loaded is shown and served, and is loaded once", async () => {
  const { session, told, last } = start();
  assert.equal(await session.engine(), await session.engine());
  assert.deepEqual(told, ["serve first", "voice first"]);
  assert.deepEqual(last("showStatus"), ["语音已就绪"]);
});

test("a load that failed is tried again by the next call", async () => {
  let tries = 0;
  const { session, told } = start({
    load: async (/** @type {string} */ id) => {
      if (++tries === 1) throw new HanvoxError("network", "gone");
      return voiceOf(id, []);
    },
  });
  await assert.rejects(session.engine(), { code: "network" });
  await session.engine();
  assert.deepEqual([tries, told], [2, ["serve first", "voice first"]]);
});

test("a text is spoken aloud, and everything is put back at its end", async () => {
  const { session, told, shown, last } = start();
  await session.engine();
  told.length = 0;
  await session.speak("你好。");
  assert.deepEqual(told, ["player 16000", "media ended", "player closed"]);
  const states = shown.filter(([name]) => name === "showState" || name === "showPause");
  assert.deepEqual(states, [
    ["showState", "speaking"],
    ["showPause", "playing"],
    ["showPause", "none"],
    ["showState", "ready"],
  ]);
  assert.deepEqual(last("showStatus"), ["完成"]);
});

test("the sound starts before a voice is there: only a click may start it", async () => {
  const voice = later();
  const { session, told } = start({ load: () => voice.promise });
  const speech = session.speak("你好。");
  assert.deepEqual(told, ["player 24000"]);
  voice.resolve(voiceOf("first", told));
  await speech;
  assert.deepEqual(told.slice(-2), ["media ended", "player closed"]);
});

/** A reading that never ends by itself. @param {{signal: AbortSignal}} parts */
const endless = ({ signal }) => ({
  buffering: true,
  run: () => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
});

test("while something is spoken a second press does nothing, and stop ends it", async () => {
  const { session, told, last } = start({ read: endless });
  const speech = session.speak("你好。");
  await session.speak("再见。");
  await settled();
  session.togglePause();
  session.stop();
  await speech;
  assert.equal(told.filter((line) => line.startsWith("player ")).length, 2);
  assert.ok(told.includes("toggle"));
  assert.deepEqual([last("showStatus"), last("showError")], [["已停止"], undefined]);
  session.togglePause();
  assert.equal(told.filter((line) => line === "toggle").length, 1);
});

test("stopping is no error, and nothing is logged of it", async () => {
  const handled = /** @type {unknown[]} */ ([]);
  const diagnostics = { handle: (/** @type {unknown} */ thrown) => handled.push(thrown), log: { error: () => {} } };
  const { session, last } = start({ read: endless, diagnostics });
  const speech = session.speak("你好。");
  await settled();
  session.stop();
  assert.equal(await speech, false);
  assert.deepEqual([last("showStatus"), last("showError"), handled], [["已停止"], undefined, []]);
});

test("the first words are made while the device starts, and their sound is shown once it has", async () => {
  const device = later();
  const read = /** @type {string[]} */ ([]);
  const { session, last } = start({
    createPlayer: () => ({ start: () => device.promise, close: async () => {} }),
    read: (/** @type {any} */ parts) => (read.push(parts.text), endless(parts)),
  });
  const speech = session.speak("你好。");
  await settled();
  session.watch();
  assert.deepEqual([read, last("showStatus"), last("showPause")], [["你好。"], ["语音已就绪"], undefined]);
  device.resolve(undefined);
  await settled();
  session.watch();
  assert.deepEqual([last("showStatus"), last("showPause")], [["正在缓冲"], ["playing"]]);
  session.stop();
  await speech;
});

test("sound that is refused ends the reading, and a reading that fails ends the start of the sound", async () => {
  const device = later();
  const signals = /** @type {AbortSignal[]} */ ([]);
  const player = { start: () => device.promise, close: async () => {} };
  const read = (/** @type {any} */ parts) => (signals.push(parts.signal), endless(parts));
  const refused = start({ createPlayer: () => player, read });
  const speech = refused.session.speak("你好。");
  await settled();
  device.reject(new HanvoxError("audio-blocked", "no press"));
  assert.equal(await speech, false);
  assert.deepEqual([signals[0].aborted, refused.last("showError")?.[0].code], [true, "audio-blocked"]);

  const late = later();
  const failing = async () => Promise.reject(new HanvoxError("nothing-to-speak", "signs"));
  const unread = start({
    createPlayer: () => ({ start: () => late.promise, close: async () => {} }),
    read: () => ({ run: failing }),
  });
  assert.equal(await unread.session.speak("你好。"), false);
  late.resolve(undefined);
  await settled();
  assert.deepEqual([unread.last("showError")?.[0].code, unread.last("showPause")], ["nothing-to-speak", ["none"]]);
});

test("a speech that waits for sound says so, and a paused one does not", async () => {
  const reading = { ...endless({ signal: new AbortController().signal }), buffering: true };
  const { session, last } = start({ read: () => reading });
  session.speak("你好。");
  await settled();
  session.watch();
  assert.deepEqual(last("showStatus"), ["正在缓冲"]);
  reading.buffering = false;
  session.watch();
  assert.deepEqual(last("showStatus"), ["正在朗读"]);
});

test("a voice that could not be loaded is loaded again when the network is back, and only then", async () => {
  let tries = 0;
  const { session, told, last } = start({
    load: async (/** @type {string} */ id) => {
      if (++tries === 1) throw new HanvoxError("network", "gone");
      return voiceOf(id, []);
    },
  });
  await session.load();
  assert.deepEqual([last("showError")?.[0].code, last("hideProgress")], ["network", []]);
  await session.speak("");
  await session.loadAgain();
  await session.loadAgain();
  assert.deepEqual([tries, told], [2, ["serve first", "voice first"]]);
});

test("stop while the voice is loading ends the speech and not the load", async () => {
  const voice = later();
  const { session, last } = start({ load: () => voice.promise });
  const loading = session.engine();
  const speech = session.speak("你好。");
  await settled();
  session.stop();
  await speech;
  assert.deepEqual(last("showStatus"), ["已停止"]);
  voice.resolve(voiceOf("first", []));
  await loading;
});

test("blank text is refused without waiting for a voice", async () => {
  const { session, told, last } = start({ load: () => later().promise });
  for (const text of [" \n", ""]) {
    await session.speak(text);
    assert.equal(last("showError")?.[0].code, "empty-text");
  }
  assert.deepEqual(told, []);
});

test("another voice takes the place of the one before, and is kept for the next visit", async () => {
  const { session, told } = start();
  await session.engine();
  told.length = 0;
  await session.use("second", new AbortController().signal);
  assert.equal(session.voice, "second");
  assert.deepEqual(told, ["stop serving first", "dispose first", "serve second", "voice second", "keep second"]);
});

test("a voice that can't be loaded is not kept, and the one before comes back", async () => {
  const { session, told } = start({
    load: async (/** @type {string} */ id) => {
      if (id === "second") throw new HanvoxError("unknown-voice", "not there");
      return voiceOf(id, told);
    },
  });
  await session.engine();
  await assert.rejects(session.use("second", new AbortController().signal), { code: "unknown-voice" });
  assert.equal((await session.engine()).voice.id, "first");
  assert.ok(session.voice === "first" && !told.includes("keep second"));
});

test("a change of voice that is canceled disposes of what still comes", async () => {
  const second = later();
  const told = /** @type {string[]} */ ([]);
  const { session } = start({
    load: async (/** @type {string} */ id) => (id === "second" ? second.promise : voiceOf(id, told)),
  });
  const controller = new AbortController();
  const changed = session.use("second", controller.signal);
  controller.abort();
  second.resolve(voiceOf("second", told));
  await assert.rejects(changed, { code: "canceled" });
  assert.deepEqual([told, session.voice], [["dispose second"], "first"]);
});

test("the progress of a load is shown in megabytes, and what goes on in a lesser way as an error", async () => {
  const warning = new HanvoxError("quota-exceeded", "full").toJSON();
  const { session, shown } = start({
    load: async (/** @type {string} */ id, /** @type {any} */ { progressCallback }) => {
      progressCallback({ status: "progress", loaded: 1_500_000, total: 3_000_000 });
      progressCallback({ status: "progress", loaded: 3_000_000, total: 3_000_000 });
      progressCallback({ status: "warning", error: warning });
      return voiceOf(id, []);
    },
  });
  await session.engine();
  const labels = shown.filter(([name]) => name === "showProgress").map(([, label]) => label);
  assert.deepEqual(labels, ["正在获取语音 1.5 / 3.0 MB", "正在准备语音 3.0 / 3.0 MB"]);
  assert.deepEqual(
    shown.find(([name]) => name === "showError"),
    ["showError", warning],
  );
});

test("an engine of another version offers the newer page", async () => {
  const { session, told, last } = start({
    load: async () => {
      throw new HanvoxError("version-mismatch", "the engine is of another version");
    },
  });
  await session.speak("你好。");
  assert.ok(told.includes("outdated"));
  assert.equal(last("showError")?.[0].code, "version-mismatch");
});
