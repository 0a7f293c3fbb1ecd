/** The keys of the reader. What an input method composes, and what is typed into a field, is left alone. */

/** @typedef {"toggle" | "stop" | "speak" | "nextSentence" | "previousSentence" | "nextParagraph" | "previousParagraph" | "help"} Action */

/** @typedef {Pick<KeyboardEvent, "key" | "isComposing" | "keyCode" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} Press */

/** @type {Record<string, Action>} Outside of fields. */
const KEYS = {
  " ": "toggle",
  ArrowLeft: "previousSentence",
  ArrowRight: "nextSentence",
  "Shift+ArrowLeft": "previousParagraph",
  "Shift+ArrowRight": "nextParagraph",
  "Shift+?": "help",
  "?": "help",
};

/**
 * What a press means, or undefined.
 * @param {Press} press
 * @param {{typing: boolean, pressing: boolean}} focus Whether the focus is in a field, and on something that keys press.
 * @returns {Action | undefined}
 */
export function actionOf(press, { typing, pressing }) {
  // Safari ends composing before the key that ended it; its code is still that of composing.
  if (press.isComposing || press.keyCode === 229) return undefined;
  if (press.key === "Escape") return "stop";
  if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) return "speak";
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return undefined;
  if (pressing && press.key === " ") return undefined;
  return KEYS[press.shiftKey ? `Shift+${press.key}` : press.key];
}

/** Where the focus is. @param {Element | null} element */
export function focusOf(element) {
  return {
    typing: element?.matches("textarea, input, select, [contenteditable]") ?? false,
    pressing: element?.matches("button, summary, a[href]") ?? false,
  };
}
