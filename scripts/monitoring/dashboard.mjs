/** The Grafana dashboard: a table of panels and the JSON that Grafana imports. */

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {string} about Its tooltip.
 * @property {string} unit As Grafana names it.
 * @property {[legend: string, query: string][]} queries
 * @property {"timeseries" | "stat"} [type]
 */

// A rate needs at least two samples: Grafana sets this to four times the scrape interval.
const SPAN = "[$__rate_interval]";
const WHERE = `job="$job", instance=~"$instance"`;

const COLUMNS = 24;
const STATS = { width: 6, height: 4 };
const CHARTS = { width: 8, height: 8 };

/** @type {Panel[]} */
export const PANELS = [
  {
    title: "QPS",
    about: "Speech requests that ended, a second.",
    unit: "reqps",
    type: "stat",
    queries: [["requests", rate("hanvox_requests_total")]],
  },
  {
    title: "Mean latency",
    about: "From a request to its end. Canceled ones are left out.",
    unit: "s",
    type: "stat",
    queries: [["mean", mean("hanvox_request_duration_seconds")]],
  },
  {
    title: "Error rate",
    about: "Requests that ended with an error, of those that were not canceled.",
    unit: "percentunit",
    type: "stat",
    queries: [["errors", errorRate()]],
  },
  {
    title: "Waiting",
    about: "Requests in the queue; when it is full, the next one is answered with busy.",
    unit: "short",
    type: "stat",
    queries: [["waiting", gauge("hanvox_queue_depth")]],
  },
  {
    title: "Requests by outcome",
    about: "Speech requests that ended, a second.",
    unit: "reqps",
    queries: [["{{outcome}}", rate("hanvox_requests_total", "outcome")]],
  },
  {
    title: "Errors by code",
    about: "Errors handled, a second; docs/errors.md says what each code means and what to do.",
    unit: "ops",
    queries: [["{{code}}", `${rate("hanvox_errors_total", "code")} > 0`]],
  },
  {
    title: "API answers",
    about: "Requests to the API by route and status, a second.",
    unit: "reqps",
    queries: [["{{route}} {{status}}", rate("hanvox_http_requests_total", "route, status")]],
  },
  {
    title: "Latency",
    about: "From a request to its end.",
    unit: "s",
    queries: distribution("hanvox_request_duration_seconds"),
  },
  {
    title: "First sound",
    about: "From a request to its first samples: how long a listener waits.",
    unit: "s",
    queries: distribution("hanvox_first_sound_seconds"),
  },
  {
    title: "API latency",
    about: "From a request to the end of its answer, by route: 95 of 100 are faster.",
    unit: "s",
    queries: [["{{route}} p95", quantile(0.95, "hanvox_http_request_duration_seconds", "route")]],
  },
  {
    title: "Real-time factor",
    about: "Time to make speech, divided by its length. Above 1 a listener hears gaps.",
    unit: "short",
    queries: distribution("hanvox_real_time_factor"),
  },
  {
    title: "Speech made",
    about: "Seconds of speech a second, and characters a second.",
    unit: "short",
    queries: [
      ["seconds of speech", rate("hanvox_audio_seconds_total")],
      ["characters", rate("hanvox_characters_total")],
    ],
  },
  {
    title: "Load",
    about: "Requests at work, and those that wait for an engine.",
    unit: "short",
    queries: [
      ["in flight", gauge("hanvox_requests_in_flight")],
      ["waiting", gauge("hanvox_queue_depth")],
    ],
  },
  {
    title: "Memory of the engines",
    about: "Wasm memory; it never shrinks but by a restart.",
    unit: "bytes",
    queries: [["engine {{engine}}", `max by (instance, engine) (${selected("hanvox_wasm_memory_bytes")})`]],
  },
  {
    title: "Starts and restarts of engines",
    about: "Engines started, and those replaced after an error, by its code.",
    unit: "short",
    queries: [
      ["starts", increase("hanvox_engine_starts_total")],
      ["restart: {{code}}", increase("hanvox_engine_restarts_total", "code")],
    ],
  },
  {
    title: "Retries",
    about: "Chunks tried again, by the code of the error.",
    unit: "short",
    queries: [["{{code}}", increase("hanvox_retries_total", "code")]],
  },
  {
    title: "Alerts",
    about: "Alerts that the server itself raised, by rule.",
    unit: "short",
    queries: [["{{rule}} ({{severity}})", increase("hanvox_alerts_total", "rule, severity")]],
  },
  {
    title: "Lost log records",
    about: "Records that the log folder did not take: a full disk, or one that is too slow.",
    unit: "short",
    queries: [["lost", increase("hanvox_log_lost_total")]],
  },
  {
    title: "Downloads",
    about: "Bytes of voices and engine fetched, a second.",
    unit: "Bps",
    queries: [["downloads", rate("hanvox_download_bytes_total")]],
  },
  {
    title: "Voices from the store",
    about: "Voices taken from the store of the device, and those that had to be fetched.",
    unit: "short",
    queries: [
      ["hits", increase("hanvox_cache_hits_total")],
      ["misses", increase("hanvox_cache_misses_total")],
    ],
  },
];

/** @returns {string} The JSON that Grafana imports. */
export function dashboard() {
  const model = {
    title: "hanvox",
    uid: "hanvox",
    description: "Made by scripts/monitoring.mjs; docs/monitoring.md explains it.",
    tags: ["hanvox", "speech"],
    schemaVersion: 38,
    version: 1,
    editable: true,
    refresh: "10s",
    time: { from: "now-1h", to: "now" },
    templating: { list: variables() },
    panels: placed(PANELS).map(toModel),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}

/** The selectors at the top: the data source, the job and its instances. */
function variables() {
  const ofSeries = (/** @type {string} */ name, /** @type {string} */ query) => ({
    name,
    type: "query",
    datasource: DATASOURCE,
    query: { query, refId: name },
    refresh: 2,
    sort: 1,
  });
  return [
    { name: "datasource", type: "datasource", query: "prometheus" },
    ofSeries("job", "label_values(hanvox_requests_in_flight, job)"),
    {
      ...ofSeries("instance", `label_values(hanvox_requests_in_flight{job="$job"}, instance)`),
      multi: true,
      includeAll: true,
      allValue: ".*",
      current: { text: "All", value: "$__all" },
    },
  ];
}

const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

/**
 * Each panel with its position: left to right, in a new row if it does not fit or the size changes.
 * @param {Panel[]} panels
 */
function placed(panels) {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map((panel) => {
    const { width, height } = panel.type === "stat" ? STATS : CHARTS;
    if (x + width > COLUMNS || (x > 0 && height !== rowHeight)) [x, y] = [0, y + rowHeight];
    rowHeight = height;
    const gridPos = { x, y, w: width, h: height };
    x += width;
    return { panel, gridPos };
  });
}

/**
 * @param {ReturnType<typeof placed>[number]} placed
 * @param {number} index
 */
function toModel({ panel: { title, about, unit, queries, type = "timeseries" }, gridPos }, index) {
  return {
    id: index + 1,
    title,
    description: about,
    type,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(([legendFormat, expr], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}

/** @param {string} metric @param {string} [more] A condition on its labels. */
function selected(metric, more) {
  return `${metric}{${more ? `${WHERE}, ${more}` : WHERE}}`;
}

/** @param {string} metric @param {string} [by] Labels. @param {string} [more] */
function rate(metric, by, more) {
  return `sum${by ? ` by (${by})` : ""} (rate(${selected(metric, more)}${SPAN}))`;
}

/** @param {string} metric @param {string} [by] */
function increase(metric, by) {
  return `sum${by ? ` by (${by})` : ""} (increase(${selected(metric)}${SPAN}))`;
}

/** @param {string} metric */
function gauge(metric) {
  return `sum(${selected(metric)})`;
}

/** @param {string} histogram */
function mean(histogram) {
  return `${rate(`${histogram}_sum`)} / (${rate(`${histogram}_count`)} > 0)`;
}

/** @param {number} part @param {string} histogram @param {string} [by] */
function quantile(part, histogram, by) {
  return `histogram_quantile(${part}, ${rate(`${histogram}_bucket`, by ? `le, ${by}` : "le")})`;
}

/**
 * @param {string} histogram
 * @returns {[string, string][]}
 */
function distribution(histogram) {
  return [
    ["mean", mean(histogram)],
    ["p50", quantile(0.5, histogram)],
    ["p95", quantile(0.95, histogram)],
  ];
}

/** Defined as in `Diagnostics.derived`. */
function errorRate() {
  const errors = rate("hanvox_requests_total", "", `outcome="error"`);
  return `(${errors} or vector(0)) / (${rate("hanvox_requests_total", "", `outcome!="canceled"`)} > 0)`;
}
