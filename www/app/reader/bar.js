/** The player bar: what it shows of the reader, and its choices of speed and sleep. */
import { playTime } from "../format.js";
import { words } from "../language/language.js";
import * as view from "../view.js";

const SPEEDS = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3];
const SLEEP_MINUTES = [0, 5, 15, 30, 45, 60, 90];

/** Fills the lists. */
export function fillChoices() {
  view.speed.replaceChildren(
    ...SPEEDS.map((speed) => new Option(`${speed}×`, String(speed), speed === 1, speed === 1)),
  );
  const label = (/** @type {number} */ minutes) => (minutes === 0 ? words.sleepOff : words.minutes(minutes));
  view.sleep.replaceChildren(...SLEEP_MINUTES.map((minutes) => new Option(label(minutes), String(minutes))));
}

/**
 * Shows where in the text the reader is.
 * @param {import("./reader.js").State} state
 * @param {import("./pace.js").Pace} pace
 */
export function showPlace({ text, heard }, pace) {
  const speed = Number(view.speed.value);
  const [elapsed, whole] = [heard, text.length].map((characters) => playTime(pace.secondsOf(characters, speed)));
  view.timeline.max = String(Math.max(1, text.length));
  if (!view.timeline.matches(":active")) view.timeline.value = String(heard);
  view.timeline.setAttribute("aria-valuetext", words.timeOf(elapsed, whole));
  view.element("elapsed").textContent = elapsed;
  view.element("whole").textContent = whole;
}
