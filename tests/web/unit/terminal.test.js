import assert from "node:assert/strict";
import { test } from "node:test";
import { ProgressLine, WorkLine } from "../../../www/bin/terminal.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";

/** @typedef {import("../../../www/bin/terminal.js").Progress} Progress */

/** @type {Progress[]} */
const EVENTS = [
  { status: "initiate", voice: "baker", loaded: 0, total: 2e6 },
  { status: "progress", voice: "baker", file: "a", loaded: 1e6, total: 2e6 },
  { status: "progress", voice: "baker", file: "a", loaded: 1e6 + 1, total: 2e6 },
  { status: "progress", voice: "baker", file: "a", loaded: 2e6, total: 2e6 },
];
const WARNING = new HanvoxError("storage-blocked", "no").toJSON();

/** What is written of the events. @param {{json?: boolean, isTTY?: boolean}} how @param {Progress[]} events */
function written({ json, isTTY }, events) {
  let text = "";
  const stream = { isTTY, write: (/** @type {string} */ part) => void (text += part) };
  const line = new ProgressLine({ json }, /** @type {any} */ (stream));
  for (const event of events) line.take(event);
  line.end();
  return text;
}

test("on a terminal a line is redrawn, and taken away at the end", () => {
  const erase = "\r\x1b[K";
  const drawn = `${erase}baker  1.0 MB of 2.0 MB${erase}baker  2.0 MB of 2.0 MB${erase}`;
  assert.equal(written({ isTTY: true }, EVENTS), drawn);
});

test("elsewhere nothing is told but warnings, unless JSON lines are asked for: those leave out steps below 1 %", () => {
  assert.equal(written({}, EVENTS), "");
  const lines = written({ json: true }, EVENTS)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(lines, [EVENTS[0], EVENTS[1], EVENTS[3]]);
  assert.equal(JSON.parse(written({}, [{ status: "warning", error: WARNING }])).code, "storage-blocked");
});

test("a line of work fits the terminal, where Chinese is two columns wide", () => {
  let text = "";
  const stream = { isTTY: true, columns: 50, write: (/** @type {string} */ part) => void (text += part) };
  const line = new WorkLine(/** @type {any} */ (stream));
  line.show(0.005, `01 ${"长".repeat(60)}`);
  line.end();
  const [, shown] = text.split("\r\x1b[K");
  assert.equal(shown, `[........................] 0 %  01 ${"长".repeat(7)}`);
  stream.isTTY = false;
  new WorkLine(/** @type {any} */ (stream)).show(0.5, "");
  assert.equal(text.split("\r").length, 3);
});
