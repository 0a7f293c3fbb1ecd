/** The export panel: what to make, and what is being made. Loaded when first opened. */
import { FORMATS } from "../../lib/encode/formats.js";
import { openEncoder } from "../../lib/encode/encoder.js";
import { HanvoxError } from "../../lib/shared/errors.js";
import { loadStyles, panelDialog } from "../dialog.js";
import { confirmed, h, saveAs, select } from "../dom.js";
import { words } from "../language/language.js";
import { Exports, secondsLeft } from "./exports.js";
import { fileName, titleOf } from "./files.js";
import { openExportStore } from "./store.js";

/** @typedef {import("./store.js").Job} Job */
/** @typedef {import("./times.js").TimesFormat} TimesFormat */
/** @typedef {"book" | "text" | "selection"} Range */

/**
 * @typedef {object} Page What the panel needs from the page.
 * @property {() => Promise<Pick<import("../../lib/hanvox.js").Hanvox, "open" | "voice">>} engine
 * @property {() => import("../../lib/shared/protocol.js").SpeechOptions} options
 * @property {() => string} text What is shown.
 * @property {() => {start: number, end: number} | undefined} selection In it.
 * @property {() => {title: string, chapter: string, chapters: number} | undefined} book What is open.
 * @property {() => Promise<string>} bookText All chapters of it.
 * @property {(error: unknown) => void} onerror
 */

const OFFERED = /** @type {const} */ (["wav", "mp3", "opus", "flac"]);
const TIMES = /** @type {const} */ (["srt", "vtt", "lrc", "json"]);

/** Creates the panel, closed. @param {Page} page */
export async function createPanel(page) {
  await loadStyles();
  const panel = new Panel(page);
  return { open: () => panel.open() };
}

class Panel {
  #page;
  #exports;
  #range = h("select", { id: "export-range" });
  #format = select(
    { id: "export-format" },
    OFFERED.map((format) => [format, nameOf(format)]),
    "wav",
  );
  #start = h("button", { type: "button", id: "export-start", class: "primary" }, words.exportPanel.start);
  #fault = h("p", { class: "fault", role: "alert", hidden: true });
  #list = h("ul", { class: "cards" });
  #dialog;
  /** @type {Job[]} */ #jobs = [];

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    this.#exports = new Exports({
      ...{ engine: page.engine, options: page.options, openEncoder },
      store: () => openExportStore(globalThis.indexedDB),
      onchange: (job) => this.#changed(job),
    });
    this.#start.addEventListener("click", () => this.#run(() => this.#begin()));
    const form = h(
      "div",
      { class: "wish" },
      h("label", { for: "export-range" }, words.exportPanel.range),
      this.#range,
      h("label", { for: "export-format" }, words.exportPanel.format),
      this.#format,
      this.#start,
    );
    const hint = words.exportPanel.hint;
    this.#dialog = panelDialog({
      ...{ id: "export", title: words.export },
      body: [form, h("p", { class: "hint" }, hint), this.#fault, this.#list],
    });
  }

  async open() {
    this.#fault.hidden = true;
    this.#range.replaceChildren(...rangesOf(this.#page).map(([value, label]) => new Option(label, value)));
    await this.#refresh();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  async #begin() {
    const range = /** @type {Range} */ (this.#range.value);
    const { title, text } = await wished(this.#page, range);
    if (text.trim() === "") throw new HanvoxError("empty-text", "the text is empty");
    const format = /** @type {(typeof OFFERED)[number]} */ (this.#format.value);
    await this.#finish(this.#exports.start({ title, text, format }));
  }

  /** Saves a file as soon as it is whole. @param {Promise<Job>} running */
  async #finish(running) {
    const job = await running;
    await this.#save(job);
  }

  /** @param {Job} job */
  async #save(job) {
    const { extension } = FORMATS[job.format];
    saveAs(await this.#exports.sound(job), fileName(job.title, extension));
  }

  /** @param {Job} job @param {TimesFormat} format */
  async #saveTimes(job, format) {
    saveAs(await this.#exports.times(job, format), fileName(job.title, format));
  }

  /** @param {() => Promise<unknown>} work */
  async #run(work) {
    this.#fault.hidden = true;
    try {
      await work();
    } catch (thrown) {
      this.#show(HanvoxError.from(thrown));
    }
    await this.#refresh();
  }

  /** @param {HanvoxError} error */
  #show(error) {
    if (error.code === "canceled") return;
    this.#fault.hidden = false;
    this.#fault.dataset.code = error.code;
    this.#fault.textContent = words.exportPanel.notMade(error.message);
    this.#page.onerror(error);
  }

  async #refresh() {
    try {
      this.#jobs = await this.#exports.list();
      this.#render();
    } catch (error) {
      this.#show(HanvoxError.from(error));
    }
  }

  /** @param {Job | undefined} job */
  #changed(job) {
    this.#start.disabled = job !== undefined;
    if (!job) return;
    const place = this.#jobs.findIndex(({ id }) => id === job.id);
    if (place < 0) this.#jobs = [job, ...this.#jobs];
    else this.#jobs[place] = job;
    this.#render();
  }

  #render() {
    // A new row would lose the focus and the first click on a confirmed button.
    const state = new Map([...this.#list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.state, row]));
    this.#list.replaceChildren(
      ...this.#jobs.map((job) => {
        const key = JSON.stringify([job.id, job.at, job.whole, this.#exports.running === job.id]);
        return state.get(key) ?? this.#row(job, key);
      }),
    );
  }

  /** @param {Job} job @param {string} state */
  #row(job, state) {
    const runs = this.#exports.running === job.id;
    const away = button("remove", words.delete);
    confirmed(away, words.deleteAgain, () => this.#run(() => this.#exports.remove(job.id)));
    const times = TIMES.map((format) =>
      button(format, format.toUpperCase(), () => this.#run(() => this.#saveTimes(job, format))),
    );
    const go = runs
      ? button("stop", words.stop, () => this.#exports.stop())
      : button("resume", words.exportPanel.goOn, () => this.#run(() => this.#finish(this.#exports.resume(job.id))));
    const save = button("save", words.exportPanel.save, () => this.#run(() => this.#save(job)));
    return h(
      "li",
      { class: "export card", "data-export": job.id, "data-whole": String(job.whole), "data-state": state },
      h("strong", {}, fileName(job.title, FORMATS[job.format].extension)),
      h("progress", { max: job.length, value: job.at, "aria-label": words.exportPanel.progress, hidden: job.whole }),
      h("p", { class: "facts" }, factsOf(job, runs)),
      h("div", { class: "actions" }, ...(job.whole ? [] : [go]), ...(job.parts > 0 ? [save, ...times] : []), away),
    );
  }
}

/**
 * @param {string} action
 * @param {string} label
 * @param {() => void} [onclick]
 */
function button(action, label, onclick) {
  return h("button", { type: "button", class: "small", "data-action": action, ...(onclick && { onclick }) }, label);
}

/** @param {Job} job @param {boolean} runs */
function factsOf(job, runs) {
  const minutes = clock(job.samples / job.sampleRate);
  if (job.whole) return words.exportPanel.made(minutes);
  const share = Math.floor((100 * job.at) / job.length);
  const left = secondsLeft(job);
  const made = words.exportPanel.madeSoFar(share, minutes);
  if (!runs) return words.exportPanel.stoppedAt(made);
  return left === undefined ? made : words.exportPanel.left(made, clock(left));
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.round(seconds);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${Math.floor((whole % 3600) / 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest.padStart(5, "0")}` : rest;
}

/** @param {(typeof OFFERED)[number]} format */
function nameOf(format) {
  const { kbps } = FORMATS[format];
  return `${format.toUpperCase()}${kbps > 0 ? ` (${kbps} kbit/s)` : ""}`;
}

/** @param {Page} page @returns {[Range, string][]} */
function rangesOf(page) {
  const [book, selection] = [page.book(), page.selection()];
  /** @type {[Range, string][]} */
  const ranges = [];
  if (selection && selection.end > selection.start) ranges.push(["selection", words.exportPanel.selection]);
  const chapter = book && book.chapters > 1;
  ranges.push(["text", chapter ? words.exportPanel.chapter : words.exportPanel.wholeText]);
  if (chapter) ranges.push(["book", words.exportPanel.allChapters(book.chapters)]);
  return ranges;
}

/** @param {Page} page @param {Range} range */
async function wished(page, range) {
  const book = page.book();
  if (range === "book") return { title: titleOf(book?.title, ""), text: await page.bookText() };
  const { start = 0, end = 0 } = (range === "selection" && page.selection()) || {};
  const text = range === "selection" ? page.text().slice(start, end) : page.text();
  const chapter = book && (book.chapters > 1 ? `${book.title} ${book.chapter}` : book.title);
  return { title: titleOf(range === "selection" ? undefined : chapter, text), text };
}
