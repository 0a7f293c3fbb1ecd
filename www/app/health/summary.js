/** Turns the metrics into the panel's key figures. */
import { duration, megabytes, number, percent } from "../format.js";
import { said } from "../said.js";

/** @typedef {import("../../lib/diagnostics/metrics.js").Snapshot} Snapshot */
/** @typedef {{id: string, chinese: string, english: string, value: string, note: string}} Tile */
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
  const recent = derived.qps > 0 ? duration(derived.mean_latency_s) : said("没有请求", "none");
  const retried = sum("hanvox_retries_total") + sum("hanvox_engine_restarts_total");
  return [
    tile(
      "requests",
      "请求",
      "Requests",
      String(ok + failed + canceled),
      said(`进行中 ${inFlight} · 排队 ${queued}`, `${inFlight} in flight · ${queued} queued`),
    ),
    tile(
      "success",
      "成功率",
      "Success",
      percent(ok / (ok + failed)),
      said(`失败 ${failed} · 取消 ${canceled}`, `${failed} failed · ${canceled} canceled`),
    ),
    tile("qps", "每秒请求", "QPS", number(derived.qps), said("近 60 秒", "last 60 s")),
    tile(
      "latency",
      "平均用时",
      "Latency",
      duration(meanOf(snapshot, LATENCY)),
      said(`近 60 秒：${recent}`, `last 60 s: ${recent}`),
    ),
    tile(
      "first-sound",
      "首音",
      "First sound",
      duration(meanOf(snapshot, FIRST_SOUND)),
      said("从请求到第一声", "from request to sound"),
    ),
    tile(
      "rtf",
      "实时率",
      "RTF",
      number(meanOf(snapshot, RTF), 3),
      said("小于 1 即快于播放", "below 1 is faster than playing"),
    ),
    tile(
      "memory",
      "引擎内存",
      "Memory",
      known(sum(MEMORY), megabytes),
      said(`引擎 ${engines} · 自愈 ${retried}`, `${engines} engines · ${retried} recoveries`),
    ),
    tile(
      "download",
      "下载",
      "Download",
      known(sum(DOWNLOADED), megabytes),
      said(`缓存命中 ${hits} / ${hits + misses}`, `cache hits ${hits} of ${hits + misses}`),
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
 * @param {string} chinese
 * @param {string} english
 * @param {string} value
 * @param {string} note
 * @returns {Tile}
 */
function tile(id, chinese, english, value, note) {
  return { id, chinese, english, value, note };
}
