/** Charts of the latest requests, drawn with uPlot. */
/** @import uPlot from "../../vendor/uPlot.esm.js" */
import { h } from "../dom.js";
import { clock, duration, number } from "../format.js";
import { COLUMNS, spread } from "./series.js";
import { words } from "../language/language.js";

/** @typedef {import("./series.js").Point} Point */

/**
 * @typedef {object} Chart
 * @property {keyof typeof COLUMNS} id
 * @property {string} title
 * @property {string} unit After the numbers on the axis.
 * @property {(value: number) => string} format Formats a value for display.
 * @property {number} [max] Of the axis, if known.
 * @property {Line[]} lines
 */

/** @typedef {{label: string, color: string, points?: boolean}} Line */

/** @type {typeof uPlot} */
let Plot;

/**
 * Loads what draws the charts, which is to come before any is made. By itself, since it fails in a browser whose language
 * has no valid name ("C"), which must not take the other panels with it.
 */
export async function loadCharts() {
  Plot = (await import("../../vendor/uPlot.esm.js")).default;
}

const HEIGHT = 150;
// Below this many requests, the chart grows to the right instead of filling the width.
const LEAST_PLACES = 10;

/** @type {Chart[]} */
const CHARTS = [
  {
    id: "latency",
    title: words.healthPanel.latencyChart,
    unit: " s",
    format: duration,
    lines: [
      { label: words.healthPanel.total, color: "--chart-1" },
      { label: words.healthPanel.firstSoundLine, color: "--chart-2" },
    ],
  },
  {
    id: "rtf",
    title: words.healthPanel.rtfChart,
    unit: "",
    format: (value) => number(value, 3),
    lines: [{ label: words.healthPanel.rtfLine, color: "--chart-1" }],
  },
  {
    id: "memory",
    title: words.healthPanel.memoryChart,
    unit: " MB",
    format: (value) => `${number(value, 1)} MB`,
    lines: [{ label: words.healthPanel.memoryLine, color: "--chart-1" }],
  },
  {
    id: "errors",
    title: words.healthPanel.errorsChart,
    unit: " %",
    format: (value) => `${number(value, 0)} %`,
    max: 100,
    lines: [
      { label: words.healthPanel.last20, color: "--chart-2" },
      { label: words.healthPanel.failed, color: "--chart-3", points: true },
    ],
  },
];

/** All charts, with a shared cursor. */
export function chartsView() {
  const charts = CHARTS.map(drawn);
  const view = h("div", { class: "charts" }, ...charts.map(({ figure }) => figure));
  const redraw = () => charts.forEach(({ plot }) => plot.redraw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  /** @type {unknown} */
  let shown;
  const update = (/** @type {Point[]} */ points) => {
    if (points.length > 0 && points.at(-1) === shown) return;
    shown = points.at(-1);
    for (const chart of charts) chart.update(points);
  };
  return { view, update };
}

/** @param {Chart} chart */
function drawn(chart) {
  const readout = h("output", { class: "readout" });
  const picture = h("div", { class: "plot", role: "img" });
  const empty = h("p", { class: "empty" }, words.healthPanel.noRequests);
  const figure = h(
    "figure",
    { class: "chart", "data-chart": chart.id },
    h("figcaption", {}, h("strong", {}, chart.title), ...keys(chart), readout),
    h("div", { class: "plot-frame" }, picture, empty),
  );

  /** @type {Point[]} */
  let points = [];
  const read = (/** @type {uPlot} */ plot) => {
    readout.textContent = reading(chart, plot, points);
  };
  const plot = new Plot({ ...options(chart), hooks: { setCursor: [read] } }, COLUMNS[chart.id]([]), picture);
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width > 0) plot.setSize({ width: Math.floor(contentRect.width), height: HEIGHT });
  }).observe(picture);

  const update = (/** @type {Point[]} */ now) => {
    points = now;
    plot.setData(/** @type {any} */ (COLUMNS[chart.id](points)));
    read(plot);
    empty.hidden = points.length > 0;
    picture.setAttribute("aria-label", summary(chart, points));
  };
  return { figure, plot, update };
}

/** The legend, if there is more than one color. @param {Chart} chart */
function keys({ lines }) {
  if (lines.length < 2) return [];
  return lines.map(({ label, color }) => h("span", { class: `key ${color.slice(2)}` }, label));
}

/**
 * @param {Chart} chart
 * @returns {uPlot.Options}
 */
function options({ id, lines, unit, max }) {
  const axis = {
    stroke: () => color("--faint"),
    grid: { stroke: () => color("--line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  return {
    width: 320,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: "health" } },
    scales: {
      x: { time: false, range: (_, __, last) => [0.5, Math.max(last ?? 0, LEAST_PLACES) + 0.5] },
      y: { range: (_, __, highest) => [0, max ?? (highest > 0 ? highest * 1.15 : 1)] },
    },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100], size: 26, gap: 4, grid: { show: false } },
      { ...axis, size: id === "memory" ? 60 : 50, values: (_, ticks) => ticks.map((tick) => tick + unit) },
    ],
    series: [{}, ...lines.map(line)],
  };
}

/**
 * @param {Line} line
 * @param {number} place
 * @returns {uPlot.Series}
 */
function line({ color: name, points }, place) {
  if (points) return { stroke: () => color(name), width: 0, points: { show: true, size: 7, fill: () => color(name) } };
  const fill = place === 0 ? () => color(`${name}-fill`) : undefined;
  return {
    stroke: () => color(name),
    width: 2,
    fill,
    spanGaps: true,
    points: { size: 6, fill: () => color(name) },
  };
}

/** The value of a custom property in the current color scheme. @param {string} name */
function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * The request under the cursor, or the last one.
 * @param {Chart} chart
 * @param {uPlot} plot
 * @param {Point[]} points
 */
function reading({ lines, format }, plot, points) {
  const place = plot.cursor.idx ?? points.length - 1;
  const point = points[place];
  if (!point) return "";
  const values = lines.flatMap(({ label, points: marks }, line) => {
    const value = plot.data[line + 1]?.[place];
    if (value === null || value === undefined) return [];
    if (marks) return point.code ?? [];
    return lines.length > 1 ? `${label} ${format(value)}` : format(value);
  });
  return [clock(point.at), ...values].join(" · ");
}

/**
 * Describes the chart in words.
 * @param {Chart} chart
 * @param {Point[]} points
 */
function summary({ id, title, lines, format }, points) {
  const columns = COLUMNS[id](points).slice(1);
  const parts = lines.flatMap(({ label }, line) => {
    const known = spread(/** @type {(number | null)[]} */ (columns[line]));
    if (!known) return [];
    const [last, mean, max] = [known.last, known.mean, known.max].map(format);
    return words.healthPanel.statistics({ label, count: known.count, last, mean, max });
  });
  return (
    words.healthPanel.chartOf(title) +
    (parts.length > 0 ? parts.join(words.healthPanel.semicolon) : words.healthPanel.noData)
  );
}
