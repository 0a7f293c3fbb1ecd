/** Reads Prometheus exposition text, as a scraper does. */

/** @typedef {{name: string, labels: Record<string, string>, value: number}} Sample */

/** @param {string} url Of the server. @returns {Promise<Scrape>} */
export async function scrape(url) {
  return new Scrape(await (await fetch(`${url}metrics`)).text());
}

export class Scrape {
  /** @param {string} text */
  constructor(text) {
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    this.samples = lines.map(sampleOf);
  }

  /**
   * The sum of what has these labels, 0 if nothing has.
   * @param {string} name
   * @param {Record<string, string>} [labels]
   */
  sum(name, labels = {}) {
    return this.samples
      .filter((sample) => sample.name === name && matches(sample, labels))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /**
   * The sums by one label.
   * @param {string} name
   * @param {string} label
   * @param {Record<string, string>} [where] What the other labels must be.
   * @returns {Record<string, number>}
   */
  by(name, label, where = {}) {
    const values = this.samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label]);
    const sum = (/** @type {string} */ value) => this.sum(name, { ...where, [label]: value });
    return Object.fromEntries([...new Set(values)].map((value) => [value, sum(value)]));
  }
}

/** @param {string} line @returns {Sample} */
function sampleOf(line) {
  const [, name, pairs = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const labels = Array.from(pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, label, text]) => [label, text]);
  return { name, labels: Object.fromEntries(labels), value: Number(value) };
}

/** @param {Sample} sample @param {Record<string, string>} wanted */
function matches({ labels }, wanted) {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}

/**
 * What has grown, by name.
 * @param {Record<string, number>} before
 * @param {Record<string, number>} after
 */
export function growth(before, after) {
  const grown = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]);
  return Object.fromEntries(grown.filter(([, value]) => value !== 0));
}
