/** The voices panel: stored voices, import and export, and download sources. Loaded when first opened. */
import { HanvoxError } from "../../lib/shared/errors.js";
import { readFiles } from "../../lib/archive/archive.js";
import { writeZip } from "../../lib/archive/write-zip.js";
import { loadStyles, panelDialog } from "../dialog.js";
import { saveAs, statusLine } from "../dom.js";
import { importView } from "./import-view.js";
import { listView } from "./list-view.js";
import { sourcesView } from "./sources-view.js";
import { foreign, parseSources } from "./sources.js";
import { storageView } from "./storage-view.js";
import { workView } from "./work.js";
import { words } from "../language/language.js";

/** @typedef {import("../../lib/archive/drop-input.js").PlacedFile} PlacedFile */
/** @typedef {import("./work.js").Tools} Tools */
/** @typedef {import("../../lib/index.js").VoiceStore} VoiceStore */
/** @typedef {import("./list-view.js").StoredVoice} StoredVoice */

/**
 * @typedef {object} Page What the panel needs from the page.
 * @property {VoiceStore} store
 * @property {string} usual The page's default voice.
 * @property {() => string} current The current voice.
 * @property {(id: string, signal: AbortSignal) => Promise<void>} use Switches to a voice.
 * @property {import("./work.js").Handle} handle
 * @property {import("./work.js").Handle} note The same for errors that are not the page's fault: raises no alert.
 * @property {{text: () => string, save: (text: string) => Promise<void>, usual: string}} sources As typed.
 */

/**
 * Creates the panel, closed.
 * @param {Page} page
 * @returns {Promise<{open: () => void, take: (files: Promise<PlacedFile[]>) => Promise<void>}>}
 */
export async function createPanel(page) {
  await loadStyles();
  const panel = new Panel(page);
  return { open: () => panel.open(), take: (files) => panel.take(files) };
}

class Panel {
  #page;
  #store;
  #dialog;
  #storage = storageView();
  #status = statusLine();
  #work;
  #list;

  /** @param {Page} page */
  constructor(page) {
    const { sources, handle } = page;
    this.#page = page;
    this.#store = page.store;
    this.#work = workView({ handle, onbusy: (busy) => this.#dialog.toggleAttribute("data-busy", busy) });
    this.#list = listView({
      use: (id) => this.#run(words.voicesPanel.changing, (tools) => this.#use(id, tools)),
      verify: (id) => this.#run(words.voicesPanel.verifying, () => this.#verify(id)),
      repair: (id) => this.#run(words.voicesPanel.repairing, (tools) => this.#repair(id, tools)),
      exported: (voice) => this.#run(words.voicesPanel.exporting, () => this.#export(voice)),
      remove: (id) => this.#run(words.voicesPanel.deleting, (tools) => this.#remove(id, tools)),
    });
    const incoming = importView((files) => this.take(Promise.resolve(files)));
    const save = (/** @type {string} */ text) => this.#saveSources(text);
    const origins = sourcesView({ text: sources.text(), save, usual: sources.usual });
    this.#dialog = panelDialog({
      ...{ id: "voices", title: words.voices },
      body: [this.#work.view, this.#list.view, this.#storage.view, incoming.view, origins.view, this.#status.line],
    });
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
    void this.#refresh();
  }

  /**
   * Imports a voice.
   * @param {Promise<PlacedFile[]>} files
   */
  take(files) {
    const { handle, note } = this.#page;
    const work = async (/** @type {Tools} */ { signal, onprogress }) => {
      const entries = readFiles(await files, { signal, onprogress });
      const { name } = await this.#store.importFiles(entries, { signal, onprogress });
      return words.voicesPanel.imported(name);
    };
    return this.#run(words.voicesPanel.importing, work, (thrown) =>
      isOfTheFiles(thrown) ? note(thrown) : handle(thrown),
    );
  }

  /**
   * @param {string} title
   * @param {(tools: Tools) => Promise<string>} work
   * @param {import("./work.js").Handle} [handle]
   */
  async #run(title, work, handle) {
    const said = await this.#work.run(title, work, handle);
    await this.#refresh();
    if (said) this.#status.say(said);
  }

  async #refresh() {
    try {
      const { current, usual } = this.#page;
      this.#list.show(await this.#store.list(), { current: current(), usual });
      this.#storage.show(await this.#store.usage());
    } catch (error) {
      this.#page.handle(error);
    }
  }

  /**
   * @param {string} id
   * @param {Tools} tools
   */
  async #use(id, { signal }) {
    await this.#page.use(id, signal);
    return words.voicesPanel.changed;
  }

  /** @param {string} id */
  async #verify(id) {
    const { ok, faults } = await this.#store.verify(id);
    if (ok) return words.voicesPanel.intact;
    const files = [...new Set(faults.map(({ file }) => file))].join(words.listComma);
    return words.voicesPanel.faults(faults.length, files);
  }

  /**
   * @param {string} id
   * @param {Tools} tools
   */
  async #repair(id, { signal, onprogress }) {
    const { refetched } = await this.#store.repair(id, { sources: this.#sources(), signal, onprogress });
    return refetched === 0 ? words.voicesPanel.nothingToRepair : words.voicesPanel.repaired(refetched);
  }

  /** @param {StoredVoice} voice */
  async #export({ id, version }) {
    saveAs(await writeZip(this.#store.exportFiles(id), { folder: id }), `${id}-${version}.zip`);
    return words.voicesPanel.exported;
  }

  /**
   * @param {string} id
   * @param {Tools} tools
   */
  async #remove(id, { signal }) {
    const { current, usual, use } = this.#page;
    // The next visit would not find it.
    if (id === current() && id !== usual) await use(usual, signal);
    await this.#store.remove(id);
    return words.voicesPanel.deleted;
  }

  #sources() {
    const { text, usual } = this.#page.sources;
    return parseSources(text() || usual, document.baseURI);
  }

  /** @param {string} text */
  #saveSources(text) {
    return this.#work.run(words.voicesPanel.saving, async () => {
      const sources = parseSources(text, document.baseURI);
      await this.#page.sources.save(text);
      if (foreign(sources, document.baseURI).length === 0) return words.saved;
      return words.voicesPanel.savedOtherSites;
    });
  }
}

/** Whether an import failed because of its files rather than the storage. @param {unknown} thrown */
function isOfTheFiles(thrown) {
  return HanvoxError.from(thrown).code.startsWith("voice-");
}
