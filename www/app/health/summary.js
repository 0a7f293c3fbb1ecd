/** Turns the metrics into the panel's key figures. */
import { duration, megabytes, number, percent } from "../format.js";
import { words } from "../language/language.js";

/** @typedef {import("../../lib/diagnostics/metrics.js").Snapshot} Snapshot */
/** @typedef {{id: string, title: string, value: string, note: string}} Tile */
/** @typedef {{qps: number, mean_latency_s?: number, error_rate?: number}} Derived Of the last minute. */

/**
 * @param {Snapshot} snapshot
 * @param {Derived} derived
 * @returns {Tile[]}
 */
export function tilesOf(snapshot, derived) {
  const { ok, failed, canceled } = outcomes(snapshot);
  const sum = (/** @type {string} */ name) => total(snapshot, name);
  const [inFlight, queued] = [sum("hanvox_requests_in_flight"), sum("hanvox_queue_depth")];
  const [hits, misses] = [sum("hanvox_cache_hits_total"), sum("hanvox_cache_misses_total")];
  const engines = seriesOf(snapshot, "hanvox_wasm_memory_bytes").length;
  const recent = derived.qps > 0 ? duration(derived.mean_latency_s) : words.healthPanel.none;
  const retried = sum("hanvox_retries_total") + sum("hanvox_engine_restarts_total");
  return [
    tile(
      "requests",
      words.healthPanel.requests,
      String(ok + failed + canceled),
      words.healthPanel.flight(inFlight, queued),
    ),
    tile(
      "success",
      words.healthPanel.success,
      percent(ok / (ok + failed)),
      words.healthPanel.failures(failed, canceled),
    ),
    tile("qps", words.healthPanel.qps, number(derived.qps), words.healthPanel.last60),
    tile("latency", words.healthPanel.latency, duration(meanOf(snapshot, LATENCY)), words.healthPanel.last60Of(recent)),
    tile(
      "first-sound",
      words.healthPanel.firstSound,
      duration(meanOf(snapshot, FIRST_SOUND)),
      words.healthPanel.untilSound,
    ),
    tile("rtf", words.healthPanel.rtf, number(meanOf(snapshot, RTF), 3), words.healthPanel.fasterBelow1),
    tile(
      "memory",
      words.healthPanel.memory,
      known(sum(MEMORY), megabytes),
      words.healthPanel.engines(engines, retried),
    ),
    tile(
      "download",
      words.healthPanel.download,
      known(sum(DOWNLOADED), megabytes),
      words.healthPanel.hits(hits, hits + misses),
    ),
  ];
}

const LATENCY = "hanvox_request_duration_seconds";
const FIRST_SOUND = "hanvox_first_sound_seconds";
const RTF = "hanvox_real_time_factor";
const MEMORY = "hanvox_wasm_memory_bytes";
const DOWNLOADED = "hanvox_download_bytes_total";

/**
 * The codes that have occurred, most frequent first.
 * @param {Snapshot} snapshot
 * @returns {{code: string, count: number}[]}
 */
export function codeCounts(snapshot) {
  return (
    seriesOf(snapshot, "hanvox_errors_total")
      .map(({ labels, value }) => ({ code: labels.code, count: value }))
      // Stopping is what the user wants, no error.
      .filter(({ code, count }) => count > 0 && code !== "canceled")
      .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code))
  );
}

/** @param {Snapshot} snapshot */
function outcomes(snapshot) {
  const count = (/** @type {string} */ outcome) =>
    seriesOf(snapshot, "hanvox_requests_total")
      .filter(({ labels }) => labels.outcome === outcome)
      .reduce((sum, { value }) => sum + value, 0);
  return { ok: count("ok"), failed: count("error"), canceled: count("canceled") };
}

/**
 * @param {Snapshot} snapshot
 * @param {string} name
 */
function total(snapshot, name) {
  return seriesOf(snapshot, name).reduce((sum, { value }) => sum + value, 0);
}

/**
 * The mean of a histogram, NaN while it is empty.
 * @param {Snapshot} snapshot
 * @param {string} name
 */
function meanOf(snapshot, name) {
  const count = seriesOf(snapshot, name).reduce((sum, series) => sum + (series.count ?? 0), 0);
  return total(snapshot, name) / count;
}

/**
 * @param {Snapshot} snapshot
 * @param {string} name
 */
function seriesOf(snapshot, name) {
  return snapshot[name]?.series ?? [];
}

/**
 * Formats a value where zero means that nothing was measured yet.
 * @param {number} value
 * @param {(value: number | undefined) => string} format
 */
function known(value, format) {
  return format(value === 0 ? undefined : value);
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} value
 * @param {string} note
 * @returns {Tile}
 */
function tile(id, title, value, note) {
  return { id, title, value, note };
}
