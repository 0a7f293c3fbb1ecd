import assert from "node:assert/strict";
import { test } from "node:test";
import { withMarks } from "../../../www/app/pinyin.js";

test("tone digits become marks where the rules of pinyin put them", () => {
  const cases = [
    ["ni3 hao3", "nǐ hǎo"],
    ["lv4 nve4", "lǜ nüè"],
    ["liu2 gui4 dou1", "liú guì dōu"],
    ["xiong2 tian1 ma5", "xióng tiān ma"],
    ["shui3 yue4 er2 zhi1", "shuǐ yuè ér zhī"],
  ];
  for (const [digits, marks] of cases) assert.equal(withMarks(digits), marks);
});
