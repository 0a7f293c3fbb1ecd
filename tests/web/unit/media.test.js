import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { connectMedia } from "../../../www/app/media.js";

const host = /** @type {any} */ (globalThis);

/** A player of a speech of two seconds so far. */
const PLAYER = { paused: false, duration: 2, position: 0.5, pause: async () => {}, resume: async () => {} };

/** What Firefox and the specification refuse. @param {MediaPositionState} [state] */
function refuseInfinite(state) {
  if (state && !Number.isFinite(state.duration)) throw new TypeError("'duration' is not finite");
}

/**
 * Puts a browser's media controls in place.
 * @param {Record<string, unknown>} [session]
 */
function put(session = {}) {
  const handlers = /** @type {Record<string, any>} */ ({});
  const positions = /** @type {(MediaPositionState | undefined)[]} */ ([]);
  const mediaSession = {
    setActionHandler: (/** @type {string} */ name, /** @type {unknown} */ handler) => void (handlers[name] = handler),
    setPositionState(/** @type {MediaPositionState | undefined} */ state) {
      refuseInfinite(state);
      positions.push(state);
    },
    ...session,
  };
  Object.defineProperty(host, "navigator", { value: { mediaSession }, configurable: true });
  return { mediaSession: /** @type {any} */ (mediaSession), handlers, positions };
}

/** @param {Partial<typeof PLAYER>} [changes] To the player. */
function connect(changes = {}) {
  const faults = /** @type {unknown[]} */ ([]);
  const paused = /** @type {boolean[]} */ ([]);
  const media = connectMedia(/** @type {any} */ ({ ...PLAYER, ...changes }), {
    ...{ text: "你好。", onstop: () => {} },
    onpause: (value) => void paused.push(value),
    onfault: (thrown) => void faults.push(thrown),
  });
  return { media, faults, paused };
}

class FakeAudio {
  play = async () => {};
  pause() {}
  removeAttribute() {}
}

const navigator = Object.getOwnPropertyDescriptor(host, "navigator");

beforeEach(() => {
  host.Audio = FakeAudio;
  host.MediaMetadata = class {};
});
afterEach(() => {
  delete host.Audio;
  delete host.MediaMetadata;
  if (navigator) Object.defineProperty(host, "navigator", navigator);
  else delete host.navigator;
});

test("the position is told with the length so far, and not with one that is not finite", () => {
  const { positions } = put();
  connect().media.end();
  connect({ duration: Infinity }).media.end();
  assert.deepEqual(positions, [{ duration: 2, position: 0.5, playbackRate: 1 }, undefined]);
});

test("the browser's keys pause, resume and stop until the speech ends", async () => {
  const { handlers, mediaSession } = put();
  const { media, faults, paused } = connect();
  assert.equal(mediaSession.playbackState, "playing");
  await handlers.pause();
  await handlers.play();
  await media.toggle();
  media.end();
  assert.deepEqual(paused, [true, false, true]);
  const none = { play: null, pause: null, stop: null, previoustrack: null, nexttrack: null };
  assert.deepEqual([handlers, mediaSession.playbackState], [none, "none"]);
  assert.deepEqual(faults, []);
});

const refuse = () => {
  throw new TypeError("refused");
};

/** @type {Record<string, () => void>} */
const REFUSALS = {
  "the position": () => put({ setPositionState: refuse }),
  "the state": () => Object.defineProperty(put().mediaSession, "playbackState", { set: refuse }),
  "the title": () => {
    put();
    host.MediaMetadata = refuse;
  },
  "the element that plays silence": () => {
    put();
    host.Audio = refuse;
  },
};

for (const [name, arrange] of Object.entries(REFUSALS)) {
  test(`a browser that refuses ${name} is reported once and does not end the speech`, async () => {
    arrange();
    const { media, faults, paused } = connect();
    await media.toggle();
    media.end();
    assert.deepEqual(paused, [true]);
    assert.equal(faults.length, 1);
    assert.ok(faults[0] instanceof TypeError);
  });
}

test("unknown actions, and no media controls at all, are no fault", async () => {
  put({ setActionHandler: refuse });
  const refused = connect();
  refused.media.end();
  Object.defineProperty(host, "navigator", { value: {}, configurable: true });
  const without = connect();
  await without.media.toggle();
  without.media.end();
  assert.deepEqual([refused.faults, without.faults, without.paused], [[], [], [true]]);
});

test("a player that can't be paused is reported, and shown as it is", async () => {
  put();
  const fault = new Error("closed");
  const { media, faults, paused } = connect({ pause: () => Promise.reject(fault) });
  await media.toggle();
  media.end();
  assert.deepEqual([faults, paused], [[fault], []]);
});
