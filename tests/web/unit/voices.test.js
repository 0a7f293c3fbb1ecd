import assert from "node:assert/strict";
import { test } from "node:test";
import { size } from "../../../www/app/format.js";
import { foreign, parseSources } from "../../../www/app/voices/sources.js";
import { inWords } from "../../../www/app/voices/words.js";
import { MESSAGES } from "../../../www/app/messages.js";
import { ARCHIVE_ERRORS, archiveError } from "../../../www/lib/archive/archive-errors.js";

const PAGE = "https://school.test/tts/";

test("sources are read as they are typed", () => {
  const text = "voices\n\n  https://mirror.test/voices/ \nhf https://hub.test/owner\n/other/";
  const sources = parseSources(text, PAGE);
  assert.deepEqual(sources, [
    { base: "https://school.test/tts/voices/" },
    { base: "https://mirror.test/voices/" },
    { base: "https://hub.test/owner/", layout: "hf" },
    { base: "https://school.test/other/" },
  ]);
  assert.deepEqual(foreign(sources, PAGE), sources.slice(1, 3));
  assert.deepEqual(parseSources(" \n\n", PAGE), []);
});

test("a line that is no address is named", () => {
  for (const line of ["two words", "ftp://mirror.test/", "javascript:alert(1)", "http://"]) {
    const error = { code: "option-invalid", message: /^line 2 /, context: { line: 2, reason: "address" } };
    assert.throws(() => parseSources(`voices/\n${line}`, PAGE), error, line);
  }
});

test("every reason to refuse an archive has words of its own", () => {
  for (const reason of /** @type {(keyof typeof ARCHIVE_ERRORS)[]} */ (Object.keys(ARCHIVE_ERRORS))) {
    const error = archiveError(reason, "no");
    const { title, advice } = inWords(error);
    assert.equal(title, MESSAGES[error.code].title);
    assert.equal(inWords(archiveError(reason, "no", { context: { archive: "a.zip" } })).title, "这个文件不能导入");
    assert.notEqual(advice, MESSAGES[error.code].advice, reason);
    assert.match(advice, /\p{Script=Han}.*。$/u);
  }
});

test("sizes are told in the unit that suits them", () => {
  const cases = /** @type {[number | undefined, string][]} */ ([
    [undefined, "–"],
    [0, "0 KB"],
    [28_400, "29 KB"],
    [19_700_000, "19.7 MB"],
    [10_770_000_000, "10.8 GB"],
  ]);
  for (const [bytes, text] of cases) assert.equal(size(bytes), text);
});
