/** Documents as other programs write them, small. */
import { strToU8, zipSync } from "fflate";

/** @param {Record<string, string | Uint8Array>} files */
export function zipOf(files) {
  const bytes = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === "string" ? strToU8(content) : content,
  ]);
  return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (zipSync(Object.fromEntries(bytes)))]);
}

/** A picture of one pixel. */
export const PICTURE = Uint8Array.from(
  Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNQaJgAAAH0ATFu6ILUAAAAAElFTkSuQmCC", "base64"),
);

/** @param {string} body */
export function xhtml(body) {
  return `<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>${body}</body></html>`;
}

/**
 * An EPUB 3 whose table of contents leads to two chapters in one file and one in another.
 * @param {Record<string, string | Uint8Array>} [more] Files beside or instead of the usual ones.
 */
export function epub(more = {}) {
  return zipOf({
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": `<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>`,
    "OPS/book.opf": `<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>山居 &amp; 水居</dc:title><dc:language>zh-CN</dc:language></metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="images/cover.png" media-type="image/png" properties="cover-image"/>
<item id="front" href="front.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one%20two.xhtml" media-type="application/xhtml+xml"/>
<item id="three" href="text/three.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="front"/><itemref idref="one"/><itemref idref="three"/></spine></package>`,
    "OPS/nav.xhtml": xhtml(`<nav epub:type="toc"><ol>
<li><a href="text/one%20two.xhtml">第一章 山</a></li><li><a href="text/one%20two.xhtml#two">第二章 <i>水</i></a></li>
<li><a href="text/three.xhtml">第三章 火</a></li></ol></nav>`),
    "OPS/images/cover.png": PICTURE,
    "OPS/front.xhtml": xhtml("<p>献给读者</p>"),
    "OPS/text/one two.xhtml": xhtml(`<h2>第一章 山</h2><p>山<ruby>高<rt>gāo</rt></ruby>，水
长。<a epub:type="noteref" href="#n">1</a></p><h2 id="two">第二章 水</h2><p>一条<br/>河。</p>`),
    "OPS/text/three.xhtml": xhtml(`<h2>第三章 火</h2><script>x</script><p>火光。</p>`),
    ...more,
  });
}

/** @param {string} body Paragraphs. @param {Record<string, string>} [more] */
export function docx(body, more = {}) {
  return zipOf({
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
    "word/styles.xml": `<w:styles><w:style w:styleId="2"><w:name w:val="heading 1"/></w:style></w:styles>`,
    "docProps/core.xml": "<cp:coreProperties><dc:title>报告</dc:title></cp:coreProperties>",
    ...more,
  });
}

/** @param {string} text @param {string} [style] */
export function paragraph(text, style) {
  const properties = style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : "";
  return `<w:p>${properties}<w:r><w:t>${text}</w:t></w:r></w:p>`;
}

/**
 * A PDF whose Chinese font is not in it, so that its characters are known only by a character map.
 * @param {string[][]} pages Lines of text.
 */
export function pdf(pages) {
  const font = 3;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, page) => `${5 + 2 * page} 0 R`).join(" ")}] >>`,
    `<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>`,
    `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 90 /FontBBox [-25 -254 1000 880] >> >>`,
  ];
  for (const lines of pages) {
    const shown = lines.map((line, place) => `1 0 0 1 72 ${700 - 20 * place} Tm <${utf16(line)}> Tj`).join("\n");
    const content = `BT /F1 12 Tf\n${shown}\nET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${objects.length + 2} 0 R /Resources << /Font << /F1 ${font} 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const count = objects.length + 1;
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${places.join("")}`;
  return new Blob([`${file}${table}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`]);
}

/** @param {string} text */
function utf16(text) {
  return Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(4, "0")).join("");
}
