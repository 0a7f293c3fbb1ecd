/** Imports a voice: a drop zone and two file pickers. */
import { chosenFiles } from "../../lib/archive/drop-input.js";
import { h } from "../dom.js";
import { words } from "../language/language.js";

/**
 * @param {(files: import("../../lib/archive/drop-input.js").PlacedFile[]) => void} take
 */
export function importView(take) {
  const file = picker({ id: "voices-file", accept: ".zip,.tar,.tgz,.gz" }, take);
  const folder = picker({ id: "voices-folder", webkitdirectory: true }, take);
  const view = h(
    "section",
    { class: "import", "aria-labelledby": "voices-import" },
    h("h3", { id: "voices-import" }, words.import),
    h("p", {}, words.voicesPanel.importHint),
    h("div", { class: "actions" }, button(file, words.voicesPanel.file), button(folder, words.voicesPanel.folder)),
    file,
    folder,
  );
  return { view };
}

/**
 * @param {Record<string, string | boolean>} attributes
 * @param {(files: import("../../lib/archive/drop-input.js").PlacedFile[]) => void} take
 */
function picker(attributes, take) {
  const input = h("input", { type: "file", hidden: true, ...attributes });
  input.addEventListener("change", () => {
    const files = chosenFiles(input);
    // Allows choosing the same file again.
    input.value = "";
    if (files.length > 0) take(files);
  });
  return input;
}

/**
 * @param {HTMLInputElement} input
 * @param {string} label
 */
function button(input, label) {
  return h("button", { type: "button", class: "small", onclick: () => input.click() }, label);
}
