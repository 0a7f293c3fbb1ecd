/** Numbers and times as the panel shows them. */

/** Shown when there is no value yet. */
export const NOTHING = "–";

/** @param {number | undefined} seconds */
export function duration(seconds) {
  if (!isKnown(seconds)) return NOTHING;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 2 : 1)} s` : `${(seconds / 60).toFixed(1)} min`;
}

/** @param {number | undefined} bytes */
export function megabytes(bytes) {
  if (!isKnown(bytes)) return NOTHING;
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}

/** In a suitable unit. @param {number | undefined} bytes */
export function size(bytes) {
  if (!isKnown(bytes)) return NOTHING;
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e5 ? megabytes(bytes) : `${Math.ceil(bytes / 1e3)} KB`;
}

/** @param {number | undefined} share 0 to 1. */
export function percent(share) {
  if (!isKnown(share)) return NOTHING;
  const text = (share * 100).toFixed(1);
  // Rounding must not hide a single failure, or a single success, among thousands.
  if (share < 1 && text === "100.0") return "99.9 %";
  return share === 0 || share === 1 ? `${share * 100} %` : `${text} %`;
}

/**
 * @param {number | undefined} value
 * @param {number} digits
 */
export function number(value, digits = 2) {
  return isKnown(value) ? value.toFixed(digits) : NOTHING;
}

/**
 * The local time, with the date if it is not today.
 * @param {string | number | Date} at
 * @param {Date} [now]
 */
export function clock(at, now = new Date()) {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return String(at);
  const [hours, minutes, seconds] = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two);
  const day = time.toDateString() === now.toDateString() ? "" : `${time.getMonth() + 1}-${time.getDate()} `;
  return `${day}${hours}:${minutes}:${seconds}`;
}

/** The time of a recording: 1:05, or 1:00:05. @param {number} seconds */
export function playTime(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A timestamp for a file name. @param {Date} at */
export function stamp(at) {
  return at
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
}

/** @param {number} value */
function two(value) {
  return String(value).padStart(2, "0");
}

/**
 * @param {number | undefined} value
 * @returns {value is number}
 */
function isKnown(value) {
  return value !== undefined && value !== null && Number.isFinite(value);
}
