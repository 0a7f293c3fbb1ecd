/** The menu of voices beside the player: each with a recorded sample, its licence and where it comes from. */
import { h } from "./dom.js";
import { language, words } from "./language/language.js";

/** @typedef {import("../lib/shared/protocol.js").VoiceInfo} VoiceInfo */
/** @typedef {import("../lib/shared/protocol.js").Speaker} Speaker */

/**
 * @typedef {object} Page What the menu needs from the page.
 * @property {() => VoiceInfo | undefined} loaded The voice that speaks, once it is loaded.
 * @property {() => Promise<{id: string, name: string, licence: string, whole: boolean}[]>} stored
 * @property {{chosen: string, choose: (name: string) => void}} speaker
 * @property {(id: string) => Promise<void>} use Switches to another voice.
 * @property {() => void} add Opens the panel that installs voices, from files or addresses.
 * @property {(error: unknown) => void} onerror
 */

/** @typedef {{voice: string, speaker?: Speaker, name: string, licence: string, current: boolean}} Entry */

const ROOT = new URL("../", import.meta.url);
/** Recorded by `hanvox say`, one for each speaker of the voices that come with hanvox. */
const SAMPLES = new Set(["han-qing", "han-song"]);
/** Voices whose card is served beside them. */
const CARDS = new Set(["han"]);

/** @param {Page} page */
export function connectVoiceMenu(page) {
  const menu = /** @type {HTMLElement} */ (document.getElementById("voice-menu"));
  const sample = new Sample();
  const list = h("ul", { class: "voice-list" });
  const add = h("button", { type: "button", class: "chip", id: "voice-add" }, words.voiceMenu.add);
  add.addEventListener("click", () => {
    menu.hidePopover();
    page.add();
  });
  menu.append(list, add);
  const show = async () => {
    const entries = await entriesOf(page);
    list.replaceChildren(
      ...entries.map((entry) => row(entry, { page, sample, show: () => show().catch(page.onerror) })),
    );
  };
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") show().catch(page.onerror);
    else sample.stop();
  });
}

/** The speakers of the voice that is loaded, then the other voices of this device. @param {Page} page @returns {Promise<Entry[]>} */
async function entriesOf({ loaded, stored, speaker }) {
  const voice = loaded();
  const others = (await stored()).filter(({ id, whole }) => whole && id !== voice?.id);
  const own = voice ? speakersOf(voice, speaker.chosen) : [];
  return [...own, ...others.map(({ id, name, licence }) => ({ voice: id, name, licence, current: false }))];
}

/** @param {VoiceInfo} voice @param {string} chosen @returns {Entry[]} */
function speakersOf({ id, name, licence, speakers }, chosen) {
  if (!speakers) return [{ voice: id, name, licence, current: true }];
  const is = speakers.some((speaker) => speaker.name === chosen) ? chosen : speakers[0].name;
  return speakers.map((speaker) => ({
    ...{ voice: id, speaker, licence, current: speaker.name === is },
    name: `${speaker.name} · ${words[speaker.sex]}`,
  }));
}

/**
 * @param {Entry} entry
 * @param {{page: Page, sample: Sample, show: () => void}} how
 */
function row({ voice, speaker, name, licence, current }, { page, sample, show }) {
  const choose = async () => {
    if (speaker) page.speaker.choose(speaker.name);
    else await page.use(voice);
    show();
  };
  const pick = h("button", { type: "button", class: "chip", "aria-pressed": String(current) }, name);
  pick.addEventListener("click", () => choose().catch(page.onerror));
  const recorded = `${voice}-${speaker?.name}`;
  const listen = h(
    "button",
    { type: "button", class: "quiet chip", "data-sample-of": recorded },
    words.voiceMenu.sample,
  );
  listen.setAttribute("aria-label", `${words.voiceMenu.sample} ${name}`);
  listen.addEventListener("click", () => sample.play(new URL(`samples/${recorded}.mp3`, ROOT)).catch(page.onerror));
  const card = h(
    "a",
    { href: new URL(`voices/${voice}/CARD.md`, ROOT).href, target: "_blank" },
    words.voiceMenu.origin,
  );
  const facts = h("p", { class: "faint" }, licence, ...(CARDS.has(voice) ? [" · ", card] : []));
  return h("li", { lang: language }, pick, ...(SAMPLES.has(recorded) ? [listen] : []), facts);
}

/** Plays one sample at a time. */
class Sample {
  /** @type {HTMLAudioElement | undefined} */ #audio;

  /** @param {URL} address */
  async play(address) {
    this.stop();
    const audio = new Audio();
    this.#audio = audio;
    // The page's content security policy lets it play only what it holds.
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: the server answered ${response.status}`);
    audio.src = URL.createObjectURL(new Blob([await response.blob()], { type: "audio/mpeg" }));
    if (this.#audio === audio) await audio.play();
  }

  stop() {
    if (this.#audio?.src) URL.revokeObjectURL(this.#audio.src);
    this.#audio?.pause();
    this.#audio = undefined;
  }
}
