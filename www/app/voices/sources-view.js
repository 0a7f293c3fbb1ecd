/** The URLs that voices are fetched from, for readers with mirrors. */
import { h } from "../dom.js";
import { words } from "../language/language.js";

/**
 * @param {object} how
 * @param {string} how.text
 * @param {string} how.usual Used if none is given.
 * @param {(text: string) => Promise<string | void>} how.save Resolves to the message to show.
 */
export function sourcesView({ text, usual, save }) {
  const field = h("textarea", { id: "voices-sources", rows: 3, spellcheck: false, placeholder: usual });
  field.value = text;
  const note = h("p", { class: "note", role: "status" });
  const submit = h("button", { type: "submit", class: "small" }, words.save);
  const form = h(
    "form",
    {},
    h("label", { for: "voices-sources" }, words.voicesPanel.sourcesHint),
    field,
    h("p", { class: "hint" }, words.voicesPanel.hubHint),
    h("div", { class: "actions" }, submit),
    note,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    note.textContent = (await save(field.value)) ?? "";
  });
  const title = h("summary", {}, h("h3", {}, words.voicesPanel.sources));
  return { view: h("details", { class: "sources" }, title, form) };
}
