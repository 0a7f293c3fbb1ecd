/** The stored voices with their actions. */
import { confirmed, h } from "../dom.js";
import { emotionName } from "../emotion-names.js";
import { size } from "../format.js";
import { words } from "../language/language.js";

/** @typedef {Awaited<ReturnType<import("../../lib/index.js").VoiceStore["list"]>>[number]} StoredVoice */

/**
 * @typedef {object} Actions
 * @property {(id: string) => void} use
 * @property {(id: string) => void} verify
 * @property {(id: string) => void} repair
 * @property {(voice: StoredVoice) => void} exported
 * @property {(id: string) => void} remove
 */

/** @param {Actions} actions */
export function listView(actions) {
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" }, words.voicesPanel.noneStored);
  const view = h(
    "section",
    { "aria-labelledby": "voices-stored" },
    h("h3", { id: "voices-stored" }, words.voicesPanel.stored),
    list,
    empty,
  );
  let shown = "";
  /**
   * @param {StoredVoice[]} voices
   * @param {{current: string, usual: string}} chosen `usual`: the page's default voice.
   */
  const show = (voices, { current, usual }) => {
    const state = JSON.stringify([voices, current, usual]);
    // A new row would lose the focus and the first click on a confirmed button.
    if (state === shown) return;
    shown = state;
    const rows = voices.map((voice) => voiceRow(voice, current, actions));
    if (!voices.some(({ id }) => id === usual)) rows.push(absentRow(usual, current, actions));
    list.replaceChildren(...rows);
    empty.hidden = rows.length > 0;
  };
  return { view, show };
}

/**
 * @param {StoredVoice} voice
 * @param {string} current
 * @param {Actions} actions
 */
function voiceRow(voice, current, actions) {
  const { id, name, version, licence, bytes, whole, emotions = [] } = voice;
  const remove = button("remove", words.delete);
  confirmed(remove, words.deleteAgain, () => actions.remove(id));
  return h(
    "li",
    { class: "voice card", "data-voice": id, "data-whole": String(whole), "data-current": id === current },
    h("p", { class: "head" }, h("strong", {}, name), ...badges(whole, id === current)),
    h("p", { class: "facts" }, [id, version, size(bytes)].join(" · ")),
    h("p", { class: "facts" }, licence),
    ...(emotions.length > 0 ? [emotionLine(emotions)] : []),
    h(
      "div",
      { class: "actions" },
      button("use", words.voicesPanel.use, { disabled: id === current, onclick: () => actions.use(id) }),
      button("verify", words.voicesPanel.verify, { onclick: () => actions.verify(id) }),
      button("repair", words.voicesPanel.repair, { onclick: () => actions.repair(id) }),
      button("export", words.export, { disabled: !whole, onclick: () => actions.exported(voice) }),
      remove,
    ),
  );
}

/** @param {string[]} emotions */
function emotionLine(emotions) {
  return h(
    "p",
    { class: "facts", "data-emotions": emotions.join(" ") },
    words.voicesPanel.emotions(emotions.map(emotionName)),
  );
}

/**
 * @param {string} id
 * @param {string} current
 * @param {Actions} actions
 */
function absentRow(id, current, actions) {
  const use = button("use", words.voicesPanel.use, { onclick: () => actions.use(id) });
  const badge = h("span", { class: "badge" }, words.voicesPanel.notStored);
  const head = h("p", { class: "head" }, h("strong", {}, id), badge, ...(id === current ? [currentBadge()] : []));
  return h(
    "li",
    { class: "voice card", "data-voice": id, "data-whole": "false" },
    head,
    h("div", { class: "actions" }, use),
  );
}

/**
 * @param {boolean} whole
 * @param {boolean} current
 */
function badges(whole, current) {
  const state = whole
    ? h("span", { class: "badge" }, words.voicesPanel.complete)
    : h("span", { class: "badge", "data-bad": true }, words.voicesPanel.incomplete);
  return current ? [state, currentBadge()] : [state];
}

function currentBadge() {
  return h("span", { class: "badge", "data-good": true }, words.voicesPanel.inUse);
}

/**
 * @param {string} action
 * @param {string} label
 * @param {Record<string, import("../dom.js").Value>} [attributes]
 */
function button(action, label, attributes = {}) {
  return h("button", { type: "button", class: "small", "data-action": action, ...attributes }, label);
}
