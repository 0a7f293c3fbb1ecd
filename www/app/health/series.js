/** From finished requests to the columns that uPlot draws; x is the place of the request, 1 the oldest. */

/**
 * @typedef {object} Point A finished request.
 * @property {string | number} at
 * @property {number} [duration_s]
 * @property {number} [first_sound_s]
 * @property {number} [rtf] Seconds of computing for a second of sound.
 * @property {number} [audio_s]
 * @property {number} [memory_bytes]
 * @property {string} [code] Of the error it ended with.
 */

/** @typedef {(number | null)[]} Column */
/** @typedef {[number[], ...Column[]]} Columns */

// Over so many requests the share of errors is taken: short enough to see when it began.
const ERROR_WINDOW = 20;

/** @type {Record<"latency" | "rtf" | "memory" | "errors", (points: Point[]) => Columns>} */
export const COLUMNS = {
  latency: (points) => [places(points), column(points, "duration_s"), column(points, "first_sound_s")],
  rtf: (points) => [places(points), column(points, "rtf")],
  // An engine that was not asked has told no memory, which is not none.
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

/** The share of errors in percent among each request and those just before it. @param {Point[]} points */
function errorShares(points) {
  let failed = 0;
  return points.map((point, place) => {
    failed += Number(isFailed(point)) - Number(isFailed(points[place - ERROR_WINDOW]));
    return (failed * 100) / Math.min(place + 1, ERROR_WINDOW);
  });
}

/** A canceled request is no error. @param {Point | undefined} point */
export function isFailed(point) {
  return point?.code !== undefined && point.code !== "canceled";
}

/**
 * What a column comes to, for those who can't see the chart.
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
