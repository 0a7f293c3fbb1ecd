/** The page's one log with its alerts and metrics, kept in the browser from visit to visit. */
import { Diagnostics } from "../lib/diagnostics/diagnostics.js";
import { log } from "../lib/diagnostics/log.js";

/** Throws where the browser blocks storage; that is told once and the rules are as at first. */
const storage = {
  get: async (/** @type {string} */ key) => localStorage.getItem(key) ?? undefined,
  set: async (/** @type {string} */ key, /** @type {string} */ text) => localStorage.setItem(key, text),
};

export const diagnostics = await Diagnostics.create({ log, storage });
