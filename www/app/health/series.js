/** Turns finished requests into the columns that uPlot draws; x is the request's position, 1 being the oldest. */

/**
 * @typedef {object} Point A finished request.
 * @property {string | number} at
 * @property {number} [duration_s]
 * @property {number} [first_sound_s]
 * @property {number} [rtf] Seconds of computing per second of audio.
 * @property {number} [audio_s]
 * @property {number} [memory_bytes]
 * @property {string} [code] Of the error that ended it.
 */

/** @typedef {(number | null)[]} Column */
/** @typedef {[number[], ...Column[]]} Columns */

// The error rate is taken over this many requests: few enough to show when errors began.
const ERROR_WINDOW = 20;

/** @type {Record<"latency" | "rtf" | "memory" | "errors", (points: Point[]) => Columns>} */
export const COLUMNS = {
  latency: (points) => [places(points), column(points, "duration_s"), column(points, "first_sound_s")],
  rtf: (points) => [places(points), column(points, "rtf")],
  // Zero means that the engine was not asked for its memory, not that it uses none.
  memory: (points) => [places(points), column(points, "memory_bytes").map((bytes) => (bytes ? bytes / 1e6 : null))],
  errors: (points) => {
    const shares = errorShares(points);
    return [places(points), shares, shares.map((share, place) => (isFailed(points[place]) ? share : null))];
  },
};

/** @param {Point[]} points */
function places(points) {
  return points.map((_, place) => place + 1);
}

/**
 * @param {Point[]} points
 * @param {"duration_s" | "first_sound_s" | "rtf" | "memory_bytes"} key
 * @returns {Column}
 */
function column(points, key) {
  return points.map((point) => (Number.isFinite(point[key]) ? Number(point[key]) : null));
}

/** For each request, the error rate in percent over it and the ones just before it. @param {Point[]} points */
function errorShares(points) {
  let failed = 0;
  return points.map((point, place) => {
    failed += Number(isFailed(point)) - Number(isFailed(points[place - ERROR_WINDOW]));
    return (failed * 100) / Math.min(place + 1, ERROR_WINDOW);
  });
}

/** A canceled request is not an error. @param {Point | undefined} point */
export function isFailed(point) {
  return point?.code !== undefined && point.code !== "canceled";
}

/**
 * Summarizes a column for readers who can't see the chart.
 * @param {Column} values
 */
export function spread(values) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return undefined;
  const sum = known.reduce((total, value) => total + value, 0);
  return {
    count: known.length,
    last: /** @type {number} */ (known.at(-1)),
    mean: sum / known.length,
    max: Math.max(...known),
  };
}
