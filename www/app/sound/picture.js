/** Draws the sound of a chunk on a canvas: its characters, the waveform, and the mel spectrum with F0 over it. */
import { BANDS, F0, FRAME_SECONDS } from "./analysis.js";

/** @typedef {import("./analysis.js").Analysis} Analysis */
/** @typedef {import("../reader/timeline.js").Entry} Chunk */

/**
 * @typedef {object} Scene
 * @property {Analysis} analysis
 * @property {Chunk} chunk
 * @property {string} text The whole text.
 * @property {number} seconds From the left edge to the right one.
 * @property {number} second The one that is heard.
 */

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

// Speech of this voice lies between: a vowel has 30 dB, the noise between words less than -40 dB.
const DECIBELS = { least: -35, most: 35 };
const FONT_PX = 13;
const LABELS_PX = 22;
const WAVE_SHARE = 0.3;
const GAP_PX = 4;
// Speech is seldom louder.
const LOUDEST = 0.5;
// A few seconds: a longer chunk has it widened.
const FRAMES = 512;
// A picture takes milliseconds: while it grows, it is drawn this often.
const REDRAW_MS = 150;
const COLORS = /** @type {const} */ (["card", "ink", "faint", "line", "accent", "mark", "pitch"]);

export class Picture {
  #canvas;
  #context;
  /** The spectrum, a pixel for each frame and band. */ #spectrum = newSpectrum(FRAMES);
  /** The analysis that it shows, and how many of its frames. */
  #shown = { analysis: /** @type {Analysis | undefined} */ (undefined), frames: 0 };
  /** @type {Record<typeof COLORS[number], string>} */ #colors;
  /** From silence to the loudest. @type {Uint8ClampedArray} */ #ramp;
  /** What the canvas shows, and since when. */ #drawn = { content: "", at: 0 };

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = contextOf(canvas);
    [this.#colors, this.#ramp] = [colorsOf(canvas), rampOf(canvas)];
  }

  /** Takes the colors of the page as they are now. */
  recolor() {
    [this.#colors, this.#ramp] = [colorsOf(this.#canvas), rampOf(this.#canvas)];
    this.#shown.analysis = undefined;
    this.#drawn.content = "";
  }

  /** Draws what has changed. @param {Scene} scene */
  draw(scene) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const heard = heardOf(scene);
    const { analysis, chunk, seconds } = scene;
    const content = [width, height, devicePixelRatio, chunk.at, chunk.characters.length, seconds, heard].join(" ");
    const now = performance.now();
    const isSame = content === this.#drawn.content && this.#shown.analysis === analysis;
    if (isSame && (analysis.frames.length === this.#shown.frames || now < this.#drawn.at + REDRAW_MS)) return;
    this.#drawn = { content, at: now };
    this.#fit(width, height);
    this.#extend(scene.analysis);
    const wave = { x: 0, y: LABELS_PX, width, height: WAVE_SHARE * (height - LABELS_PX) };
    const y = wave.y + wave.height + GAP_PX;
    const spectrum = { x: 0, y, width, height: height - y };
    this.#context.clearRect(0, 0, width, height);
    this.#drawSpectrum(scene, spectrum);
    this.#drawWave(scene, wave);
    this.#drawPitch(scene, spectrum);
    this.#drawCharacters(scene, heard, { x: 0, y: 0, width, height });
  }

  /** As many pixels as the screen has for it. @param {number} width @param {number} height */
  #fit(width, height) {
    const scale = devicePixelRatio;
    const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== columns || this.#canvas.height !== rows)
      Object.assign(this.#canvas, { width: columns, height: rows });
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
  }

  /** Puts the new frames into the spectrum. @param {Analysis} analysis */
  #extend(analysis) {
    const { frames } = analysis;
    if (this.#shown.analysis !== analysis) {
      this.#shown = { analysis, frames: 0 };
      this.#spectrum = newSpectrum(FRAMES);
    }
    const added = frames.length - this.#shown.frames;
    if (added === 0) return;
    if (frames.length > this.#spectrum.width) this.#widen(2 * frames.length);
    const context = contextOf(this.#spectrum);
    const image = context.createImageData(added, BANDS);
    for (let column = 0; column < added; column += 1)
      for (let band = 0; band < BANDS; band += 1) {
        const level = levelOf(frames[this.#shown.frames + column].mel[band]);
        const pixel = 4 * ((BANDS - 1 - band) * added + column);
        image.data.set(this.#ramp.subarray(4 * level, 4 * level + 4), pixel);
      }
    context.putImageData(image, this.#shown.frames, 0);
    this.#shown.frames = frames.length;
  }

  /** A canvas that changes its size is empty. @param {number} width */
  #widen(width) {
    const wider = newSpectrum(width);
    if (this.#shown.frames > 0) contextOf(wider).drawImage(this.#spectrum, 0, 0);
    this.#spectrum = wider;
  }

  /** @param {Scene} scene @param {Box} box */
  #drawSpectrum({ analysis, seconds }, { y, width, height }) {
    const { frames, start } = analysis;
    if (frames.length === 0) return;
    // A frame is drawn around its middle.
    const left = ((start - FRAME_SECONDS / 2) / seconds) * width;
    const drawn = ((frames.length * FRAME_SECONDS) / seconds) * width;
    this.#context.drawImage(this.#spectrum, 0, 0, frames.length, BANDS, left, y, drawn, height);
  }

  /** @param {Scene} scene @param {Box} box */
  #drawWave({ analysis, seconds }, { y, width, height }) {
    const middle = y + height / 2;
    const step = (FRAME_SECONDS / seconds) * width;
    this.#context.fillStyle = this.#colors.faint;
    analysis.frames.forEach(({ low, high }, index) => {
      const left = (analysis.start / seconds) * width + index * step;
      const [top, bottom] = [high, low].map((level) => middle - (clamped(level / LOUDEST) * height) / 2);
      this.#context.fillRect(left, top, Math.max(step, 1), Math.max(bottom - top, 1));
    });
  }

  /** @param {Scene} scene @param {Box} box */
  #drawPitch({ analysis, seconds }, { y, width, height }) {
    const context = this.#context;
    context.beginPath();
    let isOpen = false;
    analysis.frames.forEach(({ f0 }, index) => {
      if (f0 !== undefined) {
        const x = ((analysis.start + index * FRAME_SECONDS) / seconds) * width;
        const share = Math.log2(f0 / F0.least) / Math.log2(F0.most / F0.least);
        context[isOpen ? "lineTo" : "moveTo"](x, y + (1 - share) * height);
      }
      isOpen = f0 !== undefined;
    });
    // The rim keeps the line apart from a spectrum of any brightness.
    for (const [color, thickness] of /** @type {const} */ ([
      [this.#colors.card, 4.5],
      [this.#colors.pitch, 2.5],
    ]))
      Object.assign(context, { strokeStyle: color, lineWidth: thickness, lineJoin: "round" }).stroke();
  }

  /**
   * Boundaries of syllables, and the characters where they have room.
   * @param {Scene} scene
   * @param {number} heard Which of them is heard.
   * @param {Box} box
   */
  #drawCharacters({ chunk, text, seconds }, heard, { width, height }) {
    const context = this.#context;
    Object.assign(context, { font: `${FONT_PX}px sans-serif`, textAlign: "center", textBaseline: "middle" });
    for (const [index, { start, end, from, to }] of chunk.characters.entries()) {
      const [left, right] = [start, end].map((at) => (at / seconds) * width);
      for (const x of [left, right]) this.#drawBoundary(x, height);
      const written = text.slice(from, to);
      if (context.measureText(written).width > right - left + 2) continue;
      context.fillStyle = index === heard ? this.#colors.accent : this.#colors.ink;
      context.fillText(written, (left + right) / 2, LABELS_PX / 2);
    }
  }

  /** @param {number} x @param {number} bottom */
  #drawBoundary(x, bottom) {
    this.#context.fillStyle = this.#colors.line;
    this.#context.fillRect(x - 0.5, LABELS_PX, 1, bottom - LABELS_PX);
  }
}

/** Which character is heard, or -1. @param {Scene} scene */
function heardOf({ chunk, second }) {
  return chunk.characters.findIndex(({ start, end }) => start <= second && second < end);
}

/** @param {number} width */
function newSpectrum(width) {
  return Object.assign(document.createElement("canvas"), { width, height: BANDS });
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/** @param {number} decibels @returns {number} 0 to 255. */
function levelOf(decibels) {
  const share = (decibels - DECIBELS.least) / (DECIBELS.most - DECIBELS.least);
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

/** @param {Element} element */
function colorsOf(element) {
  const style = getComputedStyle(element);
  const pairs = COLORS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return /** @type {Record<typeof COLORS[number], string>} */ (Object.fromEntries(pairs));
}

/** 256 colors from the ground of a card by its mark and its accent to its ink. @param {Element} element */
function rampOf(element) {
  const { card, mark, accent, ink } = colorsOf(element);
  const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 1 });
  const context = contextOf(canvas);
  const gradient = context.createLinearGradient(0, 0, 256, 0);
  [card, mark, accent, ink].forEach((color, index) => gradient.addColorStop([0, 0.35, 0.75, 1][index], color));
  context.fillStyle = gradient;
  context.fillRect(0, 0, 256, 1);
  return context.getImageData(0, 0, 256, 1).data;
}

/** @param {number} level */
function clamped(level) {
  return Math.min(1, Math.max(-1, level));
}
