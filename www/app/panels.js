/**
 * All panels, and what else few visits need: the built page has them in one file, so that few are asked for. Loaded when the
 * first one is opened.
 */
export { isVoiceArchive } from "../lib/archive/is-voice.js";
export { createPanel as createExport } from "./export/panel.js";
export { createPanel as createHealth } from "./health/panel.js";
export { createPanel as createLibrary } from "./library/panel.js";
export { createPanel as createReadings } from "./readings/panel.js";
export { createPanel as createSound } from "./sound/panel.js";
export { createPanel as createVoices } from "./voices/panel.js";
