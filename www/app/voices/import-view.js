/** Imports a voice: a drop zone and two file pickers. */
import { chosenFiles } from "../../lib/archive/drop-input.js";
import { both, h } from "../dom.js";
import { said } from "../said.js";

/**
 * @param {(files: import("../../lib/archive/drop-input.js").PlacedFile[]) => void} take
 */
export function importView(take) {
  const file = picker({ id: "voices-file", accept: ".zip,.tar,.tgz,.gz" }, take);
  const folder = picker({ id: "voices-folder", webkitdirectory: true }, take);
  const view = h(
    "section",
    { class: "import", "aria-labelledby": "voices-import" },
    h("h3", { id: "voices-import" }, ...both("导入", "Import")),
    h(
      "p",
      {},
      said(
        "把语音压缩包（.zip、.tar.gz）或文件夹拖到页面上，或者：",
        "Drop the archive (.zip, .tar.gz) or folder of a voice on the page, or:",
      ),
    ),
    h(
      "div",
      { class: "actions" },
      button(file, both("选择文件", "File")),
      button(folder, both("选择文件夹", "Folder")),
    ),
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
 * @param {(Node | string)[]} label
 */
function button(input, label) {
  return h("button", { type: "button", class: "small", onclick: () => input.click() }, ...label);
}
