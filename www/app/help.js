/** The panel with the keys of the reader, made when it is first opened. */
import { loadStyles, panelDialog } from "./dialog.js";
import { h } from "./dom.js";
import { words } from "./language/language.js";

/** @type {[keys: string[], meaning: string][]} */
const KEYS = [
  [["Space"], words.keysPlay],
  [["Esc"], words.keysStop],
  [["←", "→"], words.keysSentence],
  [["Shift ←", "Shift →"], words.keysParagraph],
  [["Ctrl Enter"], words.keysSpeak],
  [["?"], words.keysHelp],
];

/** @type {Promise<HTMLDialogElement> | undefined} */
let panel;

export async function openHelp() {
  panel ??= create();
  const dialog = await panel;
  if (!dialog.open) dialog.showModal();
}

async function create() {
  await loadStyles();
  const rows = KEYS.map(([keys, meaning]) =>
    h("div", {}, h("dt", {}, ...keys.map((key) => h("kbd", {}, key))), h("dd", {}, meaning)),
  );
  const body = [h("dl", { class: "keys-list" }, ...rows), h("p", { class: "faint" }, words.keysPress)];
  return panelDialog({ id: "help", title: words.help, body });
}
