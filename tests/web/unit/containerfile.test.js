import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";

/** @param {string} file Below the root. */
const read = (file) => readFile(new URL(`../../../${file}`, import.meta.url), "utf8");

const source = await read("Containerfile");
const instructions = DockerfileParser.parse(source).getInstructions();

/** @param {string} keyword */
function argumentsOf(keyword) {
  return instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArgumentsContent() ?? "");
}

test("the linter has nothing to say", () => {
  assert.deepEqual(validate(source), []);
});

test("its steps are commands of the documentation", async () => {
  const documented = (await read("docs/http.md")).split("\n").map((line) => line.replace(/ +#.*/, ""));
  for (const command of argumentsOf("RUN")) assert.ok(documented.includes(command), command);
  const [started] = argumentsOf("CMD").slice(-1);
  assert.ok(documented.includes(JSON.parse(started).join(" ")), started);
});

test("its images are pinned, and it runs as nobody special", async () => {
  for (const image of argumentsOf("FROM")) assert.match(image, /:\d+\.\d+\.\d+-/);
  assert.deepEqual(argumentsOf("USER"), ["node"]);
  assert.deepEqual([argumentsOf("EXPOSE"), argumentsOf("HEALTHCHECK").length], [["8080"], 1]);
});

test("what is copied is there", async () => {
  const { files } = JSON.parse(await read("package.json"));
  for (const file of ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE.md"]) assert.ok(files.includes(file));
});
