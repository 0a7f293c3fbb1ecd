/**
 * A phrase in the language of the page.
 * @param {string} chinese
 * @param {string} english
 */
export function said(chinese, english) {
  return document.documentElement.lang.startsWith("en") ? english : chinese;
}
