/** Voices loaded in a page of a server, without the page's own controls, and the bytes that are stored of them. */

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("../../../www/lib/shared/errors.js").PlainError} PlainError */
/** @typedef {import("../../../www/lib/diagnostics/log.js").LogRecord} LogRecord */

/**
 * @typedef {object} Outcome
 * @property {PlainError} [error] Why there is no speech.
 * @property {number} seconds Of speech.
 * @property {number} rms
 * @property {boolean} [fromCache]
 * @property {PlainError[]} warnings What went on in a lesser way.
 * @property {LogRecord[]} records Of the log.
 */

/**
 * A page of the server that loads nothing by itself.
 * @param {import("puppeteer-core").Browser | import("puppeteer-core").BrowserContext} browser
 * @param {string} url
 */
export async function openBarePage(browser, url) {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(keepWorkers);
  await page.goto(`${url}manifest.webmanifest`);
  return page;
}

/** Runs in the page. */
function keepWorkers() {
  /** @type {Worker[]} */
  const workers = [];
  const Original = Worker;
  const Kept = class extends Original {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      workers.push(this);
    }
  };
  Object.assign(globalThis, { workers, Worker: Kept });
}

/** Ends the workers of the page as a crash would: they finish nothing. @param {Page} page */
export function killWorkers(page) {
  return page.evaluate(() => {
    for (const worker of /** @type {any} */ (globalThis).workers.splice(0)) worker.terminate();
  });
}

/**
 * Loads a voice into a new engine and speaks with it.
 * @param {Page} page
 * @param {string} voice
 * @returns {Promise<Outcome>}
 */
export function loadAndSpeak(page, voice) {
  return page.evaluate(async (voice) => {
    const { Diagnostics, Hanvox } = await import(new URL("lib/index.js", location.href).href);
    const diagnostics = await Diagnostics.create({ level: "debug", console: false, store: false });
    /** @type {import("../../../www/lib/shared/protocol.js").Progress[]} */
    const events = [];
    const progress_callback = (/** @type {any} */ event) => events.push(event);
    Object.assign(globalThis, { events });
    const outcome = { seconds: 0, rms: 0 };
    let error;
    try {
      const tts = await Hanvox.from_pretrained(voice, { diagnostics, progress_callback });
      const { audio, sampling_rate } = await tts.generate("今天天气很好。");
      tts.dispose();
      const power = audio.reduce((/** @type {number} */ sum, /** @type {number} */ sample) => sum + sample ** 2, 0);
      Object.assign(outcome, { seconds: audio.length / sampling_rate, rms: Math.sqrt(power / audio.length) });
    } catch (thrown) {
      error = /** @type {any} */ (thrown).toJSON();
    }
    const fromCache = events.find(({ status }) => status === "ready")?.fromCache;
    const warnings = events.flatMap(({ error }) => error ?? []);
    // As plain data: what the log holds besides can't leave the page.
    return JSON.parse(JSON.stringify({ ...outcome, error, fromCache, warnings, records: diagnostics.recent() }));
  }, voice);
}

/** The first warning of the load that runs. @param {Page} page @returns {Promise<PlainError>} */
export async function firstWarning(page) {
  const found = await page.waitForFunction(
    () => /** @type {any} */ (globalThis).events.find((/** @type {any} */ { error }) => error)?.error,
    { polling: 20, timeout: 10_000 },
  );
  return found.jsonValue();
}

/**
 * Calls a method of the page's voice store.
 * @param {Page} page
 * @param {"list" | "verify" | "verifyAll" | "remove" | "usage"} method
 * @param {unknown[]} args
 * @returns {Promise<any>}
 */
export function callStore(page, method, ...args) {
  return page.evaluate(
    async (method, args) => {
      const { openVoiceStore } = await import(new URL("lib/index.js", location.href).href);
      const store = await openVoiceStore();
      return store[method](...args);
    },
    method,
    args,
  );
}

/**
 * What is stored of voices: every value that holds bytes or text.
 * @typedef {object} Stored
 * @property {string} store Name of the object store.
 * @property {any} key
 * @property {string[]} path Where in the value it is.
 * @property {"bytes" | "text"} kind
 * @property {number} length
 */

/** @param {Page} page @returns {Promise<Stored[]>} */
export function storedParts(page) {
  return page.evaluate(inStorage, undefined);
}

/**
 * Changes one bit of the byte, or of the letter, at `at` in a stored part.
 * @param {Page} page
 * @param {Stored} part
 * @param {number} at
 */
export function flip(page, part, at) {
  return page.evaluate(inStorage, { ...part, at });
}

/**
 * Runs in the page, on the database as it lies there.
 * @param {(Stored & {at: number}) | undefined} change Where undefined, everything is listed.
 * @returns {Promise<Stored[]>}
 */
async function inStorage(change) {
  const NAME = "hanvox-voices";
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  /** @type {(value: any, path: string[]) => {path: string[], kind: "bytes" | "text", length: number}[]} */
  const parts = (value, path) => {
    if (typeof value === "string") return [{ path, kind: "text", length: value.length }];
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
      return [{ path, kind: "bytes", length: value.byteLength }];
    if (value === null || typeof value !== "object") return [];
    return Object.entries(value).flatMap(([name, inner]) => parts(inner, [...path, name]));
  };
  /** @param {any} value */
  const flipped = (value) => {
    if (typeof value === "string") {
      const { at } = /** @type {{at: number}} */ (change);
      return value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
    }
    const bytes = new Uint8Array(value.buffer ?? value, value.byteOffset ?? 0, value.byteLength);
    bytes[/** @type {{at: number}} */ (change).at] ^= 1;
    return value;
  };
  const db = await result(indexedDB.open(NAME));
  try {
    if (!change) {
      const found = [];
      for (const store of db.objectStoreNames) {
        const objects = db.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([result(objects.getAllKeys()), result(objects.getAll())]);
        for (const [index, key] of keys.entries())
          for (const part of parts(values[index], [])) found.push({ store, key, ...part });
      }
      return found;
    }
    const transaction = db.transaction(change.store, "readwrite");
    const objects = transaction.objectStore(change.store);
    let value = await result(objects.get(change.key));
    const { path } = change;
    if (path.length === 0) value = flipped(value);
    else {
      const holder = path.slice(0, -1).reduce((inner, name) => inner[name], value);
      const last = path[path.length - 1];
      holder[last] = flipped(holder[last]);
    }
    objects.put(value, ...(objects.keyPath === null ? [change.key] : []));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return [];
  } finally {
    db.close();
  }
}

/**
 * Lets an origin store no more than `bytes` in all, or as much as the disk takes where undefined.
 * @param {Page} page
 * @param {number} [bytes]
 */
export async function setQuota(page, bytes) {
  const session = await page.createCDPSession();
  const { origin } = new URL(page.url());
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
  return session;
}

/** Fills the storage of the page's origin to the last few kilobytes. @param {Page} page */
export function fillStorage(page) {
  return page.evaluate(async () => {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open("filler");
      request.onupgradeneeded = () => request.result.createObjectStore("junk", { autoIncrement: true });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const put = (/** @type {number} */ bytes) =>
      new Promise((resolve) => {
        const transaction = db.transaction("junk", "readwrite");
        const junk = new Uint8Array(bytes);
        for (let start = 0; start < bytes; start += 65536) crypto.getRandomValues(junk.subarray(start, start + 65536));
        transaction.objectStore("junk").put(junk);
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = () => resolve(false);
      });
    let filled = 0;
    for (const bytes of [4 * 1024 * 1024, 1024 * 1024, 256 * 1024, 32 * 1024]) while (await put(bytes)) filled += bytes;
    db.close();
    return filled;
  });
}

/** @param {Page} page */
export function emptyFiller(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase("filler");
        request.onsuccess = () => resolve(undefined);
        request.onerror = () => reject(request.error);
      }),
  );
}
