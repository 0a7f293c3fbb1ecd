import assert from "node:assert/strict";
import { test } from "node:test";
import { BOUNDS } from "../../../www/lib/documents/bounds.js";
import { openDocument } from "../../../www/lib/documents/open-document.js";
import { isVoiceArchive } from "../../../www/lib/archive/is-voice.js";
import { PICTURE, docx, epub, paragraph, pdf, xhtml, zipOf } from "../support/documents.js";
import { randomFrom } from "../support/random.js";

/** @param {string | Uint8Array<ArrayBuffer> | Blob} content @param {string} name @param {object} [options] */
function open(content, name, options) {
  return openDocument(content instanceof Blob ? content : new Blob([content]), name, options);
}

/** @param {string | Uint8Array<ArrayBuffer> | Blob} content @param {string} name @param {string} code @param {string} reason */
function refused(content, name, code, reason) {
  return assert.rejects(open(content, name), (/** @type {any} */ error) => {
    assert.deepEqual([error.code, error.context.reason, error.context.document], [code, reason, name], error.stack);
    return true;
  });
}

test("a short text is one chapter with the name of its file", async () => {
  const document = await open("春眠不觉晓，\r\n处处闻啼鸟。\n", "/home/我/春晓.txt");
  assert.deepEqual(document, {
    title: "春晓",
    language: "zh",
    encoding: "utf-8",
    replaced: 0,
    chapters: [{ title: "春晓", text: "春眠不觉晓，\n处处闻啼鸟。" }],
  });
});

test("a novel is divided at the headings of its chapters, its list of contents and volumes go to the first of them", async () => {
  const novel = `作者：某人
目录
第一章 起
第二章 承
第一卷 开端
第一章 起
他说：“第一章写完了。”
第二回，他没有来。
第二章 承
后来……
番外 雨
下雨了。`;
  const { chapters } = await open(novel, "书.txt");
  assert.deepEqual(
    chapters.map(({ title }) => title),
    ["书", "第一章 起", "第二章 承", "番外 雨"],
  );
  assert.equal(chapters[1].text.split("\n").length, 6);
  assert.equal(chapters.map(({ text }) => text).join("\n"), novel);
});

const POEM = "故人西辭黃鶴樓，煙花三月下揚州。孤帆遠影碧空盡，唯見長江天際流。這是他們的時候，我說過了。\n1\n";
const MODERN = "我们的生活是这样的，他说：你在哪里？这个时候没有人来过这里，大家都看着天上的云。\n1\n";

/** @param {string} text @param {boolean} little */
function utf16(text, little) {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at += 1) view.setUint16(2 * at, text.charCodeAt(at), little);
  return new Uint8Array(view.buffer);
}

// By Python: POEM.encode("big5"), MODERN.encode("gb18030").
const BIG5 =
  "ac47a448a6e8c3e3b6c0c562bcd3a141b7cfaae1a454a4eba455b4ada67ba143a974a67cbbb7bc76bad1aac5bac9a141b0dfa8a3aaf8a6bfa4d1bbdaac79a143b36fac4fa54cadccaabaaec9add4a141a7dabba1b94ca446a1430a310a";
const GB18030 =
  "ced2c3c7b5c4c9fabbeecac7d5e2d1f9b5c4a3accbfbcbb5a3bac4e3d4dac4c4c0efa3bfd5e2b8f6cab1baf2c3bbd3d0c8cbc0b4b9fdd5e2c0efa3acb4f3bcd2b6bcbfb4d7c5ccecc9cfb5c4d4c6a1a30a310a";
const bytesOf = (/** @type {string} */ hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const encodings = /** @type {[string, Uint8Array<ArrayBuffer>, string, string][]} */ ([
  ["UTF-16LE with a mark", utf16(`\ufeff${MODERN}`, true), "utf-16le", MODERN],
  ["UTF-16BE with a mark", utf16(`\ufeff${MODERN}`, false), "utf-16be", MODERN],
  ["UTF-16LE without one", utf16(MODERN, true), "utf-16le", MODERN],
  ["UTF-16BE without one", utf16(POEM, false), "utf-16be", POEM],
  ["Big5", bytesOf(BIG5), "big5", POEM],
  ["GB18030", bytesOf(GB18030), "gb18030", MODERN],
  ["UTF-8", new Uint8Array(new TextEncoder().encode(POEM)), "utf-8", POEM],
]);
for (const [name, bytes, encoding, text] of encodings)
  test(`a text in ${name} is read`, async () => {
    const document = await open(bytes, "a.txt");
    assert.deepEqual([document.encoding, document.chapters[0].text], [encoding, text.trim()]);
  });

test("a long text with a damaged byte is read, and the damage is counted", async () => {
  const bytes = bytesOf(GB18030.repeat(50));
  bytes[1001] = 0xff;
  const { encoding, replaced, chapters } = await open(bytes, "a.txt");
  assert.equal(encoding, "gb18030");
  assert.ok(replaced && replaced <= 2, String(replaced));
  assert.ok(chapters[0].text.includes("我们的生活"));
});

test("HTML is read as it is seen: no scripts, annotations or line breaks of the source", async () => {
  const html = `<!DOCTYPE html><html lang="zh-TW"><head><meta charset="utf-8"><title>标题 &amp; 更多</title><style>p{}</style></head>
<body><nav hidden>菜单</nav><p>第一
行，<ruby>好<rp>(</rp><rt>hǎo</rt><rp>)</rp></ruby>&nbsp;&#x4F60;<p>two
words<br>new<script>alert(1)</script><pre>a
  b</pre><table><tr><td>甲<td>乙</table></body>`;
  const document = await open(html, "x.bin");
  assert.deepEqual([document.title, document.language], ["标题 & 更多", "zh-TW"]);
  assert.equal(document.chapters[0].text, "第一行，好\u00a0你\ntwo words\nnew\na\nb\n甲 乙");
});

test("HTML in the encoding that it declares is read", async () => {
  const bytes = new Uint8Array([...new TextEncoder().encode('<html><meta charset="gbk"><p>'), 0xc4, 0xe3]);
  assert.equal((await open(bytes, "a.html")).chapters[0].text, "你");
});

test("Markdown is read without its marks, divided at its headings", async () => {
  const text = `---\ntitle: "笔记"\n---\n开头\n\n# 一 **重**\n\n- 甲\n- [乙](http://x)\n\n# 二\n\n\`a < b\` &amp; c`;
  const document = await open(text, "note.md");
  assert.equal(document.title, "笔记");
  assert.deepEqual(document.chapters, [
    { title: "笔记", text: "开头" },
    { title: "一 重", text: "一 重\n甲\n乙" },
    { title: "二", text: "二\na < b & c" },
  ]);
});

test("subtitles are read without numbers, times and styles, also by another name", async () => {
  const text =
    "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>你好，</i>\r\n{\\an8}世界。\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n再见。\r\n";
  for (const name of ["a.srt", "a.txt"])
    assert.equal((await open(text, name)).chapters[0].text, "你好，\n世界。\n再见。", name);
});

test("an EPUB gives its title, language, cover and the chapters of its table of contents", async () => {
  /** @type {{loaded: number, total: number}[]} */
  const progress = [];
  const { cover, ...book } = await open(epub(), "x.zip", {
    onprogress: (/** @type {any} */ one) => progress.push(one),
  });
  assert.deepEqual([book.title, book.language], ["山居 & 水居", "zh-CN"]);
  assert.deepEqual(book.chapters, [
    { title: "山居 & 水居", text: "献给读者" },
    { title: "第一章 山", text: "第一章 山\n山高，水长。" },
    { title: "第二章 水", text: "第二章 水\n一条\n河。" },
    { title: "第三章 火", text: "第三章 火\n火光。" },
  ]);
  assert.equal(cover?.type, "image/png");
  assert.deepEqual(new Uint8Array(await /** @type {Blob} */ (cover).arrayBuffer()), PICTURE);
  assert.deepEqual(progress.at(-1), { loaded: 3, total: 3 });
});

test("an EPUB 2 is divided by its NCX, and one without a table of contents by its files", async () => {
  const opf = (/** @type {string} */ toc) =>
    `<opf:package><metadata/><manifest>${toc}
<item id="a" href="a.html" media-type="application/xhtml+xml"/><item id="b" href="b.html" media-type="application/xhtml+xml"/>
</manifest><spine toc="ncx"><itemref idref="a"/><itemref idref="b"/></spine></opf:package>`.replaceAll("opf:", "");
  const files = { "OPS/a.html": xhtml("<p>甲</p>"), "OPS/b.html": xhtml("<h1>乙章</h1><p>乙</p>") };
  const ncx = `<ncx><navMap><navPoint><navLabel><text>上</text></navLabel><content src="a.html"/>
<navPoint><navLabel><text>下</text></navLabel><content src="b.html"/></navPoint></navPoint></navMap></ncx>`;
  const item = `<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>`;
  const titles = async (/** @type {Blob} */ book) => (await open(book, "书.epub")).chapters.map(({ title }) => title);
  assert.deepEqual(await titles(epub({ ...files, "OPS/book.opf": opf(item), "OPS/toc.ncx": ncx })), ["上", "下"]);
  assert.deepEqual(await titles(epub({ ...files, "OPS/book.opf": opf("") })), ["书", "乙章"]);
});

test("a Word document is read as it is in the end, divided at its headings", async () => {
  const body = [
    paragraph("一、概况", "2"),
    `<w:p><w:r><w:t>内</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:ins><w:r><w:t>容</w:t><w:tab/><w:t xml:space="preserve">&lt;1&gt;</w:t></w:r></w:ins></w:p>`,
    paragraph(""),
    paragraph("二、结论", "2"),
    `<w:p><w:r><w:ruby><w:rt><w:r><w:t>hao</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>好</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>`,
  ].join("");
  const document = await open(docx(body), "a.docx");
  assert.equal(document.title, "报告");
  assert.deepEqual(document.chapters, [
    { title: "一、概况", text: "一、概况\n内容 <1>" },
    { title: "二、结论", text: "二、结论\n好" },
  ]);
});

test("a Word document without styles is divided at what looks like headings", async () => {
  const body = ["第一章 起", "甲", "第二章 承", "乙"].map((text) => paragraph(text)).join("");
  const { chapters } = await open(docx(body), "a.docx");
  assert.deepEqual(
    chapters.map(({ text }) => text),
    ["第一章 起\n甲", "第二章 承\n乙"],
  );
});

test("a PDF is read line by line into paragraphs, without page numbers, though its font is not in it", async () => {
  const long = "这一行很长，一直写到右边的尽头，下一行接着";
  const pages = [
    ["第一章 山", long, "写完了。", "新的一段。", "— 1 —"],
    ["第二章 水", "水长。", "— 2 —"],
  ];
  const document = await open(pdf(pages), "册.pdf");
  assert.deepEqual(document.chapters, [
    { title: "第一章 山", text: `第一章 山\n${long}写完了。\n新的一段。` },
    { title: "第二章 水", text: "第二章 水\n水长。" },
  ]);
});

test("what is no document is refused with its reason", async () => {
  await refused(PICTURE, "a.png", "document-unsupported", "format");
  await assert.rejects(open(PICTURE, "a.txt"), { code: "encoding-invalid" });
  await refused("", "a.txt", "document-unsupported", "no-text");
  await refused(zipOf({ "a.txt": "x" }), "a.zip", "document-unsupported", "format");
  await refused(pdf([[]]), "a.pdf", "document-unsupported", "no-text");
  await refused("%PDF-1.4\nnothing", "a.pdf", "document-corrupt", "damaged");
  const locked = `<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
<CipherData><CipherReference URI="OPS/text/three.xhtml"/></CipherData></EncryptedData></encryption>`;
  await refused(epub({ "META-INF/encryption.xml": locked }), "a.epub", "document-unsupported", "protected");
  const fonts = locked.replace("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "http://www.idpf.org/2008/embedding");
  assert.equal((await open(epub({ "META-INF/encryption.xml": fonts }), "a.epub")).chapters.length, 4);
});

test("bombs and hostile files end in a coded error", async () => {
  const zeros = new Uint8Array(20 * 1024 * 1024);
  await refused(epub({ "OPS/front.xhtml": zeros }), "a.epub", "document-unsupported", "too-large");
  const files = Object.fromEntries(Array.from({ length: BOUNDS.entries + 1 }, (_, at) => [`${at}`, ""]));
  await refused(zipOf(files), "a.epub", "document-unsupported", "too-large");
  const deep = `<a>`.repeat(BOUNDS.depth + 1);
  await refused(epub({ "META-INF/container.xml": deep }), "a.epub", "document-corrupt", "damaged");
  await refused(epub({ "META-INF/container.xml": "<x" }), "a.epub", "document-corrupt", "damaged");
  await refused(`<html>${"<div>".repeat(1_000_000)}好`, "a.html", "document-corrupt", "damaged");
  assert.equal((await open(`<html>${"<font>".repeat(5000)}好`, "a.html")).chapters[0].text, "好");
});

test("a cut or flipped file is read or ends in a coded error, never otherwise", async () => {
  const random = randomFrom(7);
  for (const [name, file] of /** @type {[string, Blob][]} */ ([
    ["a.epub", epub()],
    ["a.docx", docx(paragraph("好"))],
    ["a.pdf", pdf([["好"]])],
  ])) {
    const whole = new Uint8Array(await file.arrayBuffer());
    for (let time = 0; time < 40; time += 1) {
      const bytes = whole.slice(0, time % 2 ? whole.length : Math.floor(random() * whole.length));
      for (let flips = 0; flips < 4; flips += 1) bytes[Math.floor(random() * bytes.length)] ^= 1 << (time % 8);
      await open(bytes, name).catch((error) => assert.match(error.code, /^document-/, `${name}: ${error.stack}`));
    }
  }
});

test("opening can be canceled", () =>
  assert.rejects(open(epub(), "a.epub", { signal: AbortSignal.abort() }), { code: "canceled" }));

test("a voice is known by its manifest", async () => {
  assert.ok(await isVoiceArchive(zipOf({ "tone/voice.json": "{}", "tone/a.onnx": "x" })));
  assert.equal(await isVoiceArchive(zipOf({ "a/b/voice.json": "{}" })), false);
  assert.equal(await isVoiceArchive(epub()), false);
  assert.equal(await isVoiceArchive(new Blob(["voice.json"])), false);
});
