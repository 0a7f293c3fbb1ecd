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
import { said } from "../said.js";

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

const STYLE = new URL("./voices.css", import.meta.url).href;

/**
 * Creates the panel, closed.
 * @param {Page} page
 * @returns {Promise<{open: () => void, take: (files: Promise<PlacedFile[]>) => Promise<void>}>}
 */
export async function createPanel(page) {
  await loadStyles(STYLE);
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
      use: (id) => this.#run(said("正在换用语音", "Changing the voice"), (tools) => this.#use(id, tools)),
      verify: (id) => this.#run(said("正在检查", "Verifying"), () => this.#verify(id)),
      repair: (id) => this.#run(said("正在修复", "Repairing"), (tools) => this.#repair(id, tools)),
      exported: (voice) => this.#run(said("正在导出", "Exporting"), () => this.#export(voice)),
      remove: (id) => this.#run(said("正在删除", "Deleting"), (tools) => this.#remove(id, tools)),
    });
    const incoming = importView((files) => this.take(Promise.resolve(files)));
    const save = (/** @type {string} */ text) => this.#saveSources(text);
    const origins = sourcesView({ text: sources.text(), save, usual: sources.usual });
    this.#dialog = panelDialog({
      ...{ id: "voices", chinese: "语音", english: "Voices" },
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
      return said(`已导入 ${name}`, `Imported ${name}`);
    };
    return this.#run(said("正在导入", "Importing"), work, (thrown) =>
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
    return said("已换用", "Voice changed");
  }

  /** @param {string} id */
  async #verify(id) {
    const { ok, faults } = await this.#store.verify(id);
    if (ok) return said("检查完毕：完好", "Verified: intact");
    const files = [...new Set(faults.map(({ file }) => file))].join(said("、", ", "));
    return said(
      `有 ${faults.length} 处损坏（${files}），请按“修复”`,
      `${faults.length} faults (${files}): press "Repair"`,
    );
  }

  /**
   * @param {string} id
   * @param {Tools} tools
   */
  async #repair(id, { signal, onprogress }) {
    const { refetched } = await this.#store.repair(id, { sources: this.#sources(), signal, onprogress });
    return refetched === 0
      ? said("没有需要修复的", "Nothing to repair")
      : said(`已修复，重新下载了 ${refetched} 块`, `Repaired; ${refetched} blocks were fetched again`);
  }

  /** @param {StoredVoice} voice */
  async #export({ id, version }) {
    saveAs(await writeZip(this.#store.exportFiles(id), { folder: id }), `${id}-${version}.zip`);
    return said("已导出", "Exported");
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
    return said("已删除", "Deleted");
  }

  #sources() {
    const { text, usual } = this.#page.sources;
    return parseSources(text() || usual, document.baseURI);
  }

  /** @param {string} text */
  #saveSources(text) {
    return this.#work.run(said("正在保存", "Saving"), async () => {
      const sources = parseSources(text, document.baseURI);
      await this.#page.sources.save(text);
      if (foreign(sources, document.baseURI).length === 0) return said("已保存", "Saved");
      return said(
        "已保存。其他网站的地址要由本站在安全策略（connect-src）里允许后才能使用。",
        "Saved. Addresses of other sites work only if this site's security policy (connect-src) allows them.",
      );
    });
  }
}

/** Whether an import failed because of its files rather than the storage. @param {unknown} thrown */
function isOfTheFiles(thrown) {
  return HanvoxError.from(thrown).code.startsWith("voice-");
}
