/** How many engines a Hanvox uses. */
import { HanvoxError } from "../shared/errors.js";

/**
 * @typedef {object} Machine
 * @property {number} [cores]
 * @property {number} [memory_gb]
 * @property {boolean} [phone]
 */

// An engine with its voice takes some 75 MB, and a consumer seldom keeps more than this many busy.
const MOST_IN_A_PAGE = 4;
const LEAST_MEMORY_GB = 4;

/**
 * Half the cores, since others use the machine too, but two if there are two; one on a phone or when memory
 * is short.
 * @param {Machine} machine Unknown values count as small.
 */
export function automaticWorkers({ cores = 1, memory_gb = LEAST_MEMORY_GB, phone = false }) {
  if (phone || memory_gb < LEAST_MEMORY_GB) return 1;
  return Math.min(cores, Math.max(2, Math.ceil(cores / 2)), MOST_IN_A_PAGE);
}

/**
 * The machine as the browser describes it.
 * @param {{hardwareConcurrency?: number, deviceMemory?: number, userAgent?: string}} navigator
 * @returns {Machine}
 */
export function machineOf({ hardwareConcurrency, deviceMemory, userAgent = "" }) {
  return { cores: hardwareConcurrency, memory_gb: deviceMemory, phone: /Mobi|Android|iPhone|iPad/.test(userAgent) };
}

/**
 * How many engines in total, and how many start at once; the others start when first needed.
 * @param {number | "auto"} workers
 * @param {number} automatic
 */
export function engineCounts(workers, automatic) {
  if (workers === "auto") return { all: automatic, atOnce: 1 };
  if (Number.isInteger(workers) && workers > 0) return { all: workers, atOnce: workers };
  throw new HanvoxError("option-invalid", `workers is a whole number from 1 on, or "auto", not ${workers}`);
}
