/** The panel of readings: fixes the reading of a character, and edits the reader's own words. Loaded when first opened. */
import { HanvoxError } from "../../lib/shared/errors.js";
import { loadStyles, panelDialog } from "../dialog.js";
import { h, saveAs, statusLine } from "../dom.js";
import { withMarks } from "../pinyin.js";
import { words } from "../language/language.js";
import { candidatesOf } from "./candidates.js";
import { dictionaryText, digits, parseDictionary, withEntry } from "./dictionary.js";
import { characterAt, contextOf, withReading } from "./place.js";

/** @typedef {import("./dictionary.js").Entry} Entry */
/** @typedef {import("./place.js").Span} Span */

/**
 * @typedef {object} Page What the panel needs from the page.
 * @property {(line: string) => Promise<import("../../pkg/hanvox.js").Explanation>} explain
 * @property {() => string} saved The dictionary, as it was kept.
 * @property {(dictionary: string) => Promise<void>} apply Gives it to the engine and keeps it; rejects a bad one.
 * @property {(text: string, place: number) => void} replace Puts in a text, and reads on at a place in it.
 * @property {(place: number) => void} again Reads again from a place.
 * @property {(error: unknown) => void} note
 */

/** Creates the panel, closed. @param {Page} page */
export async function createPanel(page) {
  await loadStyles();
  const panel = new Panel(page);
  return {
    open: () => panel.open(),
    fix: (/** @type {string} */ text, /** @type {number} */ at) => panel.fix(text, at),
  };
}

class Panel {
  #page;
  #fix = h("section", { class: "fix", hidden: true });
  #fault = h("p", { class: "fault", role: "alert", hidden: true });
  #words = h("ul", { class: "words" });
  #word = h("input", { id: "word-new", "aria-label": words.readingsPanel.word, placeholder: "重庆" });
  #pinyin = h("input", { id: "pinyin-new", "aria-label": words.pinyin, placeholder: "chong2 qing4" });
  #status = statusLine();
  #dialog;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    const file = h("input", { id: "readings-file", type: "file", accept: ".tsv,.txt,.csv", hidden: true });
    file.addEventListener("change", () => this.#run(() => this.#import(file)));
    const add = small("add", words.readingsPanel.add, () => this.#run(() => this.#add()));
    const tools = h(
      "div",
      { class: "actions" },
      small("import", words.import, () => file.click()),
      small("export", words.export, () => this.#export()),
      file,
    );
    this.#dialog = panelDialog({
      ...{ id: "readings", title: words.readingsPanel.title },
      body: [
        this.#fix,
        this.#fault,
        h("h3", {}, words.readingsPanel.mine),
        h("div", { class: "entry" }, this.#word, this.#pinyin, add),
        this.#words,
        tools,
        this.#status.line,
      ],
    });
  }

  get #entries() {
    return parseDictionary(this.#page.saved());
  }

  open() {
    this.#fix.hidden = true;
    this.#show();
  }

  /**
   * Offers readings for the character at a place.
   * @param {string} text
   * @param {number} place
   */
  async fix(text, place) {
    const span = characterAt(text, place);
    if (!span) return this.open();
    const character = text.slice(span.start, span.end);
    const [candidates, word] = await Promise.all([candidatesOf(character), this.#wordAt(text, span)]);
    this.#fix.replaceChildren(...this.#offer({ text, span, character, candidates, word }));
    this.#fix.hidden = false;
    this.#show();
  }

  #show() {
    this.#fault.hidden = true;
    this.#words.replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /**
   * The word that the engine sees around a character, with its reading.
   * @param {string} text
   * @param {Span} span
   */
  async #wordAt(text, span) {
    const context = contextOf(text, span);
    const { words } = await this.#page.explain(text.slice(context.start, context.end));
    const at = span.start - context.start;
    const found = words.find(({ span }) => span.start <= at && at < span.end);
    const written = found && text.slice(context.start + found.span.start, context.start + found.span.end);
    const fits = found && written && Array.from(written).length === found.pinyin.split(" ").length;
    if (!fits) return undefined;
    const index = Array.from(text.slice(context.start + found.span.start, span.start)).length;
    return { text: written, pinyin: found.pinyin.split(" "), index };
  }

  /**
   * @param {object} what
   * @param {string} what.text
   * @param {Span} what.span
   * @param {string} what.character
   * @param {import("./candidates.js").Candidate[]} what.candidates
   * @param {{text: string, pinyin: string[], index: number} | undefined} what.word
   */
  #offer({ text, span, character, candidates, word }) {
    const typed = h("input", {
      id: "fix-pinyin",
      "aria-label": words.pinyin,
      value: word?.pinyin[word.index] ?? "",
    });
    const choose = (/** @type {string} */ pinyin) => {
      typed.value = pinyin;
      for (const choice of choices) choice.setAttribute("aria-pressed", String(choice.dataset.pinyin === pinyin));
    };
    const choices = candidates.map(({ pinyin, words }) => candidateButton(pinyin, words, () => choose(pinyin)));
    if (word) choose(word.pinyin[word.index]);
    const here = small("here", words.readingsPanel.onlyHere, () =>
      this.#run(() => this.#here(text, span, oneSyllable(typed.value))),
    );
    const always = (/** @type {string} */ written, /** @type {() => string} */ pinyin) =>
      small("always", words.readingsPanel.always(written), () =>
        this.#run(() => this.#always({ word: written, pinyin: pinyin() }, span.start)),
      );
    const ofWord = () =>
      word?.pinyin.map((one, at) => (at === word.index ? oneSyllable(typed.value) : one)).join(" ") ?? "";
    const longer = word && word.text !== character ? [always(word.text, ofWord)] : [];
    return [
      h("p", { class: "character" }, character),
      h("div", { class: "choices", role: "group", "aria-label": words.readingsPanel.title }, ...choices),
      h("label", { for: "fix-pinyin" }, words.readingsPanel.pinyinWithTones, " ", typed),
      h(
        "div",
        { class: "actions" },
        here,
        ...longer,
        always(character, () => oneSyllable(typed.value)),
      ),
    ];
  }

  /**
   * @param {string} text
   * @param {Span} span
   * @param {string} pinyin
   */
  async #here(text, span, pinyin) {
    const changed = withReading(text, span, pinyin);
    // Braces that hold no pinyin would be read as text.
    const { words } = await this.#page.explain(`${text.slice(span.start, span.end)}{${pinyin}}`);
    if (words.length !== 1 || words[0].pinyin !== pinyin) throw noSyllable(pinyin);
    this.#dialog.close();
    this.#page.replace(changed, span.start);
  }

  /**
   * @param {Entry} entry
   * @param {number} place
   */
  async #always(entry, place) {
    await this.#apply(withEntry(this.#entries, entry));
    this.#dialog.close();
    this.#page.again(place);
  }

  async #add() {
    const [word, pinyin] = [this.#word.value.trim(), this.#pinyin.value.trim()];
    if (word === "" || pinyin === "") return;
    await this.#apply(withEntry(this.#entries, { word, pinyin }));
    this.#word.value = this.#pinyin.value = "";
    this.#word.focus();
  }

  /** @param {HTMLInputElement} input */
  async #import(input) {
    const [file] = input.files ?? [];
    // Allows choosing the same file again.
    const text = await file?.text();
    input.value = "";
    if (text === undefined) return;
    const found = parseDictionary(text);
    await this.#apply(found.reduce(withEntry, this.#entries));
    this.#status.say(words.readingsPanel.imported(found.length));
  }

  #export() {
    saveAs(new Blob([dictionaryText(this.#entries)], { type: "text/tab-separated-values" }), "hanvox-dictionary.tsv");
  }

  /** @param {Entry[]} entries */
  async #apply(entries) {
    await this.#page.apply(dictionaryText(entries));
    this.#words.replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
  }

  /** @param {Entry} entry */
  #row({ word, pinyin }) {
    const away = small("remove", words.delete, () =>
      this.#run(() => this.#apply(withEntry(this.#entries, { word, pinyin: "" }))),
    );
    return h(
      "li",
      { "data-word": word },
      h("strong", {}, word),
      h("span", { lang: "zh-Latn-pinyin" }, withMarks(pinyin)),
      away,
    );
  }

  /** @param {() => Promise<void>} work */
  async #run(work) {
    this.#fault.hidden = true;
    try {
      await work();
    } catch (thrown) {
      const error = HanvoxError.from(thrown);
      this.#fault.hidden = false;
      this.#fault.dataset.code = error.code;
      this.#fault.textContent = words.readingsPanel.notChanged(error.message);
      this.#page.note(error);
    }
  }
}

/** @param {string} typed */
function oneSyllable(typed) {
  const pinyin = digits(typed);
  if (!/^[a-z]+[1-5]$/.test(pinyin)) throw noSyllable(typed);
  return pinyin;
}

/** @param {string} typed */
function noSyllable(typed) {
  return new HanvoxError("option-invalid", `"${typed}" is not a syllable with a tone digit, such as chong2`);
}

/**
 * @param {string} pinyin
 * @param {string[]} words
 * @param {() => void} onclick
 */
function candidateButton(pinyin, words, onclick) {
  return h(
    "button",
    { type: "button", class: "candidate", "data-pinyin": pinyin, "aria-pressed": "false", onclick },
    h("span", { lang: "zh-Latn-pinyin" }, withMarks(pinyin)),
    " ",
    h("small", {}, words.join("、")),
  );
}

/**
 * @param {string} action
 * @param {string} label
 * @param {() => void} onclick
 */
function small(action, label, onclick) {
  return h("button", { type: "button", class: "small", "data-action": action, onclick }, label);
}
