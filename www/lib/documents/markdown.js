/** Markdown (GitHub's kind), by way of HTML. */
import { marked } from "../../vendor/marked.js";
import { readHtml } from "./html.js";

const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n(?:---|\.\.\.)\r?\n/;

/** @param {string} text */
export function readMarkdown(text) {
  const matter = FRONT_MATTER.exec(text);
  const { blocks } = readHtml(/** @type {string} */ (marked.parse(text.slice(matter?.[0].length ?? 0))));
  return { title: /^title:\s*["']?(.*?)["']?\s*$/m.exec(matter?.[1] ?? "")?.[1] ?? "", blocks };
}
