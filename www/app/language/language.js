/** The language of the page: the one chosen, or that of the browser. */
import { en } from "./en.js";
import { zh } from "./zh.js";

/** @typedef {"zh" | "en"} Language */

const KEY = "hanvox-language";
const CATALOGUES = { zh, en };

/** @type {Language} */
export const language = saved() ?? preferred(globalThis.document ? navigator.languages : ["zh"]);

/** What the page says, by name. */
export const words = CATALOGUES[language];

/**
 * Chinese if it is what the browser prefers, English otherwise.
 * @param {readonly string[]} languages
 * @returns {Language}
 */
export function preferred(languages) {
  return /^(zh|yue|cmn)\b/i.test(languages[0] ?? "") ? "zh" : "en";
}

/** Puts the words into the elements that name one: `data-word`, `data-label`, and `data-name` for a label with a hint. */
export function translate(root = document) {
  root.documentElement.lang = words.lang;
  root.title = root.title.startsWith("hanvox") ? words.documentTitle : root.title;
  for (const element of elementsWith(root, "word")) element.textContent = word(element.dataset.word);
  for (const element of elementsWith(root, "label")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const element of elementsWith(root, "name")) {
    element.title = word(element.dataset.name);
    element.setAttribute("aria-label", element.title);
  }
  for (const element of elementsWith(root, "placeholder"))
    element.setAttribute("placeholder", word(element.dataset.placeholder));
  // Shows the page: nobody sees it change its language.
  root.documentElement.dataset.translated = "";
}

/** Changes to the other language; the page starts anew in it. */
export function changeLanguage() {
  localStorage.setItem(KEY, language === "zh" ? "en" : "zh");
  location.reload();
}

/** @param {Document} root @param {string} name */
function elementsWith(root, name) {
  return /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`[data-${name}]`));
}

/** @param {string} [name] */
function word(name = "") {
  return String(words[/** @type {keyof typeof words} */ (name)]);
}

/** @returns {Language | undefined} */
function saved() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "zh" || kept === "en" ? kept : undefined;
  } catch {
    return undefined;
  }
}
