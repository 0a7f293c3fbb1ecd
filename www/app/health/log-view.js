/** The live log: newest first, filtered, with a limited number of rows. */
import { h, select, statusLine } from "../dom.js";
import { ALL, codesOf, LEVELS, matcher } from "./log-filter.js";
import { LogModel } from "./log-model.js";
import { LEVEL_NAMES, logRow } from "./log-row.js";
import { logTools } from "./log-tools.js";
import { titleOf } from "./rules.js";
import { words } from "../language/language.js";

/** @typedef {import("./log-filter.js").Filter} Filter */
/** @typedef {import("../../lib/diagnostics/log.js").LogRecord} LogRecord */

// A browser lays out this many rows without a pause; more are shown on request.
const ROWS = 100;

/**
 * @param {import("../../lib/diagnostics/diagnostics.js").Diagnostics} diagnostics
 * @param {{onlevel: (level: string) => void}} how
 */
export function logView(diagnostics, { onlevel }) {
  const rows = h("ol", { class: "log", role: "log", "aria-live": "off", "aria-label": words.healthPanel.log });
  const more = h("button", { type: "button", class: "small more", hidden: true }, words.healthPanel.more);
  const empty = h("p", { class: "empty" }, words.healthPanel.noMatch);
  const count = h("p", { class: "status", id: "log-count" });
  const { line: status, say } = statusLine();

  /** @type {Filter} */
  let filter = { ...ALL };
  let matches = matcher(filter);
  let [most, shown, matching, missed] = [ROWS, 0, 0, 0];
  let paused = false;
  /** @type {LogRecord[]} */
  let fresh = [];

  const onrequest = (/** @type {string} */ id) => filters.set({ ...ALL, request: id });
  const row = (/** @type {LogRecord} */ record) => logRow(record, { onrequest, onstatus: say });
  const showCount = () => {
    const pause = paused && missed > 0 ? words.healthPanel.sincePause(missed) : "";
    count.textContent = words.healthPanel.counts(model.records.length, matching, pause);
    more.hidden = matching <= shown;
    empty.hidden = matching > 0;
  };
  const showAll = () => {
    const found = model.records.filter(matches);
    const newest = found.slice(-most).reverse();
    [shown, matching, missed, fresh] = [newest.length, found.length, 0, []];
    rows.replaceChildren(...newest.map(row));
    filters.offer(codesOf(model.records));
    showCount();
  };
  const showFresh = () => {
    const found = fresh.filter(matches);
    fresh = [];
    rows.prepend(...found.slice(-most).reverse().map(row));
    while (rows.children.length > most) rows.lastElementChild?.remove();
    [shown, matching] = [rows.children.length, model.records.filter(matches).length];
    filters.offer(codesOf(model.records));
    showCount();
  };
  const model = new LogModel(diagnostics, {
    onreset: showAll,
    onrecord: (record) => {
      if (paused) return ((missed += 1), showCount());
      // One layout for all records that arrive before the next frame.
      if (fresh.push(record) === 1) requestAnimationFrame(showFresh);
    },
  });
  const filters = filterForm((next) => {
    [filter, most] = [next, ROWS];
    matches = matcher(filter);
    showAll();
  });
  more.addEventListener("click", () => {
    most += 4 * ROWS;
    showAll();
  });
  const pause = h("button", { type: "button", class: "small", id: "log-pause", "aria-pressed": "false" });
  pause.append(words.pause);
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.replaceChildren(paused ? words.resume : words.pause);
    if (!paused) showAll();
  });
  const onclear = () => model.clear().then(() => say(words.healthPanel.cleared));
  const tools = logTools(diagnostics, { pause, onclear, onstatus: say, onlevel });
  const view = h("div", { class: "view" }, filters.form, tools, count, rows, empty, more, status);
  return { view, start: () => model.start(), stop: () => model.stop(), filter: filters.set };
}

/** @param {(filter: Filter) => void} onchange */
function filterForm(onchange) {
  /** @type {[string, string][]} */
  const levels = [
    ["", words.healthPanel.all],
    ...LEVELS.map(
      (level) =>
        /** @type {[string, string]} */ ([
          level,
          `${LEVEL_NAMES[level]}${level === "error" ? "" : words.healthPanel.andWorse}`,
        ]),
    ),
  ];
  const level = select({ id: "log-level" }, levels, "");
  const code = select({ id: "log-code" }, [["", words.healthPanel.all]], "");
  const sought = h("input", { type: "search", id: "log-words", autocomplete: "off" });
  const request = h("input", { type: "search", id: "log-request", autocomplete: "off" });
  const form = h(
    "div",
    { class: "filters", role: "search", "aria-label": words.healthPanel.filter },
    field(level, words.healthPanel.level),
    field(code, words.healthPanel.code),
    field(sought, words.healthPanel.words),
    field(request, words.healthPanel.request),
  );
  const read = () => ({ level: level.value, code: code.value, words: sought.value, request: request.value });
  form.addEventListener("input", () => onchange(read()));

  const offer = (/** @type {string[]} */ codes) => {
    const wanted = code.value && !codes.includes(code.value) ? [...codes, code.value] : codes;
    if (wanted.length === code.options.length - 1) return;
    const chosen = code.value;
    code.replaceChildren(
      new Option(words.healthPanel.all, ""),
      ...wanted.map((each) => new Option(`${titleOf(each)} ${each}`, each)),
    );
    code.value = chosen;
  };
  const set = (/** @type {Filter} */ filter) => {
    offer([...code.options].flatMap((option) => option.value || []).concat(filter.code || []));
    [level.value, code.value, sought.value, request.value] = [filter.level, filter.code, filter.words, filter.request];
    onchange(filter);
  };
  return { form, offer, set };
}

/**
 * @param {HTMLElement} input
 * @param {string} label
 */
function field(input, label) {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input);
}
