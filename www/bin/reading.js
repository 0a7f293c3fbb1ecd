/** The options of reading, which several commands share. */
import { readFile } from "node:fs/promises";
import { HanvoxError } from "../lib/shared/errors.js";

/** @typedef {import("./options.js").Values} Values */

export const READING = /** @type {const} */ (["dictionary", "emoji", "a-variants", "digits", "links"]);

/**
 * @param {Values} values
 * @returns {Promise<import("../lib/shared/protocol.js").Reading>}
 */
export async function readingOf({ dictionary: path, emoji, "a-variants": a_variants, digits, links }) {
  const dictionary = path === undefined ? "" : await readDictionary(path);
  return { dictionary, emoji: emoji ? "speak" : "drop", a_variants, digits: digitsOf(digits), links: linksOf(links) };
}

/**
 * @param {string | undefined} asked
 * @returns {NonNullable<import("../lib/shared/protocol.js").Reading["digits"]>}
 */
function digitsOf(asked = "auto") {
  if (asked !== "auto" && asked !== "each" && asked !== "quantity") {
    throw new HanvoxError("option-invalid", `--digits must be auto, each or quantity, not "${asked}"`);
  }
  return asked;
}

/**
 * @param {string | undefined} asked
 * @returns {NonNullable<import("../lib/shared/protocol.js").Reading["links"]>}
 */
function linksOf(asked = "spell") {
  if (asked !== "spell" && asked !== "name") {
    throw new HanvoxError("option-invalid", `--links must be spell or name, not "${asked}"`);
  }
  return asked;
}

/** @param {string} path */
async function readDictionary(path) {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new HanvoxError("option-invalid", `--dictionary ${path} could not be read`, { cause });
  }
}
