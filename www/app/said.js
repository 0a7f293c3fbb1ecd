/** The phrases of the panels, beside what they name: a panel loads with its own words, and only when it is opened. */
import { language } from "./language/language.js";

/**
 * A phrase in the language of the page.
 * @param {string} chinese
 * @param {string} english
 */
export function said(chinese, english) {
  return language === "zh" ? chinese : english;
}
