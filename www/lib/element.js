/** `<han-vox>`: a button that reads a text of the page aloud. */
import { Hanvox } from "./index.js";
import { Player } from "./player.js";
import { USUAL_RATE, readAloud } from "./read-aloud.js";
import { HanvoxError } from "./shared/errors.js";
import { DEFAULT_VOICE } from "./shared/default-voice.js";

/** @typedef {import("./hanvox.js").Hanvox} Engine */
/** @typedef {import("./read-aloud.js").Moment} Moment */
/** @typedef {"idle" | "loading" | "playing" | "paused"} State */

/**
 * @typedef {object} Run A text that is being read.
 * @property {AbortController} controller
 * @property {import("./read-aloud.js").Sound} [player]
 */

/**
 * @typedef {object} ElementOptions
 * @property {string} [name] Of the element; default `han-vox`.
 * @property {(voice: string) => Promise<Engine>} [load] Gives the engine for a voice; called once for each voice, when
 *   it is first needed, and again if it failed. Default: `Hanvox.fromPretrained`.
 */

/** @type {Record<State, {icon: string, zh: string, en: string}>} */
const LOOKS = {
  idle: { icon: "▶", zh: "朗读", en: "Read aloud" },
  loading: { icon: "…", zh: "停止", en: "Stop" },
  playing: { icon: "⏸", zh: "暂停", en: "Pause" },
  paused: { icon: "▶", zh: "继续", en: "Resume" },
};

// Rules of the page win over these: it styles the parts.
const STYLE = ":host { display: inline } :host([hidden]) { display: none } button { font: inherit; min-width: 2.2em }";

// A server that renders the page may import this, too.
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (/** @type {unknown} */ (class {}));

/** The one that is heard: two at a time would not be understood. @type {HanVoxElement | undefined} */
let heard;

export class HanVoxElement extends Base {
  /** @type {NonNullable<ElementOptions["load"]>} */
  static load = (voice) => Hanvox.fromPretrained(voice);
  /** @type {(sampleRate: number) => import("./read-aloud.js").Sound} */
  static newPlayer = (rate) => new Player(rate);
  /** @type {Map<string, Promise<Engine>>} */
  static #engines = new Map();

  #button;
  /** @type {State} */ #state = "idle";
  /** @type {Run | undefined} */ #run;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    // A content security policy may forbid elements of style, and Trusted Types markup.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    this.#button = Object.assign(document.createElement("button"), { type: "button" });
    this.#button.addEventListener("click", () => this.#press());
    shadow.append(this.#button, document.createElement("slot"));
  }

  connectedCallback() {
    this.#show(this.#state);
  }

  disconnectedCallback() {
    this.stop();
  }

  /** What it does: "idle", "loading", "playing" or "paused". */
  get state() {
    return this.#state;
  }

  /** What it reads: the text of the element that `for` names, or its own. */
  get text() {
    const id = this.getAttribute("for");
    if (id === null) return this.textContent ?? "";
    const root = /** @type {Document | ShadowRoot} */ (this.getRootNode());
    const target = /** @type {HTMLElement & {value?: unknown}} */ (root.getElementById(id));
    if (!target) throw new HanvoxError("option-invalid", `there is no element with the id ${id}`);
    // biome-ignore lint/performance/useDomNodeTextContent: what is hidden isn't read, and a paragraph ends a sentence.
    return typeof target.value === "string" ? target.value : target.innerText;
  }

  /** Begins, or goes on; call it in a click or key handler the first time. */
  play() {
    if (this.#state === "paused") return this.#goOn();
    if (this.#state === "idle") this.#read();
  }

  pause() {
    if (this.#state !== "playing") return;
    this.#run?.player?.pause();
    this.#turn("paused", "pause");
  }

  /** Back to the beginning. */
  stop() {
    const run = this.#run;
    if (!run) return;
    this.#run = undefined;
    run.controller.abort();
    run.player?.clear();
    this.#turn("idle", "stop");
  }

  #press() {
    if (this.#state === "playing") return this.pause();
    if (this.#state === "loading") return this.stop();
    this.play();
  }

  #goOn() {
    this.#beHeard();
    this.#run?.player?.resume();
    this.#turn("playing", "play");
  }

  #beHeard() {
    if (heard !== this) heard?.pause();
    heard = this;
  }

  async #read() {
    /** @type {Run} */
    const run = { controller: new AbortController() };
    this.#run = run;
    this.#show("loading");
    try {
      await this.#speak(run);
      this.#leave(run, "ended");
    } catch (thrown) {
      this.#leave(run, "error", HanvoxError.from(thrown));
    } finally {
      await run.player?.close();
    }
  }

  /** @param {Run} run */
  async #speak(run) {
    const { signal } = run.controller;
    // Before any await: only a click may start sound.
    const player = HanVoxElement.newPlayer(USUAL_RATE);
    run.player = player;
    const text = this.text;
    await player.start({ signal });
    const tts = await HanVoxElement.#engine(this.getAttribute("voice") ?? DEFAULT_VOICE);
    const onmoment = (/** @type {Moment} */ moment) => this.#tell(moment);
    await readAloud(tts, text, { ...this.#options(), player, signal, onmoment });
  }

  #options() {
    const [speaker, speed] = [this.getAttribute("speaker"), this.getAttribute("speed")];
    return { ...(speaker !== null && { speaker }), ...(speed !== null && { speed: Number(speed) }) };
  }

  /** @param {Moment} moment */
  #tell(moment) {
    if (moment.kind === "start") {
      this.#beHeard();
      this.#turn("playing", "play");
    } else this.dispatchEvent(new CustomEvent("boundary", { detail: moment }));
  }

  /**
   * The end of what was not stopped.
   * @param {Run} run
   * @param {string} event
   * @param {HanvoxError} [detail]
   */
  #leave(run, event, detail) {
    if (this.#run !== run) return;
    this.#run = undefined;
    this.#turn("idle", event, detail);
  }

  /** @param {State} state @param {string} event @param {HanvoxError} [detail] */
  #turn(state, event, detail) {
    if (state === "idle" && heard === this) heard = undefined;
    this.#show(state);
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  /** @param {State} state */
  #show(state) {
    this.#state = state;
    const { icon, zh, en } = LOOKS[state];
    const chinese = (this.closest("[lang]")?.getAttribute("lang") ?? "zh").startsWith("zh");
    this.#button.textContent = icon;
    this.#button.ariaLabel = chinese ? zh : en;
    this.#button.setAttribute("part", `button ${state}`);
  }

  /** @param {string} voice */
  static #engine(voice) {
    const known = HanVoxElement.#engines.get(voice);
    if (known) return known;
    const loading = HanVoxElement.load(voice);
    HanVoxElement.#engines.set(voice, loading);
    loading.catch(() => HanVoxElement.#engines.delete(voice));
    return loading;
  }
}

/**
 * Registers the element; importing this file registers nothing. Calling it again for the same name changes nothing
 * but `load`.
 * @param {ElementOptions} [options]
 */
export function define({ name = "han-vox", load } = {}) {
  if (load) HanVoxElement.load = load;
  if (!customElements.get(name)) customElements.define(name, class extends HanVoxElement {});
}
