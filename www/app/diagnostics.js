/** The page's single log with its alerts and metrics, kept in the browser across visits. */
import { Diagnostics } from "../lib/diagnostics/diagnostics.js";
import { log } from "../lib/diagnostics/log.js";
import { savedLevel, storage } from "./settings.js";

log.level = savedLevel() ?? log.level;

export const diagnostics = await Diagnostics.create({ log, storage });
