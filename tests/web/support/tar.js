/** Tar archives as no tar would write them. */

const BLOCK = 512;

/**
 * @typedef {object} TarEntry
 * @property {string} name
 * @property {Uint8Array} [bytes]
 * @property {string} [type] "0" is a file, "1" and "2" are links, "3" is a device, "5" a folder.
 * @property {string} [link] Where a link leads.
 * @property {number} [size] What the header says instead of the length.
 */

/** @param {TarEntry[]} entries */
export function tarOf(entries) {
  return Buffer.concat([...entries.flatMap(({ bytes, ...entry }) => blocksOf(entry, bytes)), Buffer.alloc(2 * BLOCK)]);
}

/** @param {TarEntry} entry @param {Uint8Array} [bytes] */
function blocksOf({ name, type = "0", link = "", size }, bytes = new Uint8Array()) {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write("ustar\x0000", 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0`,
    148,
  );
  return [header, Buffer.from(bytes), Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
}
