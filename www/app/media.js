/** What is spoken as the system shows it: title, position, and the keys of a headset or a lock screen. */

/** @typedef {import("../lib/player.js").Player} Player */

const TITLE_CHARACTERS = 60;
const REFRESH_MS = 1000;

// Browsers show only what plays through an element, and for longer than a beep; Web Audio alone is not enough.
const SILENCE_SECONDS = 10;
const SILENCE_RATE = 8000;
const HEADER_BYTES = 44;

/**
 * Begins when the speech does; inside the handler of a click, as its player.
 * @param {Player} player
 * @param {{text: string, onstop: () => void, onpause: (paused: boolean) => void}} what `onpause`: also when paused
 *   by `toggle`.
 */
export function connectMedia(player, { text, onstop, onpause }) {
  const session = navigator.mediaSession;
  const silence = playSilence();
  let over = false;
  const show = () => {
    if (!session || over) return;
    session.playbackState = player.paused ? "paused" : "playing";
    // Until all is computed nobody knows how long it will be.
    session.setPositionState?.({ duration: Infinity, position: player.position, playbackRate: 1 });
  };
  const pause = async (/** @type {boolean} */ paused) => {
    await (paused ? player.pause() : player.resume());
    if (over) return;
    await (paused ? silence.element.pause() : silence.element.play().catch(() => {}));
    show();
    onpause(paused);
  };
  /** @type {Partial<Record<MediaSessionAction, () => void>>} */
  const actions = { play: () => pause(false), pause: () => pause(true), stop: onstop };
  if (session) session.metadata = new MediaMetadata({ title: titleOf(text), artist: "hanvox 汉语朗读", artwork });
  setActions(actions);
  const timer = setInterval(show, REFRESH_MS);
  show();
  return {
    toggle: () => pause(!player.paused),
    end() {
      over = true;
      clearInterval(timer);
      silence.end();
      setActions({ play: undefined, pause: undefined, stop: undefined });
      if (!session) return;
      session.playbackState = "none";
      session.metadata = null;
    },
  };
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
      // A browser throws for the actions that it does not know.
    }
  }
}

function playSilence() {
  const url = URL.createObjectURL(new Blob([silentWav()], { type: "audio/wav" }));
  const element = new Audio(url);
  element.loop = true;
  // What the browser refuses here costs the controls, not the speech.
  element.play().catch(() => {});
  return {
    element,
    end() {
      element.pause();
      element.removeAttribute("src");
      URL.revokeObjectURL(url);
    },
  };
}

/** 8-bit PCM, mono; the header's fields as in any description of RIFF/WAVE. */
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
