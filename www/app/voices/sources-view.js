/** The URLs that voices are fetched from, for readers with mirrors. */
import { both, h } from "../dom.js";
import { said } from "../said.js";

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
  const submit = h("button", { type: "submit", class: "small" }, ...both("保存", "Save"));
  const form = h(
    "form",
    {},
    h(
      "label",
      { for: "voices-sources" },
      said("每行一个网址，按顺序尝试；留空则用本站", "One address per line, tried in order; empty for this site"),
    ),
    field,
    h(
      "p",
      { class: "hint" },
      said(
        "Hugging Face 式的仓库写成：hf https://网站/作者/",
        "A repository like those of Hugging Face: hf https://site/author/",
      ),
    ),
    h("div", { class: "actions" }, submit),
    note,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    note.textContent = (await save(field.value)) ?? "";
  });
  const title = h("summary", {}, h("h3", {}, ...both("下载来源", "Sources")));
  return { view: h("details", { class: "sources" }, title, form) };
}
