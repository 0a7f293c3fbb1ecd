/** Files that a reader brings to the page: by a button, by dropping or pasting them. Voices go elsewhere. */
import { chosenFiles, droppedFiles, holdsFiles } from "../lib/archive/drop-input.js";

/** @typedef {import("../lib/archive/drop-input.js").PlacedFile} PlacedFile */

/** What the file picker offers. */
const ACCEPTED = ".txt,.md,.markdown,.html,.htm,.xhtml,.epub,.docx,.pdf,.srt";

/**
 * @typedef {object} Target
 * @property {(files: File[]) => Promise<void>} open Opens documents.
 * @property {(files: Promise<PlacedFile[]>) => void} takeVoice
 * @property {(error: unknown) => void} onerror
 */

/**
 * Connects the button `#open-file`, drops and pastes.
 * @param {Target} target
 */
export function connectDocuments(target) {
  const input = document.createElement("input");
  Object.assign(input, { id: "open-input", type: "file", accept: ACCEPTED, multiple: true, hidden: true });
  const button = /** @type {HTMLElement} */ (document.getElementById("open-file"));
  button.after(input);
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = chosenFiles(input).map(({ file }) => file);
    // Allows choosing the same file again.
    input.value = "";
    void opened(target, files);
  });
  takeDrops(target);
  takePastes(target);
}

/** @param {Target} target */
function takeDrops(target) {
  const { dataset } = document.body;
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event.dataTransfer)) return;
    // Otherwise the browser would replace the page with the file.
    event.preventDefault();
    dataset.dropping = "";
  });
  addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && delete dataset.dropping);
  addEventListener("drop", (event) => {
    delete dataset.dropping;
    if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    void dropped(target, droppedFiles(event.dataTransfer));
  });
}

/** @param {Target} target */
function takePastes(target) {
  addEventListener("paste", ({ clipboardData }) => {
    // Programs that copy formatted text offer a picture of it, too.
    if (!clipboardData || clipboardData.types.includes("text/plain")) return;
    if (clipboardData.files.length > 0) void opened(target, [...clipboardData.files]);
  });
}

/**
 * @param {Target} target
 * @param {Promise<PlacedFile[]>} files
 */
async function dropped(target, files) {
  try {
    const placed = await files;
    if (await isVoice(placed)) return target.takeVoice(files);
    await target.open(placed.map(({ file }) => file));
  } catch (error) {
    target.onerror(error);
  }
}

/** Whether files are a voice: a folder with its manifest, or an archive of one. @param {PlacedFile[]} files */
async function isVoice(files) {
  if (files.some(({ path }) => /^([^/]+\/)?voice\.json$/.test(path))) return true;
  if (files.length !== 1) return false;
  const { isVoiceArchive } = await import("./panels.js");
  return isVoiceArchive(files[0].file);
}

/**
 * @param {Target} target
 * @param {File[]} files
 */
async function opened(target, files) {
  try {
    if (files.length > 0) await target.open(files);
  } catch (error) {
    target.onerror(error);
  }
}
