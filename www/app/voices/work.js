/** The panel's current task, one at a time: its progress, its cancel button and its error. */
import { h } from "../dom.js";
import { megabytes } from "../format.js";
import { inWords } from "./words.js";
import { words } from "../language/language.js";

/** @typedef {{signal: AbortSignal, onprogress: (progress: {loaded?: number, total?: number}) => void}} Tools */

/** @typedef {(thrown: unknown) => import("../../lib/shared/errors.js").HanvoxError} Handle Logs an error. */

/** @param {{handle: Handle, onbusy: (busy: boolean) => void}} page */
export function workView(page) {
  const label = h("label", { for: "voices-bar" });
  const bar = h("progress", { id: "voices-bar" });
  const cancel = h("button", { type: "button", class: "small" }, words.cancel);
  const progress = h("div", { class: "working card", hidden: true }, h("div", {}, label, bar), cancel);
  const error = h("div", { class: "fault card", role: "alert", hidden: true });
  /** @type {AbortController | undefined} */
  let running;
  cancel.addEventListener("click", () => running?.abort());

  /** @param {string} title */
  const show = (title) => {
    label.textContent = title;
    bar.removeAttribute("value");
    return (/** @type {{loaded?: number, total?: number}} */ { loaded = 0, total = 0 }) => {
      if (total === 0) return;
      label.textContent = `${title} ${megabytes(loaded)} / ${megabytes(total)}`;
      bar.max = total;
      bar.value = loaded;
    };
  };

  /**
   * @param {string} title
   * @param {(tools: Tools) => Promise<string | void>} work Resolves to the message to show at the end.
   * @param {Handle} [handle]
   * @returns {Promise<string | void>}
   */
  const run = async (title, work, handle = page.handle) => {
    if (running) return;
    running = new AbortController();
    error.hidden = true;
    progress.hidden = false;
    page.onbusy(true);
    try {
      return await work({ signal: running.signal, onprogress: show(title) });
    } catch (thrown) {
      const failed = handle(thrown);
      if (failed.code === "canceled") return words.voicesPanel.canceled;
      return showError(error, failed);
    } finally {
      running = undefined;
      progress.hidden = true;
      page.onbusy(false);
    }
  };
  return { view: h("div", { class: "work" }, progress, error), run };
}

/**
 * @param {HTMLElement} box
 * @param {import("../../lib/shared/errors.js").HanvoxError} error
 */
function showError(box, error) {
  const { title, advice } = inWords(error);
  box.hidden = false;
  box.dataset.code = error.code;
  box.dataset.reason = String(error.context.reason ?? "");
  box.replaceChildren(
    h("strong", {}, title),
    h("p", {}, advice),
    h("details", {}, h("summary", {}, words.details), h("code", { lang: "en" }, details(error))),
  );
}

/** @param {import("../../lib/shared/errors.js").HanvoxError} error */
function details({ code, message, advice, context }) {
  const sources = /** @type {{base: string, message: string}[]} */ (context.sources ?? []);
  return [`${code}: ${message}`, ...sources.map((source) => source.message), advice].join(" · ");
}
