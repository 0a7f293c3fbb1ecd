/** The speakers of a voice, as its manifest lists them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest, voiceInfo } from "../../../www/lib/store/manifest.js";
import { makeVoice } from "../support/fake-voice.js";

/** @param {Record<string, unknown>} changes */
function manifest(changes) {
  return parseManifest(JSON.stringify(makeVoice(changes).manifest), "tiny");
}

test("a voice of several speakers lists their names and sexes, the default one first", () => {
  const speakers = [
    { name: "qing", sex: "female", style: [1, 0] },
    { name: "song", sex: "male", style: [0, 1] },
  ];
  const listed = voiceInfo(manifest({ speakers })).speakers;
  assert.deepEqual(listed, [
    { name: "qing", sex: "female" },
    { name: "song", sex: "male" },
  ]);
  assert.equal("speakers" in voiceInfo(manifest({})), false);
});
