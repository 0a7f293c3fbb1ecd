import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader } from "../../../www/app/reader/reader.js";

const TEXT = "第一句。第二句。\n第三句。";

/** A reader of parts that write down what they are told, and a voice that the test moves. */
function start({ text = TEXT } = {}) {
  const told = /** @type {string[]} */ ([]);
  const area = { value: text };
  const kept = { text: "", place: 0 };
  /** @type {any} */
  const session = {
    speaks: false,
    paused: false,
    reading: undefined,
    watch: () => {},
    stop() {
      told.push("stop");
      this.end?.(false);
    },
    togglePause: () => told.push("toggle"),
    speak(/** @type {string} */ text, /** @type {number} */ from) {
      told.push(`speak ${text.slice(from, from + 3)}`);
      this.speaks = true;
      const now = { chunk: undefined, characters: undefined };
      this.reading = { text, now, seek: (/** @type {number} */ place) => told.push(`seek ${place}`) };
      return new Promise((resolve) => {
        this.end = (/** @type {boolean} */ whole) => {
          Object.assign(this, { speaks: false, reading: undefined, end: undefined });
          resolve(whole);
        };
      });
    },
  };
  const view = {
    show: () => told.push("show"),
    clear: () => {},
    mark: (/** @type {any} */ sentence) => told.push(`mark ${sentence?.start}`),
    goTo: () => {},
    follow: () => {},
  };
  const saved = {
    keepText: (/** @type {string} */ text) => void (kept.text = text),
    keepPlace: (/** @type {number} */ place) => void (kept.place = place),
  };
  const reader = new Reader({ session, view, area, saved, onchange: () => {} });
  return { reader, session, area, told, kept };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 15));

test("it reads what stands in the field, and the place moves with the voice", async () => {
  const { reader, session, told, kept } = start();
  reader.toggle();
  assert.deepEqual([told.includes("speak 第一句"), reader.state.mode], [true, "read"]);
  session.reading.now = { chunk: { start: 4, end: 8 }, characters: { start: 5, end: 6 } };
  reader.watch();
  assert.deepEqual([reader.state.place, reader.state.heard, kept.place], [4, 5, 4]);
  session.reading.now = { chunk: { start: 4, end: 8 }, characters: { start: 6, end: 7 } };
  reader.watch();
  assert.deepEqual([reader.state.place, reader.state.heard], [4, 6]);
  reader.toggle();
  assert.ok(told.includes("toggle"));
});

test("stopping keeps the place, and coming to the end goes back to the start", async () => {
  const { reader, session, told } = start();
  reader.toggle();
  session.reading.now = { chunk: { start: 9, end: 13 }, characters: { start: 9, end: 10 } };
  reader.watch();
  session.stop();
  await settled();
  assert.equal(reader.state.place, 9);
  reader.toggle();
  assert.equal(
    told.findLast((line) => line.startsWith("speak")),
    "speak 第三句",
  );
  session.end(true);
  await settled();
  assert.equal(reader.state.place, 0);
});

test("steps move the voice, or the place alone in silence", async () => {
  const { reader, told } = start();
  reader.step("nextSentence");
  assert.deepEqual([reader.state.place, reader.state.mode], [4, "read"]);
  reader.step("nextParagraph");
  assert.equal(reader.state.place, 9);
  reader.step("nextSentence");
  assert.equal(reader.state.place, 9);
  reader.toggle();
  reader.step("previousParagraph");
  assert.deepEqual([reader.state.place, told.at(-1)], [0, "seek 0"]);
});

test("another text starts at its beginning, and what is typed is kept", async () => {
  const { reader, session, area, kept } = start();
  reader.step("nextSentence");
  reader.edit();
  area.value = "新的。";
  reader.typed();
  assert.deepEqual([reader.state.place, kept.text], [0, "新的。"]);
  reader.toggle();
  reader.edit();
  area.value = "更新的。";
  reader.typed();
  assert.equal(reader.state.edited, true);
  reader.readFrom(0);
  await settled();
  assert.deepEqual([session.reading.text, reader.state.edited], ["更新的。", false]);
});

test("a selection is read to its end, and the place stays there", async () => {
  const { reader, session } = start();
  reader.readFrom(4, 8);
  assert.equal(session.reading.text, TEXT.slice(0, 8));
  session.end(true);
  await settled();
  assert.equal(reader.state.place, 4);
});

test("a text that is opened to be read stands at its place", () => {
  const { reader, area } = start();
  reader.open("甲。乙。丙。", { place: 2, mode: "read" });
  assert.deepEqual([reader.state.mode, reader.state.place, reader.text], ["read", 2, "甲。乙。丙。"]);
  reader.edit();
  assert.equal(area.value, "甲。乙。丙。");
});

test("an empty text stays in its field", () => {
  const { reader, told } = start({ text: " \n" });
  reader.toggle();
  assert.deepEqual([reader.state.mode, told.includes("show")], ["edit", false]);
});
