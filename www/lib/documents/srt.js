/** Subtitles (SubRip): what is said, a line for each, without times and styles. */
const CUE = /^\s*(?:\d+\s*\n)?\s*(?:\d+:)?\d{1,2}:\d{2}[,.]\d{1,3}\s*-->[^\n]*\n?/;
const STYLES = /<\/?[a-z][^>]*>|\{\\[^}]*\}/gi;

/** @param {string} text */
export function readSrt(text) {
  const cues = text.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n+/);
  const said = cues.map((cue) => cue.replace(CUE, "").replace(STYLES, "").trim());
  return said.filter(Boolean).join("\n");
}

/** Whether a text is subtitles, whatever its name. @param {string} text */
export function isSrt(text) {
  return CUE.test(text.slice(0, 500).replace(/\r\n?/g, "\n"));
}
