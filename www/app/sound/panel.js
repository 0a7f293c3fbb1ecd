/** The panel that shows the sound of what is heard, drawn as it is made. Loaded when it is first shown. */
import { loadStyles } from "../dialog.js";
import { h } from "../dom.js";
import { words } from "../language/language.js";
import { Analysis } from "./analysis.js";
import { Picture } from "./picture.js";

/** @typedef {Pick<import("../reader/reading.js").Reading, "sound" | "runsOf" | "text">} Reading */
/** @typedef {import("../reader/timeline.js").Entry} Chunk */

// Of each frame of the screen, so that scrolling and marking stay smooth.
const BUDGET_MS = 4;

/** Creates the panel, below the text. */
export async function createPanel() {
  await loadStyles();
  const canvas = h("canvas", { role: "img", "aria-label": words.soundPanel.nothing });
  const place = h("div", { class: "place", "aria-hidden": "true", hidden: true });
  const legend = h("p", { class: "faint" }, words.soundPanel.nothing);
  const section = h(
    "section",
    { id: "sound", class: "card sound", "aria-label": words.sound },
    h("div", { class: "picture" }, canvas, place),
    legend,
  );
  document.getElementById("paper")?.after(section);
  return new Panel({ section, canvas, place, legend });
}

class Panel {
  #section;
  #canvas;
  #place;
  #legend;
  #picture;
  /** What is drawn. @type {{chunk: Chunk, analysis: Analysis | undefined} | undefined} */ #drawn;

  /** @param {{section: HTMLElement, canvas: HTMLCanvasElement, place: HTMLElement, legend: HTMLElement}} elements */
  constructor({ section, canvas, place, legend }) {
    this.#section = section;
    this.#canvas = canvas;
    this.#place = place;
    this.#legend = legend;
    this.#picture = new Picture(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#picture.recolor());
  }

  /** @param {boolean} shown */
  show(shown) {
    this.#section.hidden = !shown;
    if (!shown) this.#drawn = undefined;
  }

  /** Draws what is heard now; call it in each frame of the screen while it is shown. @param {Reading} reading */
  watch(reading) {
    const { sound } = reading;
    if (!sound) return;
    const { chunk, second } = sound;
    if (this.#drawn?.chunk !== chunk) this.#begin(chunk, reading.text);
    const analysis = this.#analyse(reading, chunk);
    if (!analysis) return;
    const seconds = secondsOf(chunk, analysis);
    this.#picture.draw({ analysis, chunk, second, text: reading.text, seconds });
    // The style moves it, so that the picture is not drawn anew for it.
    this.#place.hidden = false;
    this.#place.style.left = `${(100 * second) / seconds}%`;
  }

  /** @param {Chunk} chunk @param {string} text */
  #begin(chunk, text) {
    this.#drawn = { chunk, analysis: undefined };
    this.#canvas.setAttribute("aria-label", words.soundPanel.pictureOf(text.slice(chunk.start, chunk.end).trim()));
    this.#legend.textContent = words.soundPanel.legend;
  }

  /** @param {Reading} reading @param {Chunk} chunk */
  #analyse(reading, chunk) {
    const drawn = this.#drawn;
    const isTaken = drawn?.analysis && chunk.seconds !== undefined && drawn.analysis.seconds >= chunk.seconds - 0.001;
    if (!drawn) return undefined;
    if (!isTaken) {
      const runs = reading.runsOf(chunk);
      if (runs.length > 0) drawn.analysis ??= new Analysis(runs[0].sampleRate);
      drawn.analysis?.take(runs, chunk.at, chunk.seconds);
    }
    const end = performance.now() + BUDGET_MS;
    drawn.analysis?.advance(chunk.seconds !== undefined, () => performance.now() > end);
    return drawn.analysis;
  }
}

/**
 * How long a chunk is or, while it is being made, probably will be: as its characters so far.
 * @param {Chunk} chunk
 * @param {Analysis} analysis
 */
function secondsOf({ seconds, characters, start, end }, analysis) {
  if (seconds !== undefined) return seconds;
  const last = characters.at(-1);
  const share = last ? (last.to - start) / (end - start) : 1;
  return Math.max(analysis.seconds, last ? last.end / share : 0);
}
