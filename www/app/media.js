/** The system's media controls for the speech: title, position, and the keys of a headset or a lock screen. */

import { words } from "./language/language.js";

/** @typedef {import("../lib/player.js").Player} Player */

const TITLE_CHARACTERS = 60;
const REFRESH_MS = 1000;

// Browsers show only what plays through an element for longer than a beep; Web Audio alone is not enough.
const SILENCE_SECONDS = 10;
const SILENCE_RATE = 8000;
const HEADER_BYTES = 44;

/**
 * Starts with the speech. Call it inside a click handler, like the player's constructor. It never throws: if the
 * browser refuses, only the controls are lost, not the speech.
 * @param {Player} player
 * @param {object} what
 * @param {string} what.text
 * @param {() => void} what.onstop
 * @param {() => void} [what.onprevious]
 * @param {() => void} [what.onnext]
 * @param {(paused: boolean) => void} what.onpause Also called when paused by `toggle`.
 * @param {(thrown: unknown) => void} what.onfault Called for the first call that the browser refused.
 */
export function connectMedia(player, { text, onstop, onprevious, onnext, onpause, onfault }) {
  const attempt = attempts(onfault);
  const session = navigator.mediaSession;
  const silence = attempt(playSilence);
  let over = false;
  const show = () => {
    if (over) return;
    attempt(() => {
      if (session) session.playbackState = player.paused ? "paused" : "playing";
    });
    attempt(() => session?.setPositionState?.(positionOf(player)));
  };
  const pause = async (/** @type {boolean} */ paused) => {
    try {
      await (paused ? player.pause() : player.resume());
    } catch (error) {
      return onfault(error);
    }
    if (over) return;
    attempt(() => (paused ? silence?.element.pause() : silence?.play()));
    show();
    onpause(paused);
  };
  attempt(() => {
    if (session)
      session.metadata = new MediaMetadata({ title: titleOf(text), artist: `hanvox · ${words.title}`, artwork });
  });
  const steps = { previoustrack: onprevious, nexttrack: onnext };
  setActions({ play: () => pause(false), pause: () => pause(true), stop: onstop, ...steps });
  const timer = setInterval(show, REFRESH_MS);
  show();
  return {
    toggle: () => pause(!player.paused),
    end() {
      over = true;
      clearInterval(timer);
      attempt(() => silence?.end());
      setActions({
        play: undefined,
        pause: undefined,
        stop: undefined,
        previoustrack: undefined,
        nexttrack: undefined,
      });
      attempt(() => {
        if (session) Object.assign(session, { playbackState: "none", metadata: null });
      });
    },
  };
}

/**
 * Wraps all calls to the browser's media controls: reports only their first error and throws none.
 * @param {(thrown: unknown) => void} onfault
 */
function attempts(onfault) {
  let reported = false;
  /** @type {<T>(call: () => T) => T | undefined} */
  return (call) => {
    try {
      return call();
    } catch (error) {
      if (!reported) onfault(error);
      reported = true;
      return undefined;
    }
  };
}

/**
 * The duration is that of the audio so far and grows as more is computed: Firefox rejects one that is not finite.
 * @param {Player} player
 * @returns {MediaPositionState | undefined}
 */
function positionOf({ duration, position }) {
  return Number.isFinite(duration) ? { duration, position, playbackRate: 1 } : undefined;
}

const artwork = [{ src: new URL("../icons/icon-512.png", import.meta.url).href, sizes: "512x512", type: "image/png" }];

/** @param {string} text */
function titleOf(text) {
  const line = text.trim().replace(/\s+/g, " ");
  const characters = Array.from(line);
  return characters.length > TITLE_CHARACTERS ? `${characters.slice(0, TITLE_CHARACTERS - 1).join("")}…` : line;
}

/** @param {Partial<Record<MediaSessionAction, (() => void) | undefined>>} actions */
function setActions(actions) {
  for (const [name, action] of Object.entries(actions)) {
    try {
      navigator.mediaSession?.setActionHandler(/** @type {MediaSessionAction} */ (name), action ?? null);
    } catch {
      // Browsers throw for actions that they don't know.
    }
  }
}

function playSilence() {
  const url = URL.createObjectURL(new Blob([silentWav()], { type: "audio/wav" }));
  const element = new Audio(url);
  element.loop = true;
  // Fails if the browser refuses the element, or if it is paused before it has played.
  const play = () => void element.play().catch(() => {});
  play();
  return {
    element,
    play,
    end() {
      element.pause();
      element.removeAttribute("src");
      URL.revokeObjectURL(url);
    },
  };
}

/** 8-bit mono PCM with a standard RIFF/WAVE header. */
function silentWav() {
  const bytes = new Uint8Array(HEADER_BYTES + SILENCE_SECONDS * SILENCE_RATE).fill(128);
  const view = new DataView(bytes.buffer);
  const words = [0x52494646, 0x57415645, 0x666d7420, 0x64617461];
  for (const [index, at] of [0, 8, 12, 36].entries()) view.setUint32(at, words[index]);
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SILENCE_RATE, true);
  view.setUint32(28, SILENCE_RATE, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  view.setUint32(40, bytes.length - HEADER_BYTES, true);
  return bytes;
}
